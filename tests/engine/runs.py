"""Helpers of the tests that run workers."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from engine.document import Document
from engine.processes.executors.base import Handle
from engine.protocol import EndedEvent, RunEvent, Train
from engine.templates import find


def document(template: str, backend: str = "jax", device: str = "cpu", **training: Any) -> Document:
    """Return a template's document with another target and other training values."""
    found = find(template)
    assert found is not None
    values = found.document.to_json()
    values["training"] |= training
    values["target"] = {"backend": backend, "device": device}
    return Document.model_validate(values)


def command(
    folder: Path, template: str, backend: str = "jax", device: str = "cpu", **training: Any
) -> Train:
    """Return the command that trains `document(…)` into a new folder below `folder`."""
    output = folder / f"{template}-{backend}"
    output.mkdir()
    return Train(document=document(template, backend, device, **training), output=str(output))


async def everything(handle: Handle) -> list[RunEvent]:
    """Return all events of a run that are still to come."""
    return [event async for event in handle.events()]


async def until(events: AsyncIterator[RunEvent], kind: type[RunEvent]) -> RunEvent:  # type: ignore[valid-type]
    """Return the next event of a kind. Fails when the run ends before."""
    async for event in events:
        if isinstance(event, kind):
            return event
        assert not isinstance(event, EndedEvent), event
    raise AssertionError("the run ended without an end")


def ended(events: list[RunEvent]) -> EndedEvent:
    """Return the end, after making sure that it is the last event and the only end."""
    assert [isinstance(event, EndedEvent) for event in events] == [False] * (len(events) - 1) + [
        True
    ]
    last = events[-1]
    assert isinstance(last, EndedEvent)
    return last
