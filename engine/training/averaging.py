"""The averages of weights that an optimizer keeps (`use_ema`), after a fit."""

from typing import Any

import keras


def take_averages(model: keras.Model) -> None:
    """Give a model whose training is over the averages of its weights, as Keras's `fit` does."""
    model.optimizer.finalize_variable_values(model.trainable_weights)
    separate_averages(model)


def separate_averages(model: keras.Model) -> None:
    """Give the averages arrays of their own.

    At the end of a fit the weights take the averages and, on JAX, share their arrays. An evaluation
    frees those of the weights, and the averages could not be saved.
    """
    optimizer: Any = getattr(model.optimizer, "inner_optimizer", model.optimizer)
    for average in getattr(optimizer, "_model_variables_moving_average", ()):
        if average is not None:
            average.assign(keras.ops.convert_to_numpy(average).copy())
