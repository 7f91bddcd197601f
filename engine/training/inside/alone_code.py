"""The lines that call one layer alone, and compute the same."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np

from engine.catalogue import Entry
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
from engine.protocol.trials import Trial

Arrivals: TypeAlias = dict[str, np.ndarray | list[np.ndarray]]
"""The arrays that arrive at each input port, with a batch axis of 1."""

Names: TypeAlias = Mapping[str, Expression]

LAYER = Variable("layer")


def code(entry: Entry, trial: Trial, arriving: Arrivals, weights: Sequence[tuple[int, ...]]) -> str:
    """Return the lines as text; without given weights, the layer draws its own."""
    target = targets.get("keras")
    given, names = _inputs(arriving)
    statements = [*given, *_call(entry, trial, names, weights)]
    return formatted(render([*imports(statements, target), Blank(), *statements], target))


def _inputs(arriving: Arrivals) -> tuple[list[Statement], Names]:
    """The lines that give the inputs, and what stands for them at each port."""
    alone = len(arriving) == 1
    statements: list[Statement] = []
    names: dict[str, Expression] = {}
    for port, found in arriving.items():
        if isinstance(found, list):
            called = [f"x{number}" for number in range(1, len(found) + 1)]
            names[port] = Group(tuple(Variable(name) for name in called))
        else:
            called = ["x" if alone else port]
            names[port] = Variable(called[0])
        arrays = found if isinstance(found, list) else [found]
        statements += [
            Assign((name,), array_of(array)) for name, array in zip(called, arrays, strict=True)
        ]
    return statements, names


def _call(
    entry: Entry, trial: Trial, names: Names, weights: Sequence[tuple[int, ...]]
) -> list[Statement]:
    if entry.kind == "op":
        return [_printed(_op(entry, trial, names))]
    made, called = (
        arguments(part, {name: trial.params[name] for name in trial.params if part.param(name)})
        for part in (entry.only(at_call=False), entry.only(at_call=True))
    )
    first, *rest = names.items()
    keywords = (*rest, *called.values.items())
    layer = Assign(("layer",), Call(Path(entry.path), made.positional, made.keywords))
    call = Call(LAYER, (first[1],), keywords)
    if not trial.weights:
        return [layer, _printed(call)]
    arrays = tuple(
        array_of(np.asarray(values, "float32").reshape(shape))
        for values, shape in zip(trial.weights, weights, strict=True)
    )
    is_one = not rest and not isinstance(first[1], Group)
    shape = Attribute(first[1], "shape")
    built = Call(Attribute(LAYER, "build"), (shape,)) if is_one else call
    weigh = Call(Attribute(LAYER, "set_weights"), (Group(arrays),))
    return [layer, Do(built), Do(weigh), _printed(call)]


def _op(entry: Entry, trial: Trial, names: Names) -> Call:
    """The call of an op; a constant may stand in the place of a tensor."""
    written = arguments(entry, trial.params)
    if any(port.spread for port in entry.inputs):
        (tensors,) = names.values()
        assert isinstance(tensors, Group)
        return Call(Path(entry.path), (*written.values.values(), *tensors.items))
    if len(names) == len(entry.inputs):
        return Call(Path(entry.path), (*names.values(), *written.positional), written.keywords)
    return Call(Path(entry.path), (), (*names.items(), *written.values.items()))


def _printed(call: Call) -> Do:
    return Do(Call(Variable("print"), (call,)))


def array_of(values: np.ndarray) -> Expression:
    """Return an array as code, with six digits of each number."""
    numbers = [float(f"{value:.6g}") for value in values.ravel().tolist()]
    nested = np.asarray(numbers).reshape(values.shape).tolist()
    return Call(Path("numpy.array"), (Literal(nested), Literal("float32")))
