"""Documents as they are stored: JSON that needn't be parsed to know its version or its name.

The text of a document of the present version begins with these two, as `to_text` writes them.
"""

from dataclasses import dataclass

from pydantic_core import from_json, to_json

from engine.document.reading import validate_document
from engine.document.schema import VERSION, Document

_START = f'{{"version":{VERSION},"name":'


@dataclass(frozen=True)
class Settings:
    """What the list of training runs shows of a document, and what a run can't start without."""

    backend: str
    device: str
    epochs: int
    data: str
    layers: int


def settings_of(document: Document) -> Settings:
    """Return the settings of a document for training."""
    target = document.target
    training, layers = document.training, len(document.main.nodes)
    return Settings(target.backend, target.device, training.epochs, training.data, layers)


def to_text(document: Document) -> str:
    """Return a document as the JSON text that is stored and sent."""
    return document.model_dump_json(by_alias=True)


def count_layers(document: Document) -> int:
    """Return the number of nodes in all graphs of a document."""
    return sum(len(graph.nodes) for graph in document.graphs)


def read_stored(text: str) -> Document:
    """Read a document that the server stored itself, at whatever version it then had.

    Every stored document is read here and nowhere else, so that a new version breaks none of
    them. Raises ValueError when it can't be read, which only damage to the database brings about.
    """
    document = validate_document(from_json(text))
    if isinstance(document, Document):
        return document
    raise ValueError(f"a stored document can't be read: {document[0].message}")


def is_current(text: str) -> bool:
    """Return whether a stored document has the present version, and so needs no migration."""
    return text.startswith(_START)


def renamed(text: str, name: str, new: str) -> str:
    """Return a stored document of the present version, with the name `name`, under a new name.

    Raises ValueError if it has another name.
    """
    start = _START + _quoted(name)
    if not text.startswith(start):
        raise ValueError(f"the stored document is not named {name!r}")
    return _START + _quoted(new) + text[len(start) :]


def _quoted(name: str) -> str:
    return to_json(name).decode()
