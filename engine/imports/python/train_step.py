"""Models of the source that have a `train_step` and no `call`, such as autoencoders that sample."""

from typing import Any

from engine.imports.python import functions, models
from engine.imports.python.layers import apply, make_input
from engine.imports.python.state import State
from engine.imports.python.tape import ancestors
from engine.imports.python.unknown import RaisedError, ReadError
from engine.imports.python.values import Array, Function, Model, Tensor


def build_from_step(state: State, model: Model, step: Function) -> bool:
    """Connect the models in a model as its `train_step` calls them; whether that is possible.

    The step has to pass its data through all of them, one after the other: the last one's outputs
    are those of the model. What else the step computes is training.
    """
    assert model.instance is not None
    left_out = list(state.left_out)
    is_built = _build(state, model, step)
    if not is_built:
        state.left_out[:] = left_out
    return is_built


def _build(state: State, model: Model, step: Function) -> bool:
    assert model.instance is not None
    parts = [part for part in models.layers_in(model.instance) if isinstance(part, Model)]
    data = _data(state, model, parts)
    if data is None:
        return False
    start = len(state.tape)
    try:
        functions.call(state, step, [model.instance, data], {}, model.line, model.instance)
    except (RaisedError, ReadError):
        return False
    calls = [index for index in range(start, len(state.tape))
             if state.tape[index].layer.model in parts]  # fmt: skip
    if not calls:
        return False
    last = state.tape[calls[-1]].layer.model
    outputs = [Tensor(calls[-1], index) for index in range(len(last.outputs) if last else 0)]
    needed = ancestors(state.tape, outputs, {data.call})
    passed = {state.tape[index].layer.model for index in needed}
    if data.call not in needed or not passed.issuperset(parts):
        return False
    state.journal.set(model, inputs=[data], outputs=outputs)
    return True


def _data(state: State, model: Model, parts: list[Model]) -> Tensor | None:
    """An Input for the data of a step: of the shape of what is trained on, or of the first part."""
    data = model.fitted.get("x")
    shape: Any = data.shape if isinstance(data, Array) else None
    if (not shape or None in shape[1:]) and parts:
        shape = state.attribute(parts[0], "input_shape", model.line)
    if not isinstance(shape, tuple) or not shape:
        return None
    layer = make_input([], {"shape": shape[1:]}, model.line)
    tensor = apply(state, layer, [], {}, model.line)
    return tensor if isinstance(tensor, Tensor) else None
