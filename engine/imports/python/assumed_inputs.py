"""Names without a value that layers are called on: the inputs of a model in a pasted fragment.

Each is an Input whose shape is asked for; that it is assumed is reported. A star import of an
unknown module may define the name, and nothing is assumed then.
"""

import ast
from collections.abc import Iterator
from typing import Any

from engine.imports.python.layers import apply, make_input
from engine.imports.python.paths import exports_known
from engine.imports.python.state import SHAPE, State
from engine.imports.python.tape import ancestors
from engine.imports.python.unknown import Path, Undefined, Unknown
from engine.imports.python.values import Instance, Layer, Model, Scope, Tensor, find_tensors
from engine.problems import Problem, problem

Args = list[Any]
Kwargs = dict[str, Any]


def with_inputs(state: State, called: Any, args: Args, line: int) -> Args:
    """The arguments of a layer's call, with an Input in the place of each name without a value."""
    if state.within is not None or not _takes_tensors(called, args):
        return args
    if not all(map(exports_known, state.module.star_modules)):
        return args
    return [_with_inputs(state, value, line) for value in args]


def _takes_tensors(called: Any, args: Args) -> bool:
    """Whether a call is one of tensors; `layers.add([x, y])` and operators, where one is known."""
    if isinstance(called, (Layer, Model, Instance)):
        return any(map(_is_undefined, args))
    is_op = isinstance(called, ast.operator) or (
        isinstance(called, Path) and called.dotted.startswith("keras.layers.")
    )
    return is_op and bool(find_tensors(args))


def _is_undefined(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(map(_is_undefined, value))
    return isinstance(value, Undefined)


def known_inputs(state: State, value: Any) -> Any:
    """A value, with the Inputs that were assumed in the place of names without a value."""
    if isinstance(value, list | tuple):
        return [known_inputs(state, item) for item in value]
    if isinstance(value, Unknown) and value.question in state.assumed_inputs:
        return state.assumed_inputs[value.question]
    return value


def complete(state: State) -> None:
    """Make a model of a module that calls layers on such names, and creates no model itself.

    Its outputs are the tensors that nothing else uses.
    """
    inputs = [tensor for key, tensor in state.assumed_inputs.items() if ":" not in key]
    if state.models or not inputs:
        return
    used = {tensor.call for call in state.tape for tensor in call.tensors}
    starts = {tensor.call for tensor in inputs}
    ends = [
        Tensor(index, 0)
        for index in range(len(state.tape))
        if index not in used | starts and starts & ancestors(state.tape, [Tensor(index, 0)], set())
    ]
    if ends:
        model = Model(state.tape[ends[0].call].line, inputs=inputs, outputs=ends, is_assumed=True)
        state.journal.new(vars(model))
        state.models.append(model)


def notes(state: State, model: Model) -> Iterator[Problem]:
    """What was assumed about a model."""
    calls = ancestors(state.tape, model.outputs, set())
    names = [
        state.input_names[tensor.call]
        for tensor in state.assumed_inputs.values()
        if tensor.call in calls
    ]
    if names and model.is_assumed:
        yield problem("python_assumed_model", names=names)
    elif names:
        yield problem("python_assumed_input", names=names)


def _with_inputs(state: State, value: Any, line: int) -> Any:
    if isinstance(value, list | tuple):
        return [_with_inputs(state, item, line) for item in value]
    if not isinstance(value, Undefined) or not value.question:
        return value
    key, name = value.question, value.name
    if key not in state.assumed_inputs:
        tensor = _input(state, name, value, line)
        if not isinstance(tensor, Tensor):
            return value
        state.journal.put(state.assumed_inputs, key, tensor)
        for scope in _scopes(state):
            for other, known in scope.names.items():
                if isinstance(known, Unknown) and known.question == key:
                    state.journal.put(scope.names, other, tensor)
        if ":" not in key:  # a name of the module, not a parameter
            state.journal.put(state.module.names, name, tensor)
    return state.assumed_inputs[key]


def _input(state: State, name: str, value: Undefined, line: int) -> Any:
    shape = state.ask_value(f"{name}{SHAPE}", f"{name}.shape[1:]", value)
    layer = make_input([], {"shape": (shape,) if isinstance(shape, int) else shape}, line)
    tensor = apply(state, layer, [], {}, line)
    if isinstance(tensor, Tensor):
        state.input_names.setdefault(tensor.call, name)
    return tensor


def _scopes(state: State) -> Iterator[Scope]:
    scope: Scope | None = state.scope
    while scope is not None:
        yield scope
        scope = scope.parent
