"""Every property of a document can be written alone, and is then validated like the whole."""

from collections.abc import Iterator
from typing import Any

import pytest

from engine.document import Document, schema
from engine.document.operations import Set, apply
from engine.values import Frozen

DOCUMENT = Document.model_validate(
    {
        "graphs": [
            {
                "id": "main",
                "nodes": [{"id": "a", "layer": "Dense"}, {"id": "b", "layer": "Dense"}],
                "edges": [{"id": "e", "source": "a", "target": "b"}],
            }
        ],
        "training": {"loss": {"class": "MeanSquaredError"}},
    }
)
NODE = ("graphs", "main", "nodes", "a")
OWNERS: dict[tuple[str, ...], type[Frozen]] = {
    (): schema.Document,
    ("graphs", "main"): schema.Graph,
    NODE: schema.Node,
    (*NODE, "position"): schema.Position,
    ("graphs", "main", "edges", "e"): schema.Edge,
    ("training",): schema.Training,
    ("training", "loss"): schema.ObjectSpec,
    ("target",): schema.Target,
}
FIXED = {"id", "version", "graphs", "nodes", "edges", "frames", "notes"}


def properties() -> Iterator[tuple[str, ...]]:
    """The path of every property that can be written."""
    for path, model in OWNERS.items():
        for name, info in model.model_fields.items():
            if name not in FIXED:
                yield (*path, info.alias or name)


def _value(path: tuple[str, ...]) -> Any:
    value: Any = DOCUMENT.to_json()
    for step in path:
        named = {item["id"]: item for item in value} if isinstance(value, list) else value
        value = named[step]
    return value


@pytest.mark.parametrize("path", [*properties()], ids="/".join)
def test_a_valid_value_is_taken(path: tuple[str, ...]) -> None:
    result = apply(DOCUMENT, Set(path=path, value=_value(path)))
    assert isinstance(result, tuple)
    assert result[0] == DOCUMENT


@pytest.mark.parametrize("path", [*properties()], ids="/".join)
def test_an_invalid_value_is_refused_with_its_path(path: tuple[str, ...]) -> None:
    result = apply(DOCUMENT, Set(path=path, value=object()))
    assert not isinstance(result, tuple)
    assert path[-1] in result.message
