"""Build models without allocating weights."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
from keras.src.backend.common import global_state
from keras.src.layers.rnn.rnn import RNN
from keras.src.utils import tracking


@contextmanager
def without_weights() -> Iterator[None]:
    """Let layers that are built within the block have variables without values."""
    create_states = RNN._create_state_variables
    RNN._create_state_variables = _create_states
    try:
        with keras.StatelessScope(initialize_variables=False):
            yield
    finally:
        RNN._create_state_variables = create_states
        global_state.set_global_attribute("uninitialized_variables", [])


@tracking.no_automatic_dependency_tracking  # type: ignore[untyped-decorator]
def _create_states(layer: RNN, batch_size: int) -> None:
    """Create the states of a stateful layer from an initializer.

    Keras creates them from values, which it refuses in a stateless scope.
    """

    def state(value: Any) -> keras.Variable:
        return keras.Variable(
            initializer="zeros", shape=value.shape, dtype=layer.variable_dtype, trainable=False,
            name="rnn_state",
        )  # fmt: skip

    layer.states = keras.tree.map_structure(state, layer.get_initial_state(batch_size))
