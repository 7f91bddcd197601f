"""The small forms of which Keras's JSON is made: names, shapes, histories of tensors."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.catalogue import load
from engine.imports.keras_2 import TENSOR, modern_call


def name_of(layer: Mapping[str, Any]) -> str:
    """A layer's name in its model; its class where it has none."""
    return str(layer.get("name") or layer["config"].get("name") or layer["class_name"])


def says_nothing(value: Any) -> bool:
    """Whether an argument is None or False, or holds nothing else, as the masks of a model do."""
    if isinstance(value, list):
        return all(says_nothing(item) for item in value)
    return value is None or value is False


def as_dict(value: Any) -> dict[str, Any]:
    """The value where it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def is_layer(layer: Mapping[str, Any]) -> bool:
    """Whether a class is one of Keras's layers: an operation may have a layer's name (Add)."""
    module = str(layer.get("module") or "keras.layers")
    return not layer.get("registered_name") and ".ops" not in module


def stack_shape(layers: list[Any], config: Mapping[str, Any]) -> list[Any] | None:
    """The shape, with the batch axis, of the input that a Sequential model does not spell out."""
    first = layers[0]["config"] if layers else {}
    shape = first.get("batch_input_shape") or first.get("batch_shape")
    return shape or config.get("build_input_shape")


def endpoints(value: Any) -> Iterator[tuple[str, int, int]]:
    """Histories [layer, call, output] wherever they are in lists and dicts."""
    if isinstance(value, dict):
        for item in value.values():
            yield from endpoints(item)
    elif value and isinstance(value[0], str):
        yield value[0], value[1], value[2]
    else:
        for item in value:
            yield from endpoints(item)


def said_at_call(kind: str, inbound: Any) -> dict[str, bool]:
    """What one call of a layer of this kind is told beside its tensors, where it is no default.

    Keras 3 writes it among the kwargs of the call, Keras 2 behind its first tensor.
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


def histories(value: Any) -> Iterator[tuple[str, int, int]]:
    """Every tensor in an argument, in order."""
    if isinstance(value, dict) and value.get("class_name") == TENSOR:
        layer, call, output = value["config"]["keras_history"]
        yield str(layer), int(call), int(output)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from histories(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from histories(item)
