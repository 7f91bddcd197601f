"""A project's document at a revision, as text; small ones are parsed in this process as well."""

from dataclasses import dataclass

from builder.models import Project
from builder.reading.reader import Reader
from engine.document import Document
from engine.document.batches import Applied, Batch, apply_batch
from engine.document.stored import count_layers, is_current, read_stored, to_text

LARGE = 200_000
"""Longer documents and batches, in characters, are not parsed in this process: parsing and
validating this much holds the interpreter, and so the event loop, for about 10 ms."""


@dataclass(frozen=True)
class State:
    """A document at a revision; `document` is null if its text is large."""

    revision: int
    name: str
    layers: int
    text: str
    document: Document | None

    @property
    def current(self) -> bool:
        """Whether the text has the present version of documents."""
        return is_current(self.text)


def of_row(row: Project) -> State:
    """Return the state that is stored; a large document may still be of an older version."""
    text = row.document
    if len(text) > LARGE:
        return State(row.revision, row.name, row.layers, text, None)
    document = read_stored(text)
    return of_document(row.revision, document, to_text(document))


def of_document(revision: int, document: Document, text: str) -> State:
    """Return the state with a document that this process has parsed."""
    return State(revision, document.name, count_layers(document), text, document)


def after(applied: Applied, revision: int) -> State:
    """Return the state that a batch has made, which is `revision`."""
    document = applied.document if len(applied.text) <= LARGE else None
    if document is None and len(applied.text) <= LARGE:
        document = read_stored(applied.text)
    return State(revision, applied.name, applied.layers, applied.text, document)


async def on_backend(state: State, backend: str, reader: Reader) -> State:
    """Return a state whose document has another backend. Raises UnansweredError."""
    operations = [{"type": "set", "path": ["target", "backend"], "value": backend}]
    batch = Batch.model_validate(
        {"id": f"on-{backend}-backend", "base": state.revision, "operations": operations}
    )
    if state.document:
        return after(apply_batch(state.document, batch), state.revision)
    applied = await reader.edit(state.text, batch.model_dump_json(by_alias=True).encode())
    assert not isinstance(applied, list), applied
    return after(applied, state.revision)


async def upgraded(state: State, reader: Reader) -> State:
    """Return a state in the present version of documents. Raises UnansweredError."""
    if state.current:
        return state
    new = await reader.upgrade(state.text)
    return State(state.revision, new.name, new.layers, new.document, None)
