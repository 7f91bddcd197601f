"""A process that runs sources with Keras, and describes their models and those of documents.

One JSON line in, one out: {"source", "document"} → {"source": description or error, "document": …}.
It serves many requests, because importing Keras takes seconds.
"""

import json
import os
import sys
from collections.abc import Callable
from hashlib import sha256
from typing import Any

os.environ["KERAS_BACKEND"] = "jax"

import keras

from engine.document import Document
from engine.document.reading import validate_document
from engine.keras.build import build_model
from engine.keras.initializing import quick_weights

_NAMES = ("name", "dtype", "module", "registered_name", "build_config", "seed", "sparse", "ragged")
"""Keys of configurations that differ between equal models, or can't differ."""


def main() -> None:
    """Respond to each line; an exception becomes a response, too."""
    answers = sys.stdout
    sys.stdout = sys.stderr
    for line in sys.stdin:
        request = json.loads(line)
        answer = {
            "source": attempt(lambda text=request["source"]: describe(run(text))),
            "document": attempt(lambda data=request["document"]: describe(of_document(data))),
        }
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def attempt(function: Callable[[], Any]) -> Any:
    """The result of a function, or the exception that it raises."""
    keras.utils.clear_session(free_memory=False)
    try:
        with quick_weights():
            return function()
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def run(source: str) -> keras.Model:
    """The model of a source."""
    space: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(source, "source.py", "exec"), space)
    model: keras.Model = space["model"]
    return model


def of_document(data: Any) -> keras.Model:
    """The model of a document."""
    document = validate_document(data)
    assert isinstance(document, Document), document
    return build_model(document)


def describe(model: keras.Model) -> dict[str, Any]:
    """What has to be equal: how the outputs are computed from the inputs, and the weights."""
    return {
        "layers": sorted(f"{type(layer).__name__} {plain(layer)}" for layer in layers_in(model)),
        "outputs": [signature(tensor, {}) for tensor in model.outputs],
        "inputs": [list(tensor.shape) for tensor in model.inputs],
        "parameters": model.count_params(),
        "trainable": sorted(str(weight.shape) for weight in model.trainable_weights),
    }


def layers_in(model: keras.Model) -> list[Any]:
    """The layers of a model and of the models in it; Inputs of these are no layers of the whole."""
    result: list[Any] = []
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            result += layers_in(layer)
        elif not _is_input(layer):
            result.append(layer)
    return result


def plain(layer: Any) -> str:
    """The configuration of a layer without what differs between equal models."""
    return json.dumps(_plain(layer.get_config()), sort_keys=True, default=str)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if key not in _NAMES}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def signature(tensor: Any, known: dict[int, str]) -> str:
    """A hash of the computation of a tensor: the layers and the order of their inputs.

    What is in a model is computed as if it were outside of it.
    """
    if id(tensor) not in known:
        layer, index, position = tensor._keras_history
        sources = [] if _is_input(layer) else layer._inbound_nodes[index].input_tensors
        inputs = [signature(source, known) for source in sources]
        if isinstance(layer, keras.Model):
            inner = dict(zip(map(id, layer.inputs), inputs, strict=True))
            known[id(tensor)] = signature(layer.outputs[position], inner)
        else:
            config = plain(layer) if isinstance(layer, keras.Layer) else ""
            shape = tensor.shape if _is_input(layer) else ""
            text = f"{type(layer).__name__} {config} {shape} {position} {inputs}"
            known[id(tensor)] = sha256(text.encode()).hexdigest()
    return known[id(tensor)]


def _is_input(layer: Any) -> bool:
    return isinstance(layer, keras.layers.InputLayer)


if __name__ == "__main__":
    main()
