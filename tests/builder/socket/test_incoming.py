"""Validation of incoming messages: large ones are left to the reader."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from builder.projects.states import LARGE
from builder.socket.incoming import MOST_ITEMS, LargeEdit, read
from builder.wire.messages import Edit, Inspect
from tests.builder.conftest import Tab, new_batch, set_epochs

Opener = Callable[..., Tab]


def edit(count: int, **fields: Any) -> dict[str, Any]:
    operations = [set_epochs(1)] * count
    return {"type": "edit", "id": new_batch(), "base": 0, **fields, "operations": operations}


def test_a_small_message_is_validated_at_once() -> None:
    message = read(json.dumps(edit(1)))
    assert isinstance(message, Edit)
    assert len(message.operations) == 1


@pytest.mark.parametrize("order", [("type", "id", "base"), ("id",), ("base", "id", "type")])
def test_a_large_message_is_not_parsed_but_its_id_is_known(order: tuple[str, ...]) -> None:
    message = edit(LARGE // 40)
    text = json.dumps({name: message[name] for name in order} | message)
    assert read(text) == LargeEdit(text.encode(), message["id"])


def test_a_photo_is_read_at_once_and_a_long_list_is_not() -> None:
    sample = {"type": "own", "packed": {"photo": "AAAA" * LARGE}}
    look = {"sample": sample, "nodes": [["conv"]]}
    message = read(json.dumps({"type": "inspect", "run": None, "look": look}))
    assert isinstance(message, Inspect)
    assert message.look.sample.model_dump()["packed"] == sample["packed"]
    look["sample"] = {"type": "own", "values": {"photo": [0.123] * (MOST_ITEMS + 1)}}
    listed = json.dumps({"type": "inspect", "run": None, "look": look})
    assert read(listed) == LargeEdit(listed.encode(), None)


def test_the_id_of_another_thing_is_not_taken_for_that_of_the_batch() -> None:
    operations = [{"type": "add", "item": {"id": "other-thing"}}] * (LARGE // 40)
    text = json.dumps({"type": "edit", "operations": operations, "id": "batch-xyz"})
    assert read(text) == LargeEdit(text.encode(), None)


async def test_a_large_edit_is_applied(open_tab: Opener) -> None:
    tab = open_tab()
    await tab.join()
    large = edit(LARGE // 40)
    await tab.send(**large)
    edited = await tab.receive("edited")
    assert (edited["id"], edited["revision"]) == (large["id"], 1)


async def test_refusals_of_a_large_edit_are_answered(open_tab: Opener) -> None:
    tab = open_tab()
    await tab.join()
    large = edit(LARGE // 40)
    large["operations"].append(set_epochs("many"))
    await tab.send(**large)
    refused = await tab.receive("refused")
    assert (refused["id"], refused["revision"]) == (large["id"], 1)
    assert [refusal["index"] for refusal in refused["refused"]] == [LARGE // 40]


async def test_the_answer_to_a_large_malformed_edit_has_its_id(open_tab: Opener) -> None:
    tab = open_tab()
    await tab.join()
    await tab.send(**edit(LARGE // 40, id="batch-xyz", base=-1))
    failed = await tab.receive("failed")
    assert (failed["id"], failed["problem"]["code"]) == ("batch-xyz", "bad_request")


async def test_a_large_message_is_not_read_before_joining(open_tab: Opener) -> None:
    tab = open_tab()
    assert await tab.open()
    large = edit(LARGE // 40)
    await tab.send(**large)
    failed = await tab.receive("failed")
    assert (failed["id"], failed["problem"]["code"]) == (large["id"], "not_joined")
