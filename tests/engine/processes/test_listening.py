"""The thread that reads a worker's commands answers invalid ones and failures, and goes on."""

import io
import os
import sys
from types import SimpleNamespace

import pytest

from engine.document import Document
from engine.problems import Problem
from engine.processes.worker import Worker
from engine.protocol import EVENT, EndedEvent, LogEvent, Stop, Train, line

TRAIN = Train(document=Document(), output="/tmp")


class EndOfInputError(Exception):
    """Raised instead of ending the process."""


def listen(worker: Worker, *lines: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a worker read these lines until its standard input closes."""

    def exit(_: int) -> None:
        raise EndOfInputError

    monkeypatch.setattr(os, "_exit", exit)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"".join(lines))))
    with pytest.raises(EndOfInputError):
        worker.listen()


def texts(output: io.BytesIO) -> list[str]:
    events = [EVENT.validate_json(text) for text in output.getvalue().splitlines()]
    return [event.text for event in events if isinstance(event, LogEvent)]


def test_a_failing_handler_does_not_end_the_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    output = io.BytesIO()
    worker = Worker(output)
    handled: list[Stop] = []

    def fail_once(command: Stop) -> None:
        handled.append(command)
        if len(handled) == 1:
            raise ValueError("no model yet")

    worker._commands.on(Stop, fail_once)
    listen(worker, line(Stop(when="epoch")), line(Stop()), monkeypatch=monkeypatch)
    assert [command.when for command in handled] == ["epoch", "now"]
    assert texts(output) == ["A command failed: ValueError: no model yet"]


def test_a_command_without_a_handler_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    output = io.BytesIO()
    worker = Worker(output)
    worker._commands._handlers.pop(Stop)
    listen(worker, line(Stop()), monkeypatch=monkeypatch)
    assert texts(output) == ["The command “stop” can't be handled now."]


def test_an_invalid_first_command_ends_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    output = io.BytesIO()
    worker = Worker(output)
    listen(worker, b'{"type": "train"}\n', monkeypatch=monkeypatch)
    assert isinstance(worker._first.get_nowait(), Problem)
    listen(worker, line(TRAIN), b"what\n", monkeypatch=monkeypatch)
    assert worker._first.get_nowait() == TRAIN
    assert worker._first.empty()
    assert len(texts(output)) == 1


def test_no_event_follows_the_end() -> None:
    output = io.BytesIO()
    worker = Worker(output)
    worker.emit(EndedEvent(outcome="finished"))
    worker.emit(LogEvent(text="late"))
    assert output.getvalue() == line(EndedEvent(outcome="finished"))
