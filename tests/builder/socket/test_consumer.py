"""The WebSocket: edits reach every tab, and missed edits are replayed."""

import asyncio
from collections.abc import Callable

import pytest

from builder import database
from builder.models import Operation
from builder.services import Services
from builder.wire.schemas import ProjectOut
from tests.builder.conftest import Tab, add_node, new_batch, set_epochs

Opener = Callable[..., Tab]


async def test_joining_returns_the_document(open_tab: Opener, project: ProjectOut) -> None:
    welcome = await open_tab().join()
    assert welcome["revision"] == 0
    assert welcome["document"] == project.document.to_json()
    assert (welcome["people"], welcome["runs"]) == ([], [])


async def test_an_edit_is_sent_to_every_tab_and_checked(open_tab: Opener) -> None:
    tab, other = open_tab(), open_tab()
    first = await tab.join()
    await other.join()
    batch = await tab.edit(add_node("n1"))
    messages = [await socket.receive("edited") for socket in (tab, other)]
    assert messages[0] == messages[1]
    assert (messages[0]["revision"], messages[0]["id"]) == (1, batch)
    assert messages[0]["client"] == first["client"]
    assert messages[0]["operations"][0]["item"]["name"] == ""  # validated: defaults are filled in
    for socket in (tab, other):
        checked = await socket.receive("checked", where=lambda message: message["revision"] == 1)
        assert checked["verdict"]["totals"]["nodes"] == 1


async def test_only_the_sender_receives_a_refusal(open_tab: Opener) -> None:
    tab, other = open_tab(), open_tab()
    await tab.join()
    await other.join()
    batch = await tab.edit(set_epochs("many"), set_epochs(3))
    refused = await tab.receive("refused")
    assert (refused["id"], refused["revision"]) == (batch, 1)
    assert [item["index"] for item in refused["refused"]] == [0]
    assert refused["refused"][0]["problem"]["code"] == "bad_value"
    await tab.edit(set_epochs(4))
    await other.receive("edited", where=lambda message: message["revision"] == 2)
    assert "refused" not in [message["type"] for message in other.received]


async def test_a_batch_without_valid_operations_adds_no_revision(open_tab: Opener) -> None:
    tab = open_tab()
    await tab.join()
    await tab.edit({"type": "remove", "path": ["graphs", "main", "nodes", "unknown"]})
    refused = await tab.receive("refused")
    assert refused["revision"] == 0
    assert await database.read(Operation.objects.count) == 0


async def test_sending_a_batch_twice_is_harmless(open_tab: Opener) -> None:
    tab = open_tab()
    await tab.join()
    batch = await tab.edit(add_node("n1"), add_node("n1"))
    first = await tab.receive("edited")
    refused = await tab.receive("refused")
    await tab.edit(add_node("n1"), add_node("n1"), id=batch)
    assert await tab.receive("edited") == first
    assert await tab.receive("refused") == refused
    assert await database.read(Operation.objects.count) == 1


async def test_rejoining_replays_missed_edits(open_tab: Opener) -> None:
    tab, other = open_tab(), open_tab()
    await tab.join()
    await other.join()
    await tab.edit(set_epochs(1))
    await other.receive("edited")
    await other.leave()
    for epochs in range(2, 6):
        await tab.edit(set_epochs(epochs))
    await tab.receive("edited", where=lambda message: message["revision"] == 5)
    back = open_tab()
    welcome = await back.join(revision=1)
    assert (welcome["revision"], welcome["document"]) == (5, None)
    missed = [await back.receive("edited") for _ in range(4)]
    assert [message["revision"] for message in missed] == [2, 3, 4, 5]
    assert [message["operations"][0]["value"] for message in missed] == [2, 3, 4, 5]
    await tab.edit(set_epochs(6))
    assert (await back.receive("edited"))["revision"] == 6


