"""The WebSocket: what one tab does, the others see; what was missed, is replayed."""

import asyncio
from collections.abc import Callable

import pytest

from builder import database
from builder.models import Operation
from builder.services import Services
from builder.wire.schemas import ProjectOut
from tests.builder.conftest import Tab, add_node, new_batch, set_epochs

Opener = Callable[..., Tab]


async def test_whoever_joins_is_given_the_document(tab: Opener, project: ProjectOut) -> None:
    welcome = await tab().join()
    assert welcome["revision"] == 0
    assert welcome["document"] == project.document.to_json()
    assert (welcome["people"], welcome["runs"]) == ([], [])


async def test_an_edit_reaches_everybody_and_is_judged(tab: Opener) -> None:
    one, two = tab(), tab()
    first = await one.join()
    await two.join()
    batch = await one.edit(add_node("n1"))
    heard = [await each.hear("edited") for each in (one, two)]
    assert heard[0] == heard[1]
    assert (heard[0]["revision"], heard[0]["id"]) == (1, batch)
    assert heard[0]["client"] == first["client"]
    assert heard[0]["operations"][0]["item"]["name"] == ""  # understood: defaults are filled in
    for each in (one, two):
        judged = await each.hear("judged", where=lambda message: message["revision"] == 1)
        assert judged["verdict"]["totals"]["nodes"] == 1


async def test_only_the_sender_hears_of_a_refusal(tab: Opener) -> None:
    one, two = tab(), tab()
    await one.join()
    await two.join()
    batch = await one.edit(set_epochs("many"), set_epochs(3))
    refused = await one.hear("refused")
    assert (refused["id"], refused["revision"]) == (batch, 1)
    assert [item["index"] for item in refused["refused"]] == [0]
    assert refused["refused"][0]["problem"]["code"] == "bad_value"
    await one.edit(set_epochs(4))
    await two.hear("edited", where=lambda message: message["revision"] == 2)
    assert "refused" not in [message["type"] for message in two.got]


async def test_a_batch_of_nothing_but_refusals_makes_no_revision(tab: Opener) -> None:
    one = tab()
    await one.join()
    await one.edit({"type": "remove", "path": ["graphs", "main", "nodes", "nobody"]})
    refused = await one.hear("refused")
    assert refused["revision"] == 0
    assert await database.read(Operation.objects.count) == 0


async def test_sending_a_batch_twice_is_harmless(tab: Opener) -> None:
    one = tab()
    await one.join()
    batch = await one.edit(add_node("n1"), add_node("n1"))
    first = await one.hear("edited")
    refused = await one.hear("refused")
    await one.edit(add_node("n1"), add_node("n1"), id=batch)
    assert await one.hear("edited") == first
    assert await one.hear("refused") == refused
    assert await database.read(Operation.objects.count) == 1


async def test_who_comes_back_is_given_what_was_missed(tab: Opener) -> None:
    one, two = tab(), tab()
    await one.join()
    await two.join()
    await one.edit(set_epochs(1))
    await two.hear("edited")
    await two.leave()
    for epochs in range(2, 6):
        await one.edit(set_epochs(epochs))
    await one.hear("edited", where=lambda message: message["revision"] == 5)
    back = tab()
    welcome = await back.join(revision=1)
    assert (welcome["revision"], welcome["document"]) == (5, None)
    missed = [await back.hear("edited") for _ in range(4)]
    assert [message["revision"] for message in missed] == [2, 3, 4, 5]
    assert [message["operations"][0]["value"] for message in missed] == [2, 3, 4, 5]
    await one.edit(set_epochs(6))
    assert (await back.hear("edited"))["revision"] == 6


@pytest.mark.parametrize("claimed", [7, 10**9])
async def test_who_claims_a_future_revision_is_given_the_document(
    tab: Opener, claimed: int
) -> None:
    welcome = await tab().join(revision=claimed)
    assert welcome["document"] is not None


