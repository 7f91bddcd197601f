"""Helpers for tests of training runs."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from engine.document import Document, OutputTraining
from engine.graph.index import outputs
from engine.processes.executors.base import Handle
from engine.protocol import EndedEvent, RunEvent, Train
from engine.templates import find


def document(template: str, backend: str = "jax", device: str = "cpu", **training: Any) -> Document:
    """Return a template's document with another target and other training settings."""
    match = find(template)
    assert match is not None
    values = match.document.to_json()
    values["training"] |= training
    values["target"] = {"backend": backend, "device": device}
    return Document.model_validate(values)


def weighed(template: str, weights: Any, encoding: str = "", **training: Any) -> Document:
    """A template's document with class weights for its first output."""
    plain = document(template, "jax", **training)
    node = outputs(plain.main)[0]
    values = plain.to_json()
    own = OutputTraining(node=node, class_weights=weights).model_dump(mode="json", by_alias=True)
    values["training"]["outputs"] = [own]
    if encoding:
        column = {"node": node, "column": "species", "encoding": encoding}
        values["training"]["bindings"] = [column]
    return Document.model_validate(values)


def train_command(
    folder: Path, template: str, backend: str = "jax", device: str = "cpu", **training: Any
) -> Train:
    """Return the command that trains `document(…)` into a new folder below `folder`."""
    output = folder / f"{template}-{backend}"
    output.mkdir()
    return Train(document=document(template, backend, device, **training), output=str(output))


async def all_events(handle: Handle) -> list[RunEvent]:
    """Return all remaining events of a run."""
    return [event async for event in handle.events()]


async def until(events: AsyncIterator[RunEvent], kind: type[RunEvent]) -> RunEvent:  # type: ignore[valid-type]
    """Return the next event of a type. Fails if the run ends before it."""
    async for event in events:
        if isinstance(event, kind):
            return event
        assert not isinstance(event, EndedEvent), event
    raise AssertionError("the run has no EndedEvent")


def final_event(events: list[RunEvent]) -> EndedEvent:
    """Return the EndedEvent, after asserting that it is the last event and the only one."""
    assert [isinstance(event, EndedEvent) for event in events] == [False] * (len(events) - 1) + [
        True
    ]
    last = events[-1]
    assert isinstance(last, EndedEvent)
    return last
