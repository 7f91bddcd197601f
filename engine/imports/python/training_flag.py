"""Conditions on the argument `training` of a custom layer."""

from collections.abc import Callable

from engine.catalogue import load
from engine.imports.python.control import Flow
from engine.imports.python.state import State
from engine.imports.python.unknown import RaisedError

_CATEGORIES = ("Regularization", "Image augmentation")


def is_dropped_at_inference(state: State, branch: Callable[[], Flow]) -> bool:
    """Whether all layers that a branch calls return their input unless the model is training.

    Then `if training: x = dropout(x)` computes the same as `x = dropout(x)`.
    """
    calls = len(state.tape)
    state.journal.begin()
    try:
        flow = branch()
    except RaisedError:
        return False
    finally:
        state.journal.rollback()
    layers = [call.layer.layer for call in state.tape[calls:]]
    return flow is Flow.NEXT and bool(layers) and all(map(_is_dropped, layers))


def _is_dropped(layer: str) -> bool:
    """Whether a layer returns its input unless the model is training."""
    entry = load().layer(layer)
    if entry is None or layer == "RandomCrop":  # it crops the centre instead
        return False
    return entry.takes_training and entry.category in _CATEGORIES
