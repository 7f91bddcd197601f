"""Calls one layer alone, with weights and an input that somebody gives by hand."""

from math import prod
from typing import Any

import keras
import numpy as np

from engine.catalogue import Entry, load
from engine.catalogue.params import validate
from engine.catalogue.refusals import Place, object_label
from engine.code import targets
from engine.code.lines.arguments import arguments
from engine.code.syntax.formatting import formatted
from engine.code.syntax.imports import imports
from engine.code.syntax.render import render
from engine.code.syntax.tree import (
    Assign,
    Attribute,
    Blank,
    Call,
    Do,
    Expression,
    Group,
    Literal,
    Path,
    Statement,
    Variable,
)
from engine.keras.build import construct, construct_op
from engine.problems import At, Problem, problem
from engine.protocol.trials import MOST, Numbers, Trial, Tried
from engine.training.failures import plain

LAYER, INPUT = Variable("layer"), Variable("x")


def try_layer(trial: Trial) -> Tried | Problem:
    """Return what a layer with one input makes of a sample, or why it can't be called."""
    entry = load().layer(trial.layer)
    if entry is None or entry.refused or not _takes_one(entry):
        return problem("layer_not_alone", name=trial.layer[:100])
    if prod(trial.shape) != len(trial.values):
        wanted = " × ".join(map(str, trial.shape))
        return problem("probe_shape", name="x", wanted=wanted, count=len(trial.values))
    place = Place(object_label("layer", entry.name))
    wrong = [each for each in validate(entry, trial.params, place) if each.severity == "error"]
    if wrong:
        return wrong[0]
    try:
        return _called(entry, trial)
    except Exception as error:  # Keras raises various exceptions for values that don't fit
        return problem("cannot_build", At(), detail=plain(str(error)))


def _takes_one(entry: Entry) -> bool:
    """Whether a layer can be called with one tensor."""
    first, *others = entry.inputs or (None,)
    return first is not None and not first.variadic and all(port.optional for port in others)


def _called(entry: Entry, trial: Trial) -> Tried | Problem:
    keras.utils.set_random_seed(0)
    x = np.asarray(trial.values, "float32").reshape(1, *trial.shape)
    layer = _layer(entry, trial)
    output = layer(x)
    weights = list(getattr(layer, "weights", ()))
    if trial.weights is not None:
        if refused := _misfit(weights, trial):
            return refused
        for variable, given in zip(weights, trial.weights, strict=True):
            variable.assign(np.asarray(given, "float32").reshape(variable.shape))
        output = layer(x)
    values = np.asarray(keras.ops.convert_to_numpy(keras.tree.flatten(output)[0]))
    if values.size > MOST or any(prod(variable.shape) > MOST for variable in weights):
        return problem("layer_too_large", limit=MOST)
    return Tried(
        output=_numbers("output", values[0] if values.ndim else values),
        weights=tuple(
            _numbers(variable.name, np.asarray(keras.ops.convert_to_numpy(variable.value)))
            for variable in weights
        ),
        code=_code(entry, trial),
    )


def _layer(entry: Entry, trial: Trial) -> Any:
    if entry.kind != "op":
        return construct(entry, trial.params)
    op = construct_op(entry, trial.params)
    return lambda x: op({entry.inputs[0].name: keras.ops.convert_to_tensor(x)})


def _misfit(weights: list[Any], trial: Trial) -> Problem | None:
    """The problem of weights that are not those of the layer."""
    wanted = [prod(variable.shape) for variable in weights]
    given = [len(values) for values in trial.weights or ()]
    if wanted == given:
        return None
    return problem("weights_misfit", wanted=wanted, given=given)


def _numbers(name: str, array: np.ndarray) -> Numbers:
    return Numbers(name=name, shape=array.shape, values=tuple(array.astype(float).ravel().tolist()))


def _code(entry: Entry, trial: Trial) -> str:
    """The lines that compute the same; without given weights, the layer draws its own."""
    target = targets.get("keras")
    statements = [*_statements(entry, trial)]
    first = [*imports(statements, target), Blank()]
    return formatted(render([*first, *statements], target))


def _statements(entry: Entry, trial: Trial) -> list[Statement]:
    written = arguments(entry, trial.params)
    x = np.asarray(trial.values, "float32").reshape(1, *trial.shape)
    given = Assign(("x",), _array(x))
    if entry.kind == "op":
        call = Call(Path(entry.path), (INPUT, *written.positional), written.keywords)
        return [given, Do(Call(Variable("print"), (call,)))]
    made = Assign(("layer",), Call(Path(entry.path), written.positional, written.keywords))
    show = Do(Call(Variable("print"), (Call(LAYER, (INPUT,)),)))
    if not trial.weights:
        return [given, made, show]
    layer = construct(entry, trial.params)
    layer(x)
    arrays = tuple(
        _array(np.asarray(values, "float32").reshape(variable.shape))
        for values, variable in zip(trial.weights, layer.weights, strict=True)
    )
    build = Do(Call(Attribute(LAYER, "build"), (Attribute(INPUT, "shape"),)))
    weigh = Do(Call(Attribute(LAYER, "set_weights"), (Group(arrays),)))
    return [given, made, build, weigh, show]


def _array(values: np.ndarray) -> Expression:
    numbers = [float(f"{value:.6g}") for value in values.ravel().tolist()]
    nested = np.asarray(numbers).reshape(values.shape).tolist()
    return Call(Path("numpy.array"), (Literal(nested), Literal("float32")))