@pytest.mark.parametrize("claimed", [7, 10**9])
async def test_joining_with_a_future_revision_returns_the_document(
    open_tab: Opener, claimed: int
) -> None:
    welcome = await open_tab().join(revision=claimed)
    assert welcome["document"] is not None


async def test_rejoining_after_too_many_edits_returns_the_document(
    open_tab: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("builder.socket.tab.REPLAYED", 2)
    tab = open_tab()
    await tab.join()
    for epochs in range(1, 5):
        await tab.edit(set_epochs(epochs))
    await tab.receive("edited", where=lambda message: message["revision"] == 4)
    welcome = await open_tab().join(revision=1)
    assert welcome["document"]["training"]["epochs"] == 4


async def test_concurrent_edits_have_one_order_in_every_tab(open_tab: Opener) -> None:
    tabs = [open_tab() for _ in range(6)]
    for tab in tabs:
        await tab.join()
    batches = 5

    async def work(number: int, tab: Tab) -> None:
        for step in range(batches):
            await tab.edit(add_node(f"n{number}x{step}"), set_epochs(number * batches + step + 1))

    await asyncio.gather(*(work(number, tab) for number, tab in enumerate(tabs)))
    total = batches * len(tabs)
    histories = []
    for tab in tabs:
        await tab.receive("edited", where=lambda message: message["revision"] == total)
        histories.append([message for message in tab.received if message["type"] == "edited"])
    assert [message["revision"] for message in histories[0]] == list(range(1, total + 1))
    assert all(history == histories[0] for history in histories)


HOSTILE = [
    "",
    "nonsense",
    "[]",
    "null",
    '"edit"',
    '{"type": "drop_tables"}',
    '{"type": "__init__"}',
    '{"type": "edit"}',
    '{"type": "join", "revision": "one"}',
    '{"type": "move", "cursor": {"x": NaN, "y": 0}}',
    '{"type": "edit", "id": "x", "base": 0, "operations": []}',
    '{"type": "watch", "run": "../../etc/passwd", "after": -1}',
    '{"type": "watch", "run": "' + "x" * 17 + '"}',
    '{"type": "unwatch", "run": "../runs"}',
    '{"a":' * 5_000 + "1" + "}" * 5_000,
    "\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
]


@pytest.mark.parametrize("text", HOSTILE)
async def test_a_hostile_message_is_answered_and_changes_nothing(
    open_tab: Opener, text: str
) -> None:
    tab = open_tab()
    await tab.join()
    await tab.socket.send_input({"type": "websocket.receive", "text": text})
    failed = await tab.receive("failed")
    assert failed["problem"]["code"] == "bad_message"
    await tab.edit(set_epochs(3))
    assert (await tab.receive("edited"))["revision"] == 1


async def test_the_answer_to_a_malformed_edit_has_its_id(open_tab: Opener) -> None:
    tab = open_tab()
    await tab.join()
    await tab.send(type="edit", id="batch-xyz", base=0, operations=[{"type": "explode"}])
    assert (await tab.receive("failed"))["id"] == "batch-xyz"


async def test_binary_messages_are_read_like_text(open_tab: Opener) -> None:
    tab = open_tab()
    await tab.join()
    await tab.socket.send_to(bytes_data=b"\xff\xfe")
    assert (await tab.receive("failed"))["problem"]["code"] == "bad_message"


async def test_a_message_beyond_the_limit_is_refused(open_tab: Opener, settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    tab = open_tab()
    await tab.join()
    await tab.socket.send_to(text_data=" " * 1_001)
    assert (await tab.receive("failed"))["problem"]["code"] == "message_too_large"


async def test_messages_before_joining_are_refused(open_tab: Opener) -> None:
    tab = open_tab()
    await tab.open()
    batch = await tab.edit(set_epochs(3))
    failed = await tab.receive("failed")
    assert (failed["problem"]["code"], failed["id"]) == ("not_joined", batch)


async def test_a_missing_project_is_reported_once(services: Services) -> None:
    tab = Tab("nothere12345")
    await tab.open()
    await tab.send(type="join", revision=None, name="")
    assert await tab.wait_until_closed() == 4404
    assert [message["problem"]["code"] for message in tab.received] == ["no_project"]
    await tab.leave()


async def test_deleting_a_project_closes_its_sockets(
    open_tab: Opener, project: ProjectOut, services: Services
) -> None:
    tab = open_tab()
    await tab.join()
    await services.remove_project(project.id)
    assert await tab.wait_until_closed() == 4404
    assert tab.received[-1]["problem"]["code"] == "no_project"


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://evil.example", "localhost:8000"),
        ("http://localhost:8001", "localhost:8000"),
        ("http://localhost.evil.example:8000", "localhost:8000"),
        ("http://evil.example:8000", "evil.example:8000"),  # DNS rebinding
        ("null", "localhost:8000"),
        ("", "localhost:8000"),
        ("file://localhost:8000", "localhost:8000"),
        ("http://[", "localhost:8000"),
    ],
)
async def test_other_sites_are_refused(open_tab: Opener, origin: str, host: str) -> None:
    assert not await open_tab(origin=origin, host=host).open()


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
async def test_own_page_is_accepted(open_tab: Opener, host: str) -> None:
    assert await open_tab(origin=f"http://{host}", host=host).open()


