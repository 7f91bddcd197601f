"""The shapes of tensors while source is interpreted, as Keras infers them."""

from typing import Any

from engine.document import MAIN, Document
from engine.graph.kinds import INPUT
from engine.imports.python.assemble import Assembler, ModelBuilder
from engine.imports.python.state import State
from engine.imports.python.values import Model, ReadError, Tensor, Unknown, find_tensors
from engine.problems import phrase

Shape = tuple[int | None, ...]


def shape_of(state: State, tensor: Tensor, line: int) -> Any:
    """The shape of a tensor: that of its Input, or what Keras infers for its ancestors."""
    shape = _of_input(state, tensor) or state.tensor_shapes.get(tensor)
    if shape is None and state.tools.shapes is not None:
        state.tensor_shapes |= _inferred(state, tensor)
        shape = state.tensor_shapes.get(tensor)
    if shape is None:
        return Unknown(line, phrase("the shape of a tensor is computed by Keras"))
    return shape


def _of_input(state: State, tensor: Tensor) -> Shape | None:
    layer = state.tape[tensor.call].layer
    shape = layer.params.get("shape") if layer.layer == INPUT else None
    if not isinstance(shape, list):
        return None
    size = layer.params.get("batch_size")
    return (size if isinstance(size, int) else None, *shape)


def _inferred(state: State, tensor: Tensor) -> dict[Tensor, Shape]:
    """The shapes of a tensor and of those ancestors whose shape is not known yet.

    The calls between them and tensors of known shape are inferred as a model of their own.
    """
    assert state.tools.shapes is not None
    builder = ModelBuilder(Assembler(state), Model(0), 0)
    inputs: dict[Tensor, str] = {}

    def source(tensor: Tensor) -> tuple[str, int]:
        if tensor.call in builder.calls:
            return builder.calls[tensor.call], tensor.index
        if tensor not in inputs:
            shape = _of_input(state, tensor) or state.tensor_shapes[tensor]
            params: Any = {"shape": list(shape[1:]), "batch_size": shape[0]}
            if shape[0] is None:
                del params["batch_size"]
            inputs[tensor] = builder.add_node(layer=INPUT, params=params)
        return inputs[tensor], 0

    try:
        for index in sorted(_unknown_ancestors(state, tensor)):
            call = state.tape[index]
            builder.calls[index] = builder.add_call(call)
            builder.connect(builder.calls[index], call, source)
    except ReadError:
        return {}
    graphs = (builder.graph(MAIN), *builder.graphs)
    shapes = state.tools.shapes(Document(graphs=graphs))
    return {
        Tensor(index, output): shape
        for index, node in builder.calls.items()
        for output, shape in enumerate(shapes.get(node, ()))
    }


def _unknown_ancestors(state: State, tensor: Tensor) -> set[int]:
    """The calls before a tensor, back to tensors whose shapes are known."""
    calls: set[int] = set()
    waiting = [tensor]
    while waiting:
        current = waiting.pop()
        known = _of_input(state, current) or current in state.tensor_shapes
        if known or current.call in calls:
            continue
        calls.add(current.call)
        call = state.tape[current.call]
        waiting += find_tensors([*call.args, *call.kwargs.values()])
    return calls
