"""The shapes of tensors while source is interpreted, as Keras infers them."""

from typing import Any

from engine.document import MAIN, Document
from engine.graph.kinds import INPUT
from engine.imports.python.assemble import Assembler, ModelBuilder
from engine.imports.python.specs import Spec, input_params
from engine.imports.python.state import State
from engine.imports.python.tape import ancestors
from engine.imports.python.unknown import (
    Derived,
    ReadError,
    Unknown,
)
from engine.imports.python.values import (
    Model,
    Tensor,
)
from engine.problems import phrase


def shape_of(state: State, tensor: Tensor, line: int) -> Any:
    """The shape of a tensor: that of its Input, or what Keras infers for its ancestors."""
    spec = spec_of(state, tensor)
    if spec is not None:
        return spec.shape
    return _cause(state, tensor) or Unknown(
        line, phrase("the shape of a tensor is computed by Keras")
    )


def _cause(state: State, tensor: Tensor) -> Unknown | None:
    """The argument of a layer before the tensor that may be asked for, and then gives its shape."""
    for index in sorted(ancestors(state.tape, [tensor], set())):
        for unknown in state.tape[index].layer.unknown.values():
            if unknown.question not in ("", "?"):
                return Derived(unknown.line, unknown.why, unknown.question)
    return None


def spec_of(state: State, tensor: Tensor) -> Spec | None:
    """The shape and type of a tensor; None if Keras can't infer them, or there is no Keras."""
    spec = _known(state, tensor)
    if spec is None and state.tools.shapes is not None:
        calls = _unknown_ancestors(state, tensor)
        if not calls & state.shapeless:
            state.specs |= _inferred(state, calls)
        spec = state.specs.get(tensor)
        if spec is None:
            known = {known.call for known in state.specs}
            state.shapeless |= calls - known
    return spec


def _known(state: State, tensor: Tensor) -> Spec | None:
    return _of_input(state, tensor) or state.specs.get(tensor)


def _of_input(state: State, tensor: Tensor) -> Spec | None:
    layer = state.tape[tensor.call].layer
    shape = layer.params.get("shape") if layer.layer == INPUT else None
    if not isinstance(shape, list):
        return None
    size = layer.params.get("batch_size")
    dtype = layer.params.get("dtype", "float32")
    return Spec((size if isinstance(size, int) else None, *shape), str(dtype))


def _inferred(state: State, calls: set[int]) -> dict[Tensor, Spec]:
    """The shapes and types of the tensors of calls, whose other arguments are known.

    The calls between them and tensors of known shape are inferred as a model of their own.
    """
    assert state.tools.shapes is not None
    builder = ModelBuilder(Assembler(state), Model(0), 0)
    inputs: dict[Tensor, str] = {}

    def source(tensor: Tensor) -> tuple[str, int]:
        if tensor.call in builder.calls:
            return builder.calls[tensor.call], tensor.index
        if tensor not in inputs:
            spec = _known(state, tensor)
            if spec is None or not spec.shape:
                raise ReadError(0, "")
            inputs[tensor] = builder.add_node(layer=INPUT, params=input_params(spec))
        return inputs[tensor], 0

    try:
        for index in sorted(calls):
            call = state.tape[index]
            builder.calls[index] = builder.add_call(call)
            builder.connect(builder.calls[index], call, source)
    except ReadError:
        return {}
    graphs = (builder.graph(MAIN), *builder.graphs)
    specs = state.tools.shapes(Document(graphs=graphs))
    return {
        Tensor(index, output): spec
        for index, node in builder.calls.items()
        for output, spec in enumerate(specs.get(node, ()))
    }


def _unknown_ancestors(state: State, tensor: Tensor) -> set[int]:
    """The calls before a tensor, back to tensors whose shapes are known or can't be inferred."""
    calls: set[int] = set()
    waiting = [tensor]
    while waiting:
        current = waiting.pop()
        if _known(state, current) or current.call in calls:
            continue
        calls.add(current.call)
        if current.call not in state.shapeless:
            waiting += state.tape[current.call].tensors
    return calls