async def test_tabs_receive_arrivals_moves_and_departures(open_tab: Opener) -> None:
    tab, other = open_tab(), open_tab()
    first = await tab.join(name="Ada")
    second = await other.join(name="Grace")
    assert [person["name"] for person in second["people"]] == ["Ada"]
    arrived = (await tab.receive("arrived"))["person"]
    assert (arrived["client"], arrived["name"]) == (second["client"], "Grace")
    assert arrived["color"] != second["people"][0]["color"]
    for x in range(5):
        await other.send(type="move", cursor={"x": x, "y": 1}, selection=["n1"])
    moved = await tab.receive("arrived", where=lambda m: m["person"]["presence"]["cursor"])
    assert moved["person"]["presence"]["selection"] == ["n1"]
    await other.leave()
    assert (await tab.receive("departed"))["client"] == second["client"]
    assert first["client"] not in [
        message["person"]["client"] for message in tab.received if message["type"] == "arrived"
    ]


async def test_moves_are_announced_together(
    open_tab: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = asyncio.Event()

    async def wait(_: float) -> None:
        await release.wait()

    tab, other = open_tab(), open_tab()
    await tab.join()
    await other.join()
    await tab.receive("arrived")
    monkeypatch.setattr("builder.projects.people.asyncio.sleep", wait)
    for x in range(50):
        await other.send(type="move", cursor={"x": x, "y": 0})
    await other.send(type="nonsense")
    await other.receive("failed")  # the moves have been read
    release.set()
    moved = await tab.receive("arrived")
    assert moved["person"]["presence"]["cursor"] == {"x": 49.0, "y": 0.0}


async def test_an_edit_is_resent_after_a_full_disk(
    open_tab: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    from builder.log.log import Log

    tab = open_tab()
    await tab.join()
    batch = new_batch()

    def full(*_: object, **__: object) -> None:
        raise OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(Log, "append", full)
        await tab.edit(set_epochs(3), id=batch)
        failed = await tab.receive("failed")
    assert (failed["problem"]["code"], failed["id"]) == ("not_saved", batch)
    assert "the disk is full" in failed["problem"]["message"]
    await tab.edit(set_epochs(3), id=batch)
    assert (await tab.receive("edited"))["revision"] == 1


async def test_a_bug_is_answered_and_the_socket_stays_open(
    open_tab: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = open_tab()
    await tab.join()
    with monkeypatch.context() as patch:
        patch.setattr("builder.projects.rooms.apply_batch", lambda *_: 1 / 0)
        await tab.edit(set_epochs(3))
        assert (await tab.receive("failed"))["problem"]["code"] == "server_error"
    await tab.edit(set_epochs(3))
    await tab.receive("edited")
