"""Calls of layers and models that the source defines as classes."""

from typing import Any

from engine.imports.python import functions
from engine.imports.python.inheritance import find
from engine.imports.python.layers import apply, as_layer
from engine.imports.python.state import State
from engine.imports.python.values import (
    Function,
    Instance,
    Unknown,
    find_tensors,
)
from engine.problems import phrase


def call_instance(
    state: State, instance: Instance, args: list[Any], kwargs: dict[str, Any], line: int
) -> Any:
    """Call an instance: the `call` of a layer or model is interpreted with the given tensors."""
    if instance.model is not None and (instance.model.outputs or instance.model.stack):
        return apply(state, as_layer(instance.model), args, kwargs, line)
    name = "call" if instance.cls.kind in ("layer", "model", "sequential") else "__call__"
    function = find(instance.cls, name)
    if not isinstance(function, Function):
        if instance.cls.kind == "layer":
            return args[0] if args else Unknown(line, "")
        text = phrase("“{name}” extends a class that is not read", name=instance.cls.name)
        return Unknown(line, text)
    if name == "__call__":
        return functions.call(state, function, [instance, *args], kwargs, line, instance)
    _build(state, instance, args, line)
    return functions.call_with_flag(state, function, args, kwargs, instance)


def _build(state: State, instance: Instance, args: list[Any], line: int) -> None:
    """Run the `build` of a layer before its first call."""
    if instance.built:
        return
    instance.built = True
    function = find(instance.cls, "build")
    if not isinstance(function, Function):
        return
    tensors = find_tensors(args[:1])
    shapes = [state.shape_of(tensor, line) for tensor in tensors]
    shape: Any = shapes if args and isinstance(args[0], list) else (shapes or [None])[0]
    functions.call(state, function, [instance, shape], {}, line, instance)


def own_weights(instance: Instance, name: str, line: int) -> Unknown:
    """The value of self.add_weight(…): a weight that belongs to no layer of Keras."""
    why = phrase("“{name}” has weights of its own ({method})", name=instance.cls.name, method=name)
    return Unknown(line, why)
