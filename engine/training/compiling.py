"""From a document to a compiled model on the active backend."""

from collections.abc import Sequence
from typing import Any

import keras

from engine.catalogue import Kind
from engine.catalogue.params import validate_object
from engine.data.defaults import Chosen, choose
from engine.document import Document, ObjectSpec
from engine.keras.build import BuildError, build_model, construct_object
from engine.keras.lean import without_tensorflow
from engine.problems.params import Place
from engine.problems.runs import object_refused
from engine.training.refusal import RefusedError, refuse
from engine.training.rows import Data

SELF_MADE = {"TerminateOnNaN"}
"""Callbacks that every run does anyway (see Progress), without waiting for each step."""


def build(document: Document) -> keras.Model:
    """Build the model, every weight and every shuffle following from the document's seed.

    Raises RefusedError where the graph can't be built.
    """
    with without_tensorflow():
        keras.utils.set_random_seed(document.training.seed)
    try:
        return build_model(document)
    except BuildError as error:
        raise RefusedError(error.problem) from error


def compile_model(model: keras.Model, document: Document, data: Data) -> list[Chosen]:
    """Give the model its optimizer, losses and metrics; return what was chosen per output.

    Raises RefusedError for objects that the catalogue does not know or Keras does not accept.
    """
    training = document.training
    chosen = [
        choose(training, node, column, _units(output))
        for node, column, output in zip(data.outputs, data.columns, model.outputs, strict=True)
    ]
    losses = [make("loss", one.loss) for one in chosen]
    metrics = [[make("metric", metric) for metric in one.metrics] for one in chosen]
    single = len(chosen) == 1
    model.compile(
        optimizer=make("optimizer", training.optimizer),
        loss=losses[0] if single else losses,
        loss_weights=None if single else [one.weight for one in chosen],
        metrics=metrics[0] if single else metrics,
    )
    return chosen


def make_callbacks(document: Document) -> list[keras.callbacks.Callback]:
    """Make the document's callbacks. Raises RefusedError as `compile_model` does."""
    specs = document.training.callbacks
    return [make("callback", spec) for spec in specs if spec.class_ not in SELF_MADE]


def make(kind: Kind, spec: ObjectSpec) -> Any:
    """Make one object that the catalogue lists; nothing else can be made."""
    refuse(validate_object(kind, spec, Place(f"the {kind} {spec.class_}", ("training",))))
    try:
        return construct_object(kind, spec)
    except Exception as error:  # Keras raises what it likes for values that don't fit together
        raise RefusedError(object_refused(kind, spec.class_, str(error))) from error


def _units(output: Any) -> int | None:
    """The last axis of an output, if it has one besides the batch axis."""
    shape: Sequence[int | None] = output.shape
    return shape[-1] if len(shape) > 1 else None
