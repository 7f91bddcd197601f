"""A fresh process that runs generated sources and compares their models with the engine's.

One JSON line in, one out: {"document", "sources": {form: text}} → {form: complaint or null}.
Started with the JAX backend, once for many sources, because importing Keras takes seconds.
"""

import json
import sys
from typing import Any

import keras
import numpy as np

from engine.document import Document
from engine.document.reading import validate_document
from engine.keras.build import build_model


def main() -> None:
    """Answer one line after the other; what goes wrong here is an answer, too."""
    answers = sys.stdout
    sys.stdout = sys.stderr
    for line in sys.stdin:
        try:
            answer = judged(json.loads(line))
        except Exception as error:
            answer = {"engine": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def judged(request: dict[str, Any]) -> dict[str, str | None]:
    """Compare the models of all sources with the engine's."""
    document = validate_document(request["document"])
    assert isinstance(document, Document), document
    keras.utils.clear_session(free_memory=False)
    reference = build_model(document)
    models = {form: made(text) for form, text in request["sources"].items()}
    first = next(iter(models.values()))
    find_errors = {form: different(model, reference) for form, model in models.items()}
    if not any(find_errors.values()):
        # Equal configurations compute the same; one run of each kind shows it.
        find_errors[next(iter(models))] = different_outputs(first, reference)
    return find_errors


def made(source: str) -> keras.Model:
    """Run a source; return its model."""
    space: dict[str, Any] = {"__name__": "generated"}
    exec(compile(source, "generated.py", "exec"), space)
    return space["model"] if "model" in space else space["build_model"]()


def different(model: keras.Model, reference: keras.Model) -> str | None:
    """Return how configurations or parameters differ, names aside."""
    if model.count_params() != reference.count_params():
        return f"{model.count_params()} parameters instead of {reference.count_params()}"
    return different_config(model, reference)


def different_config(model: keras.Model, reference: keras.Model) -> str | None:
    """Return where the configurations differ, names aside."""
    stacked = isinstance(model, keras.Sequential)
    ours, theirs = ((stack if stacked else wired)(one) for one in (model, reference))
    if len(ours) != len(theirs):
        return f"{len(ours)} layers instead of {len(theirs)}"
    for one, other in zip(ours, theirs, strict=True):
        if one != other:
            return f"{one}\n  instead of\n{other}"
    return None


def stack(model: keras.Model) -> list[str]:
    """The configuration of each layer, in order."""
    layers = [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
    names: dict[str, str] = {}
    configs = [{"class": type(layer).__name__, **plain(layer.get_config())} for layer in layers]
    return [json.dumps(anonymous(config, names), sort_keys=True) for config in configs]


def wired(model: keras.Model) -> list[str]:
    """The configuration of each layer with its inbound nodes, and of the ends of the model."""
    config = plain(model.get_config())
    names: dict[str, str] = {}
    found = [anonymous(layer, names) for layer in config["layers"]]
    ends = {end: _ends(config[end], names) for end in ("input_layers", "output_layers")}
    return [json.dumps(one, sort_keys=True) for one in (*found, ends)]


def plain(config: Any) -> Any:
    """Tuples as lists, as in a saved model."""
    return json.loads(json.dumps(config))


DTYPES = {"float32", "float16", "bfloat16", "float64", "int32", "int64", "bool", "string"}
ENDS = {"keras_history", "input_layers", "output_layers"}


def anonymous(value: Any, names: dict[str, str]) -> Any:
    """Replace names of layers by the order in which they first appear."""
    if isinstance(value, list):
        return [anonymous(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    if "input_layers" in value:  # a model within: its names are its own
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
        return [_ends(one, names) for one in item]
    return names.setdefault(item, f"name {len(names)}") if isinstance(item, str) else item


def different_outputs(model: keras.Model, reference: keras.Model) -> str | None:
    """Return how outputs differ when both models have the same weights (JAX has no text)."""
    if any(tensor.dtype == "string" for tensor in reference.inputs):
        return None
    random = np.random.default_rng(0)
    model.set_weights(reference.get_weights())
    samples = [sample(random, tensor) for tensor in reference.inputs]
    fed = samples if len(samples) > 1 else samples[0]
    ours = keras.tree.flatten(model(fed, training=False))
    theirs = keras.tree.flatten(reference(fed, training=False))
    same = len(ours) == len(theirs) and all(
        np.allclose(one, other, atol=1e-6, equal_nan=True)
        for one, other in zip(ours, theirs, strict=True)
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
