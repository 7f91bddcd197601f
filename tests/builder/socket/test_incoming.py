"""Validation of incoming messages: large ones do not block the event loop."""

import json
import threading

import pytest

from builder.socket import incoming
from builder.wire.messages import Edit, Failed
from tests.builder.conftest import new_batch, set_epochs


@pytest.mark.parametrize(("count", "in_loop"), [(1, True), (1_000, False)])
async def test_large_messages_are_validated_in_a_thread(
    count: int, in_loop: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = []
    validate = incoming._validate

    def record_thread(content: str | bytes) -> object:
        threads.append(threading.current_thread())
        return validate(content)

    monkeypatch.setattr(incoming, "_validate", record_thread)
    operations = [set_epochs(1)] * count
    edit = {"type": "edit", "id": new_batch(), "base": 0, "operations": operations}
    message = await incoming.read(json.dumps(edit))
    assert isinstance(message, Edit)
    assert len(message.operations) == count
    assert [thread is threading.current_thread() for thread in threads] == [in_loop]


async def test_the_answer_to_a_large_malformed_edit_has_its_id() -> None:
    operations = [set_epochs(1)] * 1_000
    edit = {"type": "edit", "id": "batch-xyz", "base": -1, "operations": operations}
    answer = await incoming.read(json.dumps(edit))
    assert isinstance(answer, Failed)
    assert answer.id == "batch-xyz"
