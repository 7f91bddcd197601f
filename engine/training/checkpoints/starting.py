"""Puts a model in the state of a checkpoint: all of it, or only the weights of its layers."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import keras
from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter

from engine.keras.network import Network
from engine.problems import phrase, problem
from engine.protocol import LogEvent, Start, log_message
from engine.training.checkpoints import callbacks, state
from engine.training.checkpoints.file import Checkpoint, read
from engine.training.refusal import RefusedError


def begin(start: Start, network: Network, emit: Callable[[LogEvent], None]) -> Checkpoint | None:
    """Put a compiled model in the state that it starts from.

    Return the checkpoint from which the fit goes on, or None if only weights were taken. Raises
    RefusedError if the file can't be read or is that of another model.
    """
    checkpoint = read(Path(start.file))
    if start.how == "weights":
        _take_weights(checkpoint, network, start.run, emit)
        return None
    model = network.model
    model.optimizer.build(model.trainable_variables)
    state.put(model, checkpoint.arrays, state.MODEL)
    epoch = checkpoint.position.epoch
    if start.how == "resume":
        emit(log_message(phrase("The run goes on after epoch {epoch}.", epoch=epoch), "info"))
        return checkpoint
    words = phrase("Continues run {run} after its epoch {epoch}.", run=start.run, epoch=epoch)
    emit(log_message(words, "info"))
    return replace(checkpoint, callbacks=callbacks.patient(checkpoint.callbacks))


def build_metrics(model: keras.Model, fed: ArrayDataAdapter) -> None:
    """Create the variables of the metrics, which Keras does at the first step on TensorFlow."""
    model._symbolic_build(data_batch=next(iter(fed.get_numpy_iterator())))


def _take_weights(
    checkpoint: Checkpoint, network: Network, run: int, emit: Callable[[LogEvent], None]
) -> None:
    """Give layers the weights that those at the same nodes had; say which begin anew."""
    known = {tuple(path): names for path, names in checkpoint.weights}
    taken, anew = 0, []
    for path, layer in state.layers_with_weights(network):
        arrays = [checkpoint.arrays[name] for name in known.get(tuple(path), ())]
        if [array.shape for array in arrays] == [tuple(each.shape) for each in layer.weights]:
            for variable, array in zip(layer.weights, arrays, strict=True):
                variable.assign(array)
            taken += 1
        else:
            anew.append(layer.name)
    if not taken:
        raise RefusedError(problem("no_common_weights", run=run))
    words = phrase("Layers with the weights of run {run}: {count}.", run=run, count=taken)
    emit(log_message(words, "info"))
    if anew:
        words = phrase("These layers begin anew: {layers:list}.", layers=tuple(anew))
        emit(log_message(words, "info"))
