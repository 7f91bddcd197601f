"""The shapes of tensors while source is interpreted, as Keras infers them."""

from typing import Any

from engine.graph.kinds import INPUT
from engine.imports.python.state import State
from engine.imports.python.values import Tensor, Unknown
from engine.problems import phrase


def shape_of(state: State, tensor: Tensor, line: int) -> Any:
    """The shape of a tensor: that of its Input, or what Keras infers for its ancestors."""
    call = state.tape[tensor.call]
    if call.layer.layer == INPUT and "shape" in call.layer.params:
        size = call.layer.params.get("batch_size")
        shape = call.layer.params["shape"]
        return (size, *(shape if isinstance(shape, list) else ()))
    shape = state.tensor_shapes.get(tensor)
    if shape is None and state.tools.shapes is not None:
        from engine.imports.python.assemble import fragment

        state.tensor_shapes |= fragment(state, tensor)
        shape = state.tensor_shapes.get(tensor)
    if shape is None:
        return Unknown(line, phrase("the shape of a tensor is computed by Keras"))
    return shape
