"""A process that runs generated sources and compares their models with the engine's.

One JSON line in, one out: {"document", "sources": {form: text}} → {form: difference or null}.
It runs on JAX, and serves many requests, because importing Keras takes seconds.
"""

import json
import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import keras
import numpy as np

from engine.document import Document
from engine.document.reading import validate_document
from engine.keras.build import build_model
from engine.keras.initializing import quick_weights


def main() -> None:
    """Respond to each line; an exception becomes a response, too."""
    answers = sys.stdout
    sys.stdout = sys.stderr
    for line in sys.stdin:
        try:
            answer = compare(json.loads(line))
        except Exception as error:
            answer = {"engine": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def compare(request: dict[str, Any]) -> dict[str, str | None]:
    """Compare the models of all sources with the engine's model."""
    document = validate_document(request["document"])
    assert isinstance(document, Document), document
    keras.utils.clear_session(free_memory=False)
    reference = build_model(document)
    models, called = {}, {}
    for form, text in request["sources"].items():
        models[form], called[form] = model_from_source(text), [*CALLED]
    first = next(iter(models.values()))
    differences = {
        form: subclass_difference(models, called, reference)
        if form == "subclass"
        else difference(model, reference)
        for form, model in models.items()
    }
    if "subclass" not in models and not any(differences.values()):
        # Models with equal configs compute the same, so comparing one of them is enough.
        differences[next(iter(models))] = output_difference(first, reference)
    return differences


def model_from_source(source: str) -> keras.Model:
    """Run a source; return its model, of which the first weights are drawn as in the engine's."""
    space: dict[str, Any] = {"__name__": "generated"}
    with quick_weights(), noted_calls():
        exec(compile(source, "generated.py", "exec"), space)
        return space["model"] if "model" in space else space["build_model"]()


def difference(model: keras.Model, reference: keras.Model) -> str | None:
    """Return how configs or counts of parameters differ, ignoring names."""
    if model.count_params() != reference.count_params():
        return f"{model.count_params()} parameters instead of {reference.count_params()}"
    trainable = [sum(map(_size, kind.trainable_weights)) for kind in (model, reference)]
    if trainable[0] != trainable[1]:
        return f"{trainable[0]} trainable parameters instead of {trainable[1]}"
    return config_difference(model, reference)


def subclass_difference(
    models: dict[str, keras.Model], called: dict[str, list[Any]], reference: keras.Model
) -> str | None:
    """Return how a model whose layers are attributes differs for the same weights.

    Its layers are those that the functional code calls, in the same order.
    """
    model, functional = models["subclass"], models["functional"]
    trainable = [sum(map(_size, kind.trainable_weights)) for kind in (model, reference)]
    if trainable[0] != trainable[1]:
        return f"{trainable[0]} trainable parameters instead of {trainable[1]}"
    pairs = [[each for each in called[form] if each.weights] for form in ("subclass", "functional")]
    if [type(layer) for layer in pairs[0]] != [type(layer) for layer in pairs[1]]:
        return f"{len(pairs[0])} other layers than the {len(pairs[1])} of functional code"
    random = np.random.default_rng(0)
    functional.set_weights([drawn(weight, random) for weight in reference.weights])
    reference.set_weights(functional.get_weights())
    for layer, counterpart in zip(*pairs, strict=True):
        layer.set_weights(counterpart.get_weights())
    inputs = [sample(random, tensor) for tensor in reference.inputs]
    named = dict(zip([tensor.name for tensor in reference.inputs], inputs, strict=True))
    # A functional model replaces the `training` of its calls by its own, so that none is given.
    actual = model(named if len(inputs) > 1 else inputs[0])
    actual = [*actual.values()] if isinstance(actual, dict) else keras.tree.flatten(actual)
    expected = keras.tree.flatten(reference(inputs if len(inputs) > 1 else inputs[0]))
    same = len(actual) == len(expected) and all(
        np.allclose(a, b, rtol=1e-4, atol=1e-5) for a, b in zip(actual, expected, strict=True)
    )
    return None if same else "other outputs"


def drawn(weight: Any, random: Any) -> Any:
    """Values of a weight; those that begin as zeros or ones are drawn at random, too."""
    values = np.asarray(weight)
    if not np.issubdtype(values.dtype, np.floating):
        return values
    return values + 0.1 * random.uniform(size=values.shape) * (np.std(values) < 1e-6)


CALLED: list[Any] = []
"""Keras's own layers in the order in which the last source first called them."""


@contextmanager
def noted_calls() -> Iterator[None]:
    """Note the calls of layers, but for those that a layer of Keras calls itself."""
    CALLED.clear()
    call = keras.layers.Layer.__call__
    inside: list[Any] = []

    def noted(layer: Any, *args: Any, **kwargs: Any) -> Any:
        own = type(layer).__module__.startswith("keras.") and not isinstance(layer, keras.Model)
        if not own or inside:
            return call(layer, *args, **kwargs)
        if not any(each is layer for each in CALLED):
            CALLED.append(layer)
        inside.append(layer)
        try:
            return call(layer, *args, **kwargs)
        finally:
            inside.pop()

    with patch.object(keras.layers.Layer, "__call__", noted):
        yield


def _size(weight: Any) -> int:
    return math.prod(weight.shape)


def config_difference(model: keras.Model, reference: keras.Model) -> str | None:
    """Return how configs differ, ignoring names."""
    configs = layer_configs if isinstance(model, keras.Sequential) else graph_configs
    actual, expected = configs(model), configs(reference)
    if len(actual) != len(expected):
        return f"{len(actual)} layers instead of {len(expected)}"
    for config, expected_config in zip(actual, expected, strict=True):
        if config != expected_config:
            return f"{config}\n  instead of\n{expected_config}"
    return None


def layer_configs(model: keras.Model) -> list[str]:
    """The config of each layer, in order."""
    layers = [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
    names: dict[str, str] = {}
    configs = [
        {
            "class": type(layer).__name__,
            **last_axis(as_json(keras.saving.serialize_keras_object(layer)))["config"],
        }
        for layer in layers
    ]
    return [json.dumps(anonymous(config, names), sort_keys=True) for config in configs]


def graph_configs(model: keras.Model) -> list[str]:
    """The config of each layer with its inbound nodes, and the model's inputs and outputs."""
    config = as_json(model.get_config())
    names: dict[str, str] = {}
    layers = [anonymous(layer, names) for layer in config["layers"]]
    ends = {end: _ends(config[end], names) for end in ("input_layers", "output_layers")}
    return [json.dumps(item, sort_keys=True) for item in (*layers, ends)]


def last_axis(layer: Any) -> Any:
    """A layer's config with −1 for the last axis, which code writes as the default."""
    config, built = layer.get("config"), layer.get("build_config") or {}
    if not isinstance(config, dict) or "axis" not in config or "input_shape" not in built:
        return layer
    shape = built["input_shape"]
    rank = len(shape[0] if shape and isinstance(shape[0], list) else shape)
    axes = config["axis"]
    if isinstance(axes, list):
        changed: Any = [-1 if axis == rank - 1 else axis for axis in axes]
    else:
        changed = -1 if axes == rank - 1 else axes
    return {**layer, "config": {**config, "axis": changed}}


def as_json(config: Any) -> Any:
    """A config with tuples as lists, as in a saved model."""
    return json.loads(json.dumps(config))


DTYPES = {"float32", "float16", "bfloat16", "float64", "int32", "int64", "bool", "string"}
ENDS = {"keras_history", "input_layers", "output_layers"}


def anonymous(value: Any, names: dict[str, str]) -> Any:
    """Replace names of layers by the order in which they first appear."""
    if isinstance(value, list):
        return [anonymous(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    value = last_axis(value)
    if "input_layers" in value:  # a nested model has its own scope of names
        value, names = {**value, "name": None}, {}
    return {key: _anonymous_item(key, item, names) for key, item in value.items()}


def _anonymous_item(key: str, item: Any, names: dict[str, str]) -> Any:
    if key == "name" and isinstance(item, str) and item not in DTYPES:
        return names.setdefault(item, f"name {len(names)}")
    if key in ENDS:
        return _ends(item, names)
    return anonymous(item, names)


def _ends(item: Any, names: dict[str, str]) -> Any:
    if isinstance(item, list):
        return [_ends(child, names) for child in item]
    return names.setdefault(item, f"name {len(names)}") if isinstance(item, str) else item


def output_difference(model: keras.Model, reference: keras.Model) -> str | None:
    """Return how outputs differ for the same weights (JAX does not support text)."""
    if any(tensor.dtype == "string" for tensor in reference.inputs):
        return None
    random = np.random.default_rng(0)
    model.set_weights(reference.get_weights())
    samples = [sample(random, tensor) for tensor in reference.inputs]
    inputs = samples if len(samples) > 1 else samples[0]
    actual = keras.tree.flatten(model(inputs, training=False))
    expected = keras.tree.flatten(reference(inputs, training=False))
    same = len(actual) == len(expected) and all(
        np.allclose(a, b, atol=1e-6, equal_nan=True) for a, b in zip(actual, expected, strict=True)
    )
    return None if same else "other outputs for the same weights"


def sample(random: np.random.Generator, tensor: Any) -> np.ndarray:
    """Two random rows for an input."""
    shape = [2, *(axis or 3 for axis in tensor.shape[1:])]
    if "int" in tensor.dtype:
        return random.integers(0, 3, shape)
    return random.normal(size=shape).astype("float32")


if __name__ == "__main__":
    main()
