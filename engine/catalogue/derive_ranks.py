"""How many axes the tensors have that a layer accepts, found by calling it on symbolic tensors."""

import contextlib
from typing import Any

import keras

from engine.catalogue import Entry, palette_of_ops

EXAMPLES: tuple[tuple[tuple[int, ...], ...], ...] = (
    ((),),
    ((32,),),
    ((32, 32),),
    ((32, 32, 3), (32, 32, 32)),
    ((16, 32, 32, 3), (32, 32, 32, 32)),
    ((8, 16, 16, 16, 3),),
)
"""Shapes of one example for each number of axes: colours or many channels, any kernel fits."""

DTYPES = ("float32", "int32")

SEEDS = range(3)
"""Some layers choose by chance what they do; a tensor fits if it fits whatever they choose."""


def with_ranks(entry: Entry) -> Entry:
    """Return the entry with the numbers of axes of one example that its first input accepts.

    An entry that can't be created from the values that new nodes start with, or that accepts
    nothing, keeps `ranks` empty: nothing is known of it.
    """
    if entry.refused or not entry.inputs:
        return entry
    ranks = tuple(rank for rank, shapes in enumerate(EXAMPLES) if _accepts(entry, shapes))
    return entry.model_copy(update={"ranks": ranks})


def _accepts(entry: Entry, shapes: tuple[tuple[int, ...], ...]) -> bool:
    return any(
        all(_calls(entry, keras.KerasTensor((batch, *shape), dtype)) for batch in (None, 2))
        for shape in shapes
        for dtype in (("string",) if "text" in entry.traits.needs else DTYPES)
    )


def _calls(entry: Entry, tensor: Any) -> bool:
    """Whether Keras can call it with this tensor, and with every seed if it has one."""
    seeds = SEEDS if any(param.name == "seed" for param in entry.params) else SEEDS[:1]
    return all(_call_with(entry, tensor, seed) for seed in seeds)


def _call_with(entry: Entry, tensor: Any, seed: int) -> bool:
    keras.utils.set_random_seed(seed)
    return _call(entry, tensor)


def _call(entry: Entry, tensor: Any) -> bool:
    """Whether Keras can call it with this tensor at each of its required inputs."""
    params = {param.name: param.start for param in entry.params if param.start is not None}
    ports = [port for port in entry.inputs if not port.optional] or list(entry.inputs)
    arguments = [[tensor, tensor] if port.variadic else tensor for port in ports]
    # Keras raises many kinds of errors for a tensor that does not fit.
    with contextlib.suppress(Exception):
        if entry.kind == "op":
            function = getattr(keras.ops, entry.name.removeprefix(palette_of_ops.PREFIX))
            function(*arguments, **params)
            return True
        layer = getattr(keras.layers, entry.name)(**params)
        layer(*arguments)
        if tensor.dtype != "string":
            # Some layers compute shapes that they can't compute values for: trace the values too.
            keras.src.backend.compute_output_spec(layer, *arguments)
        return True
    return False
