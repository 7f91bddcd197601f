"""Calls one layer alone, with weights and inputs that somebody gives by hand."""

from collections.abc import Callable
from itertools import islice
from math import prod
from typing import Any, TypeAlias

import keras
import numpy as np

from engine.catalogue import Entry, load
from engine.catalogue.params import validate
from engine.catalogue.refusals import Place, object_label
from engine.keras.build import construct, construct_op
from engine.keras.network import takes_scores
from engine.problems import At, Problem, problem
from engine.protocol.arithmetic import Arithmetic
from engine.protocol.trials import FORMULAS, MOST, Numbers, Trial, Tried
from engine.training.failures import plain
from engine.training.inside.alone_code import Arrivals, code
from engine.training.inside.arithmetic.telling import arithmetic, why_untold
from engine.training.inside.arithmetic.terms import Computed
from engine.training.inside.pictures import attention_maps

Call: TypeAlias = Callable[..., Any]
"""Calls a layer with the inputs that are given, and with further arguments."""


def try_layer(trial: Trial) -> Tried | Problem:
    """Return what a layer makes of inputs that are given, or why it can't be called."""
    entry = load().layer(trial.layer)
    if entry is None or entry.refused or not entry.inputs:
        return problem("layer_not_alone", name=trial.layer[:100])
    for given in trial.inputs:
        if prod(given.shape) != len(given.values):
            wanted, count = " × ".join(map(str, given.shape)), len(given.values)
            return problem("probe_shape", name=given.port[:100], wanted=wanted, count=count)
    place = Place(object_label("layer", entry.name))
    wrong = [each for each in validate(entry, trial.params, place) if each.severity == "error"]
    if wrong:
        return wrong[0]
    arriving = arrivals(entry, trial)
    if isinstance(arriving, Problem):
        return arriving
    try:
        return _called(entry, trial, arriving)
    except Exception as error:  # Keras raises various exceptions for values that don't fit
        return problem("cannot_build", At(), detail=plain(str(error)))


def arrivals(entry: Entry, trial: Trial) -> Arrivals | Problem:
    """Return the arrays for each port of a layer, or that they are not those that it takes."""
    found: Arrivals = {}
    for port in entry.inputs:
        given = [each for each in trial.inputs if each.port == port.name]
        if given and (port.variadic or len(given) == 1):
            arrays = [np.asarray(each.values, "float32").reshape(1, *each.shape) for each in given]
            found[port.name] = arrays if port.variadic else arrays[0]
        elif given or not (port.optional or port.name in trial.params):
            return problem("inputs_misfit", name=entry.name, port=port.name, count=len(given))
    known = {port.name for port in entry.inputs}
    if strange := next((each.port for each in trial.inputs if each.port not in known), None):
        return problem("inputs_misfit", name=entry.name, port=strange[:100], count=0)
    return found


def _called(entry: Entry, trial: Trial, arriving: Arrivals) -> Tried | Problem:
    keras.utils.set_random_seed(0)
    layer, call = _layer(entry, trial, arriving)
    output = call()
    weights = list(getattr(layer, "weights", ()))
    if trial.weights is not None:
        if refused := _misfit(weights, trial):
            return refused
        for variable, given in zip(weights, trial.weights, strict=True):
            variable.assign(np.asarray(given, "float32").reshape(variable.shape))
        output = call()
    values = np.asarray(keras.ops.convert_to_numpy(keras.tree.flatten(output)[0]))
    if values.size > MOST or any(prod(variable.shape) > MOST for variable in weights):
        return problem("layer_too_large", limit=MOST)
    formulas = _formulas(layer, call, arriving, values)
    return Tried(
        output=_numbers("output", values[0] if values.ndim else values),
        formulas=formulas,
        untold=None if formulas else why_untold(layer),
        weights=tuple(
            _numbers(variable.name, np.asarray(keras.ops.convert_to_numpy(variable.value)))
            for variable in weights
        ),
        code=code(entry, trial, arriving, [tuple(variable.shape) for variable in weights]),
    )


def _formulas(
    layer: Any, call: Call, arriving: Arrivals, values: np.ndarray
) -> tuple[Arithmetic, ...]:
    """How the first values of the output come about, as far as that can be told."""
    held = {
        id(variable): np.asarray(keras.ops.convert_to_numpy(variable.value))
        for variable in getattr(layer, "weights", ())
    }
    inputs = [array[0] for array in keras.tree.flatten(arriving)]
    scores = None
    if takes_scores(layer):
        outputs = keras.tree.flatten(call(return_attention_scores=True))
        scores = attention_maps(np.asarray(keras.ops.convert_to_numpy(outputs[1]))[0])
    computed = Computed(layer, inputs, values[0], held, scores)
    places = list(islice(np.ndindex(values.shape[1:]), FORMULAS))
    told = [arithmetic(computed, place) for place in places]
    return tuple(each for each in told if each)


def _layer(entry: Entry, trial: Trial, arriving: Arrivals) -> tuple[Any, Call]:
    """A layer or an op, and its call with the inputs."""
    tensors = keras.tree.map_structure(keras.ops.convert_to_tensor, arriving)
    if entry.kind == "op":
        op = construct_op(entry, trial.params)
        return op, lambda **_: op(tensors)
    at_call = {param.name for param in entry.params if param.at_call}
    params = {name: value for name, value in trial.params.items() if name not in at_call}
    called = {name: value for name, value in trial.params.items() if name in at_call}
    layer = construct(entry, params)
    first, *rest = tensors.values()
    named = dict(zip(list(tensors)[1:], rest, strict=True))
    return layer, lambda **more: layer(first, **{**named, **called, **more})


def _misfit(weights: list[Any], trial: Trial) -> Problem | None:
    """The problem of weights that are not those of the layer."""
    wanted = [prod(variable.shape) for variable in weights]
    given = [len(values) for values in trial.weights or ()]
    if wanted == given:
        return None
    return problem("weights_misfit", wanted=wanted, given=given)


def _numbers(name: str, array: np.ndarray) -> Numbers:
    return Numbers(name=name, shape=array.shape, values=tuple(array.astype(float).ravel().tolist()))
