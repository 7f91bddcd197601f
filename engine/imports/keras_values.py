"""Helpers for the parts of Keras JSON: names, shapes, tensor histories."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.catalogue import load, traits_of
from engine.imports.keras_2 import TENSOR, modern_call

TRAINING = "training"


def name_of(layer: Mapping[str, Any]) -> str:
    """A layer's name in its model; its class when it has none."""
    return str(layer.get("name") or layer["config"].get("name") or layer["class_name"])


def is_empty(value: Any) -> bool:
    """Whether an argument is None or False, or a list of these, such as the masks of a model."""
    if isinstance(value, list):
        return all(is_empty(item) for item in value)
    return value is None or value is False


def as_dict(value: Any) -> dict[str, Any]:
    """The value if it is a dict, else an empty dict."""
    return value if isinstance(value, dict) else {}


def is_layer(layer: Mapping[str, Any]) -> bool:
    """Whether this is one of Keras's layers; some op classes have a layer's name (Add)."""
    module = str(layer.get("module") or "keras.layers")
    return not layer.get("registered_name") and ".ops" not in module


def stack_shape(layers: list[Any], config: Mapping[str, Any]) -> list[Any] | None:
    """The shape, with the batch axis, of a Sequential model's implicit input."""
    first = layers[0]["config"] if layers else {}
    shape = first.get("batch_input_shape") or first.get("batch_shape")
    return shape or config.get("build_input_shape")


def endpoints(value: Any) -> Iterator[tuple[str, int, int]]:
    """The histories [layer, call, output] in nested lists and dicts."""
    if isinstance(value, dict):
        for item in value.values():
            yield from endpoints(item)
    elif value and isinstance(value[0], str):
        yield value[0], value[1], value[2]
    else:
        for item in value:
            yield from endpoints(item)


def call_params(kind: str, inbound: Any) -> dict[str, bool]:
    """The call arguments, other than tensors and defaults, of one call of a layer of class `kind`.

    Keras 3 writes them as kwargs of the call, Keras 2 after its first tensor.
    """
    entry = load().layer(kind)
    if entry is None or entry.kind != "layer":
        return {}
    kwargs = inbound.get("kwargs") if isinstance(inbound, dict) else modern_call(kind, inbound)[1]
    return {
        param.name: kwargs[param.name]
        for param in entry.params
        if param.at_call and kwargs and kwargs.get(param.name) == (not param.default)
    }


def call_training(kind: str, inbound: Any, *, old: bool) -> bool | None:
    """The `training` of one call of a layer of class `kind`; None when it is Keras's default.

    Keras 3 writes the default of the layer, too, so that nobody can tell whether the call set it.
    """
    kwargs = inbound.get("kwargs") if isinstance(inbound, dict) else modern_call(kind, inbound)[1]
    value = kwargs.get(TRAINING) if kwargs else None
    default = None if old else traits_of(kind).training_default
    return value if isinstance(value, bool) and value is not default else None


def histories(value: Any) -> Iterator[tuple[str, int, int]]:
    """The history (layer, call, output) of every tensor in an argument, in order."""
    if isinstance(value, dict) and value.get("class_name") == TENSOR:
        layer, call, output = value["config"]["keras_history"]
        yield str(layer), int(call), int(output)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from histories(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from histories(item)
