"""Builds and compiles a document's model on the active backend."""

from collections.abc import Sequence
from typing import Any

import keras

from engine.catalogue import Kind
from engine.catalogue.params import validate_object
from engine.catalogue.refusals import Place, object_label
from engine.data.defaults import Chosen, choose
from engine.document import Document, ObjectSpec
from engine.keras.build import BuildError, build_network, construct_object
from engine.keras.equal_weights import equal_weights
from engine.keras.initializing import quick_weights
from engine.keras.lean import without_tensorflow
from engine.keras.network import Network
from engine.problems import At, problem
from engine.training.refusal import RefusedError, refuse
from engine.training.rows import Data


def build(document: Document) -> keras.Model:
    """Build the model like `network`, without the tensors at its nodes."""
    return network(document).model


def network(document: Document, *, race: bool = False) -> Network:
    """Build the model; the document's seed determines all weights and shuffles.

    In a `race`, its first weights are the same on all backends. Raises RefusedError if the graph
    can't be built.
    """
    with without_tensorflow():
        keras.utils.set_random_seed(document.training.seed)
    try:
        return build_network(document, equal_weights if race else quick_weights)
    except BuildError as error:
        raise RefusedError(error.problem) from error


def compile_model(model: keras.Model, document: Document, data: Data) -> list[Chosen]:
    """Compile the model with optimizer, losses and metrics; return the choices for each output.

    Raises RefusedError for objects that the catalogue does not know or Keras does not accept.
    """
    training = document.training
    chosen = [
        choose(training, node, column, _units(output))
        for node, column, output in zip(data.outputs, data.columns, model.outputs, strict=True)
    ]
    losses = [create("loss", choice.loss) for choice in chosen]
    metrics = [[create("metric", metric) for metric in choice.metrics] for choice in chosen]
    single = len(chosen) == 1
    model.compile(
        optimizer=create("optimizer", training.optimizer),
        loss=losses[0] if single else losses,
        loss_weights=None if single else [choice.weight for choice in chosen],
        metrics=metrics[0] if single else metrics,
        jit_compile="auto" if training.jit_compile is None else training.jit_compile,
        steps_per_execution=training.steps_per_execution,
    )
    return chosen


def create(kind: Kind, spec: ObjectSpec, **extra: Any) -> Any:
    """Create an object of the catalogue, with more arguments; anything else is refused."""
    refuse(validate_object(kind, spec, Place(object_label(kind, spec.class_), ("training",))))
    try:
        return construct_object(kind, spec, **extra)
    except Exception as error:  # Keras raises various exceptions for values that don't fit
        refused = problem(
            "object_refused", At(param=kind), kind=kind, name=spec.class_, detail=str(error)
        )
        raise RefusedError(refused) from error


def _units(output: Any) -> int | None:
    """The length of the last axis of an output, if it has one besides the batch axis."""
    shape: Sequence[int | None] = output.shape
    return shape[-1] if len(shape) > 1 else None
