"""Helpers for tests of imports: reading and comparing models, and writing Keras 2's JSON."""

import json
import re
from collections.abc import Iterator
from typing import Any

import keras

from engine.document import Document
from engine.imports.files import read_model
from engine.imports.graph_builder import Imported
from engine.keras.build import build_model


def read(value: Any) -> Imported:
    """The import of valid Keras JSON."""
    answer = read_model(value.encode() if isinstance(value, str) else json.dumps(value).encode())
    assert isinstance(answer, Imported), answer
    return answer


def config(model: keras.Model) -> Any:
    """A model's config with its layers by name, so that their order does not matter."""
    value = json.loads(model.to_json())["config"]
    value["layers"] = {layer["config"]["name"]: layer for layer in value["layers"]}
    return value


def assert_round_trip(model: keras.Model) -> Document:
    """Assert that importing and building a model yields the same config; return the document."""
    document, rebuilt = _imported_and_built(model)
    assert config(rebuilt) == config(model)
    return document


def assert_equivalent_round_trip(model: keras.Model) -> Document:
    """The same, for models whose inner names or the form of whose calls may differ."""
    document, rebuilt = _imported_and_built(model)
    assert histories(rebuilt) == histories(model)
    return document


def _imported_and_built(model: keras.Model) -> tuple[Document, keras.Model]:
    imported = read(model.to_json())
    assert [problem.message for problem in imported.problems] == []
    rebuilt = build_model(imported.document)
    assert rebuilt.count_params() == model.count_params()
    assert rebuilt.input_shape == model.input_shape
    assert rebuilt.output_shape == model.output_shape
    return imported.document, rebuilt


def histories(model: keras.Model) -> dict[str, list[Any]]:
    """The input tensors of each call of each layer, in order."""
    if isinstance(model, keras.Sequential):
        model = keras.Model(model.inputs, model.outputs)
    layers = json.loads(model.to_json())["config"]["layers"]
    return {
        _unnumbered(layer["name"]): list(_histories(layer["inbound_nodes"])) for layer in layers
    }


def _unnumbered(name: str) -> str:
    """A name without its number, for the comparison ops that Keras creates and names."""
    return re.sub(r"^(not_equal)_\d+$", r"\1", name)


def _histories(value: Any) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict) and "keras_history" in value:
        name, *indices = value["keras_history"]
        yield _unnumbered(name), *indices
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _histories(item)


def small(**fields: Any) -> dict[str, Any]:
    """The JSON of a small Sequential model."""
    start = {"class_name": "InputLayer", "config": {"batch_shape": [None, 3], "name": "x"}}
    dense = {"class_name": "Dense", "config": {"name": "d", "units": 2}}
    return {"class_name": "Sequential", "config": {"name": "s", "layers": [start, dense]}, **fields}


def old(kind: str, name: str, *inbound: Any, **fields: Any) -> dict[str, Any]:
    """A layer as Keras 2 wrote it."""
    settings = {"name": name, "trainable": True, "dtype": "float32", **fields}
    return {"class_name": kind, "config": settings, "name": name, "inbound_nodes": list(inbound)}


def call(*names: str, **kwargs: Any) -> list[Any]:
    """One inbound node: the first outputs of the named layers."""
    return [[name, 0, 0, kwargs if index == 0 else {}] for index, name in enumerate(names)]


def old_model(*items: dict[str, Any], outputs: list[Any] | None = None) -> dict[str, Any]:
    """A functional model as Keras 2 wrote it."""
    starts = [[item["name"], 0, 0] for item in items if item["class_name"] == "InputLayer"]
    ends = outputs or [[items[-1]["name"], 0, 0]]
    settings = {"name": "m", "layers": list(items), "input_layers": starts, "output_layers": ends}
    return {"class_name": "Functional", "config": settings, "keras_version": "2.9.0"}


def image(name: str = "image") -> dict[str, Any]:
    shape = [None, 8, 8, 3]
    return old("InputLayer", name, batch_input_shape=shape, sparse=False, ragged=False)
