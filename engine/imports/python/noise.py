"""Random numbers in the `call` of a layer, as the layer of Keras that adds them."""

from typing import Any

from engine.imports.python.layers import apply, make_layer
from engine.imports.python.sizes import same_shape
from engine.imports.python.state import State
from engine.imports.python.unknown import (
    Path,
    Unknown,
)
from engine.imports.python.values import (
    Array,
    find_tensors,
)
from engine.problems import phrase
from engine.values.named import is_integer


def normal(state: State, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """`keras.random.normal(shape)` of the shape of a tensor.

    GaussianNoise on zeros draws the same numbers, but only in training: what a call says about
    `training` does not count in `predict` and `evaluate`.
    """
    names = ("shape", "mean", "stddev", "dtype", "seed")
    arguments = dict(zip(names, args, strict=False)) | kwargs
    if (data := _data(state, arguments.get("shape"))) is not None:
        return data
    like = same_shape(state, arguments.get("shape"), line)
    mean, deviation = arguments.get("mean") or 0, arguments.get("stddev", 1)
    if like is None or not all(isinstance(n, int | float) for n in (mean, deviation)):
        why = phrase("the layer draws random numbers, which no layer of Keras draws in this way")
        return Unknown(line, why)
    seed = arguments.get("seed")
    options = {"seed": seed} if isinstance(seed, int) else {}
    zeros = state.call(Path("keras.ops.zeros_like"), [like], {}, line)
    noise = make_layer(state, "GaussianNoise", [1.0], options, line)
    numbers = apply(state, noise, [zeros], {}, line)
    what = phrase("random numbers in predictions; the document draws them in training only")
    state.leave_out(line, what, calls=[tensor.call for tensor in find_tensors(numbers)])
    if deviation != 1:
        numbers = state.call(Path("keras.ops.multiply"), [numbers, deviation], {}, line)
    if mean:
        numbers = state.call(Path("keras.ops.add"), [numbers, mean], {}, line)
    return numbers


def _data(state: State, shape: Any) -> Array | None:
    """Random numbers outside of a layer, which are data."""
    plain = isinstance(shape, tuple | list) and all(map(is_integer, shape))
    return Array(tuple(shape)) if state.within is None and plain else None


def other(state: State, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """Random numbers of another distribution."""
    if (data := _data(state, args[0] if args else kwargs.get("shape"))) is not None:
        return data
    return Unknown(line, phrase("the layer draws random numbers, which no layer of Keras draws"))


def seed_generator(state: State, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """`keras.random.SeedGenerator(seed)`: its seed, which a layer takes as well."""
    seed = args[0] if args else kwargs.get("seed")
    return seed if isinstance(seed, int) else None
