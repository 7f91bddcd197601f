"""Conditions on the argument `training` of a custom layer."""

from collections.abc import Callable

from engine.imports.python.control import Flow
from engine.imports.python.state import State
from engine.imports.python.values import RaisedError

_DROPPED = ("Dropout", "GaussianNoise", "GaussianDropout", "AlphaDropout", "ActivityRegularization")


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
    return layer in _DROPPED or layer.startswith(("Random", "SpatialDropout"))