async def test_who_missed_very_much_is_given_the_document(
    tab: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("builder.socket.consumer.REPLAYED", 2)
    one = tab()
    await one.join()
    for epochs in range(1, 5):
        await one.edit(set_epochs(epochs))
    await one.hear("edited", where=lambda message: message["revision"] == 4)
    welcome = await tab().join(revision=1)
    assert welcome["document"]["training"]["epochs"] == 4


async def test_edits_of_many_tabs_at_once_make_one_history(tab: Opener) -> None:
    tabs = [tab() for _ in range(6)]
    for one in tabs:
        await one.join()
    each = 5

    async def work(number: int, one: Tab) -> None:
        for step in range(each):
            await one.edit(add_node(f"n{number}x{step}"), set_epochs(number * each + step + 1))

    await asyncio.gather(*(work(number, one) for number, one in enumerate(tabs)))
    total = each * len(tabs)
    histories = []
    for one in tabs:
        await one.hear("edited", where=lambda message: message["revision"] == total)
        histories.append([message for message in one.got if message["type"] == "edited"])
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
async def test_a_hostile_message_is_answered_and_changes_nothing(tab: Opener, text: str) -> None:
    one = tab()
    await one.join()
    await one.socket.send_input({"type": "websocket.receive", "text": text})
    failed = await one.hear("failed")
    assert failed["problem"]["code"] == "bad_message"
    await one.edit(set_epochs(3))
    assert (await one.hear("edited"))["revision"] == 1


async def test_a_malformed_edit_is_named_in_the_answer(tab: Opener) -> None:
    one = tab()
    await one.join()
    await one.say(type="edit", id="batch-xyz", base=0, operations=[{"type": "explode"}])
    assert (await one.hear("failed"))["id"] == "batch-xyz"


async def test_bytes_are_read_like_text(tab: Opener) -> None:
    one = tab()
    await one.join()
    await one.socket.send_to(bytes_data=b"\xff\xfe")
    assert (await one.hear("failed"))["problem"]["code"] == "bad_message"


async def test_a_message_beyond_the_limit_is_refused(tab: Opener, settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    one = tab()
    await one.join()
    await one.socket.send_to(text_data=" " * 1_001)
    assert (await one.hear("failed"))["problem"]["code"] == "message_too_large"


async def test_nothing_is_done_before_joining(tab: Opener) -> None:
    one = tab()
    await one.open()
    batch = await one.edit(set_epochs(3))
    failed = await one.hear("failed")
    assert (failed["problem"]["code"], failed["id"]) == ("not_joined", batch)


async def test_a_project_that_is_not_there_says_so_once(parts: Services) -> None:
    one = Tab("nothere12345")
    await one.open()
    await one.say(type="join", revision=None, name="")
    assert await one.closed() == 4404
    assert [message["problem"]["code"] for message in one.got] == ["no_project"]
    await one.leave()


async def test_deleting_a_project_sends_everybody_out(
    tab: Opener, project: ProjectOut, parts: Services
) -> None:
    one = tab()
    await one.join()
    await parts.remove_project(project.id)
    assert await one.closed() == 4404
    assert one.got[-1]["problem"]["code"] == "no_project"


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
async def test_other_sites_are_kept_out(tab: Opener, origin: str, host: str) -> None:
    assert not await tab(origin=origin, host=host).open()


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
async def test_our_own_page_is_let_in(tab: Opener, host: str) -> None:
    assert await tab(origin=f"http://{host}", host=host).open()


async def test_people_see_each_other_come_move_and_go(tab: Opener) -> None:
    one, two = tab(), tab()
    first = await one.join(name="Ada")
    second = await two.join(name="Grace")
    assert [person["name"] for person in second["people"]] == ["Ada"]
    arrived = (await one.hear("arrived"))["person"]
    assert (arrived["client"], arrived["name"]) == (second["client"], "Grace")
    assert arrived["color"] != second["people"][0]["color"]
    for x in range(5):
        await two.say(type="move", cursor={"x": x, "y": 1}, selection=["n1"])
    moved = await one.hear("arrived", where=lambda m: m["person"]["presence"]["cursor"])
    assert moved["person"]["presence"]["selection"] == ["n1"]
    await two.leave()
    assert (await one.hear("departed"))["client"] == second["client"]
    assert first["client"] not in [
        message["person"]["client"] for message in one.got if message["type"] == "arrived"
    ]


async def test_moves_are_told_together(tab: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    release = asyncio.Event()

    async def wait(_: float) -> None:
        await release.wait()

    one, two = tab(), tab()
    await one.join()
    await two.join()
    await one.hear("arrived")
    monkeypatch.setattr("builder.projects.people.asyncio.sleep", wait)
    for x in range(50):
        await two.say(type="move", cursor={"x": x, "y": 0})
    await two.say(type="nonsense")
    await two.hear("failed")  # the moves have been read
    release.set()
    moved = await one.hear("arrived")
    assert moved["person"]["presence"]["cursor"] == {"x": 49.0, "y": 0.0}


async def test_a_full_disk_leaves_the_edit_with_its_sender(
    tab: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    from builder.log.log import Log

    one = tab()
    await one.join()
    batch = new_batch()

    def full(*_: object, **__: object) -> None:
        raise OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(Log, "append", full)
        await one.edit(set_epochs(3), id=batch)
        failed = await one.hear("failed")
    assert (failed["problem"]["code"], failed["id"]) == ("not_saved", batch)
    assert "the disk is full" in failed["problem"]["message"]
    await one.edit(set_epochs(3), id=batch)
    assert (await one.hear("edited"))["revision"] == 1


async def test_a_bug_is_answered_not_fatal(tab: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    one = tab()
    await one.join()
    with monkeypatch.context() as patch:
        patch.setattr("builder.projects.rooms.apply_all", lambda *_: 1 / 0)
        await one.edit(set_epochs(3))
        assert (await one.hear("failed"))["problem"]["code"] == "server_error"
    await one.edit(set_epochs(3))
    await one.hear("edited")
