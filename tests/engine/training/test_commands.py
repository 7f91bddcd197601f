"""Commands are dispatched to the handler of their type, if there is one."""

import json

import pytest
from pydantic import ValidationError

from engine.data.built_in import BUILT_IN
from engine.data.stores import Origin
from engine.document import Document
from engine.protocol import COMMAND, Stop, Train, TrainText
from engine.training.commands import Commands


def test_a_command_goes_to_the_handler_of_its_type() -> None:
    commands = Commands()
    command = Train(document=Document(), output="/tmp")
    received: list[Train] = []
    assert not commands.dispatch(command)
    commands.on(Train, received.append)
    assert commands.dispatch(command)
    assert received == [command]
    assert commands.stop.when is None


def test_a_run_can_be_stopped_before_it_trains() -> None:
    commands = Commands()
    assert commands.dispatch(Stop(when="epoch"))
    assert commands.stop.when == "epoch"
    assert commands.dispatch(Stop(when="now"))
    assert commands.dispatch(Stop(when="epoch"))
    assert commands.stop.when == "now"


def test_a_later_handler_replaces_an_earlier_one() -> None:
    commands = Commands()
    received: list[str] = []
    commands.on(Stop, lambda command: received.append(f"first {command.when}"))
    commands.on(Stop, lambda command: received.append(f"second {command.when}"))
    assert commands.dispatch(Stop())
    assert received == ["second now"]


def test_a_command_as_text_is_the_same_command() -> None:
    command = Train(document=Document(name="é"), output='/tmp/"x', data=BUILT_IN)
    assert COMMAND.validate_json(command.as_text().line()) == command


def test_a_command_says_where_its_results_go() -> None:
    with pytest.raises(ValidationError, match="origin"):
        Train(document=Document())
    origin = Origin(url="http://server/api/worker/1", token="secret")
    assert Train(document=Document(), origin=origin).output == ""


def test_a_stored_document_may_be_of_an_older_version_and_have_lines() -> None:
    graph = {"id": "main", "nodes": [{"id": "a", "layer": "Input"}]}
    text = json.dumps({"version": 1, "graphs": [graph]}, indent=1)
    line = TrainText(text, "jax", "cpu", output="/tmp").line()
    assert line.count(b"\n") == 1
    command = COMMAND.validate_json(line)
    assert isinstance(command, Train)
    assert command.document.main.inputs == ("a",)
