"""A cache of layer instances, by class and parameters.

Constructing the layer is half of the cost of shape inference. A layer that owns no variables,
sub-layers, metrics or seed generators after construction can be reset after it was built and
called: its attributes are restored, and its variables are dropped. Other layers are constructed
each time.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import keras

CACHE_SIZE = 64
"""Number of layers; each takes about 14 kB."""


class CachedLayer:
    """A layer, and its attributes right after construction."""

    def __init__(self, layer: Any) -> None:
        self.layer = layer
        self._resettable = isinstance(layer, keras.Layer) and not _owns(layer)
        self._attributes = dict(layer.__dict__) if self._resettable else {}
        self._locked = self._resettable and layer._tracker.locked

    def reset(self) -> bool:
        """Restore the state after construction; return whether that was possible."""
        layer = self.layer
        if not self._resettable or layer._layers or layer._seed_generators:
            return False
        layer.__dict__.clear()
        layer.__dict__.update(self._attributes)
        tracker = layer._tracker
        tracker.locked = self._locked
        for store, ids in tracker.stored_ids.items():
            tracker.config[store][1].clear()
            ids.clear()
        for items in (layer._inbound_nodes, layer._outbound_nodes, layer._losses, layer._loss_ids):
            items.clear()
        return True


def _owns(layer: keras.Layer) -> bool:
    return bool(layer._layers or layer._seed_generators or layer._metrics or layer.variables)


_layers: OrderedDict[object, CachedLayer] = OrderedDict()
"""Freshly constructed or reset layers that no call uses now."""


def clear() -> None:
    """Drop all cached layers."""
    _layers.clear()


def acquire(key: object, construct: Callable[[], Any]) -> CachedLayer:
    """Take a layer out of the cache, or construct it; no other call gets it until its release."""
    return _layers.pop(key, None) or CachedLayer(construct())


def release(key: object, cached: CachedLayer) -> None:
    """Put a layer back into the cache, if it can be reset."""
    if cached.reset():
        _layers[key] = cached
        if len(_layers) > CACHE_SIZE:
            _layers.popitem(last=False)
