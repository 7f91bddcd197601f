"""Which call of a layer a tensor history means: versions of Keras count calls differently.

A sub-model has a call of its own before those in the model. Keras 2 counts it, Keras 3 counts it in
a model's outputs only, and Keras before 3.3 counts it, and calls in other models, in histories.
Every call in a model is used by another layer or is an output, so the right way of counting is the
one in which the indices cover all calls.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.imports.keras_2 import modern_call
from engine.imports.keras_values import histories, name_of

History = tuple[str, int, int]
_WAYS = ((0, 0), (1, 1), (0, 1))
"""What Keras adds to the index of a call: in histories, and in the outputs of a model."""
_OF_MODELS = ((0, 1), (1, 1), (0, 0))


@dataclass
class _Uses:
    """The indices under which the calls of one layer are used."""

    by_layers: set[int] = field(default_factory=set)
    by_outputs: set[int] = field(default_factory=set)
    by_keras_3: bool = False


@dataclass(frozen=True)
class CallIndices:
    """The index of each call by layer and by the index in the file; others are unchanged."""

    by_layers: Mapping[tuple[str, int], int]
    by_outputs: Mapping[tuple[str, int], int]


def call_indices(layers: Sequence[Mapping[str, Any]], outputs: Iterable[History]) -> CallIndices:
    """How the histories in a functional model's layers and outputs count calls."""
    uses: dict[str, _Uses] = {name_of(layer): _Uses() for layer in layers}
    for layer in layers:
        for inbound in layer.get("inbound_nodes") or ():
            for name, call, _ in _histories(inbound):
                used = uses.setdefault(name, _Uses())
                used.by_layers.add(call)
                used.by_keras_3 = isinstance(inbound, dict)
    for name, call, _ in outputs:
        if isinstance(call, int):
            uses.setdefault(str(name), _Uses()).by_outputs.add(call)
    by_layers: dict[tuple[str, int], int] = {}
    by_outputs: dict[tuple[str, int], int] = {}
    for layer in layers:
        name, used = name_of(layer), uses[name_of(layer)]
        in_layers, in_outputs = _counted(layer, used)
        by_layers |= {(name, call): index for call, index in in_layers.items()}
        by_outputs |= {(name, call): index for call, index in in_outputs.items()}
    return CallIndices(by_layers, by_outputs)


def _histories(inbound: Any) -> Iterable[History]:
    return histories([inbound] if isinstance(inbound, dict) else list(modern_call("", inbound)))


def _counted(layer: Mapping[str, Any], uses: _Uses) -> tuple[dict[int, int], dict[int, int]]:
    """The index of each call by its index in histories, and in outputs."""
    count = max(1, len(layer.get("inbound_nodes") or ()))
    calls = set(range(count))
    config = layer["config"]
    is_model = isinstance(config, dict) and "output_layers" in config
    for inner, outer in _OF_MODELS if is_model else _WAYS:
        in_layers = {call: call - inner for call in uses.by_layers}
        in_outputs = {call: call - outer for call in uses.by_outputs}
        if {*in_layers.values(), *in_outputs.values()} == calls:
            return in_layers, in_outputs
    whole = uses.by_keras_3 and not uses.by_outputs and len(uses.by_layers) == count
    if whole:  # calls in other models are counted
        return {call: index for index, call in enumerate(sorted(uses.by_layers))}, {}
    return {}, {}
