"""Layers that are made once for all calls with the same parameters.

Half of what a judgement costs is to make the layer. One that owns nothing when it is made can be
put back to that after it was built and called: its attributes become what they were, and its
variables are forgotten. Layers that own others, or random numbers, are made anew each time.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import keras

KEPT = 64
"""At about 14 kB each."""


class Made:
    """A layer, and what it was when it was made."""

    def __init__(self, layer: Any) -> None:
        self.layer = layer
        self._plain = isinstance(layer, keras.Layer) and not _owns(layer)
        self._attributes = dict(layer.__dict__) if self._plain else {}
        self._locked = self._plain and layer._tracker.locked

    def reset(self) -> bool:
        """Make it what it was, and say whether that could be done."""
        layer = self.layer
        if not self._plain or layer._layers or layer._seed_generators:
            return False
        layer.__dict__.clear()
        layer.__dict__.update(self._attributes)
        tracker = layer._tracker
        tracker.locked = self._locked
        for store, ids in tracker.stored_ids.items():
            tracker.config[store][1].clear()
            ids.clear()
        for left in (layer._inbound_nodes, layer._outbound_nodes, layer._losses, layer._loss_ids):
            left.clear()
        return True


def _owns(layer: keras.Layer) -> bool:
    return bool(layer._layers or layer._seed_generators or layer._metrics or layer.variables)


_kept: OrderedDict[object, Made] = OrderedDict()
"""Layers as they were made, by class and parameters; a cache and nothing else."""


def forget() -> None:
    """Keep nothing, as if the process were new."""
    _kept.clear()


def take(key: object, make: Callable[[], Any]) -> Made:
    """A layer that is as it was made; nobody else has it until it is given back."""
    return _kept.pop(key, None) or Made(make())


def give_back(key: object, made: Made) -> None:
    """Keep a layer for the next call, if it can be what it was."""
    if made.reset():
        _kept[key] = made
        if len(_kept) > KEPT:
            _kept.popitem(last=False)
