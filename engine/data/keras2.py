"""What Keras 2.3.1 on an engine can't express of the training of a document, as problems."""

from collections.abc import Iterable, Iterator

from engine.catalogue import Kind, keras2
from engine.catalogue.keras2 import Lack
from engine.catalogue.refusals import object_label
from engine.data.defaults import Chosen
from engine.document import MAIN, Document, ObjectSpec, Training
from engine.machine.backends import BackendId, get
from engine.problems import At, Problem, problem, shown


def training_problems(
    document: Document, chosen: Iterable[Chosen], engine: BackendId
) -> Iterator[Problem]:
    """Yield an error for each setting of the training that Keras 2.3.1 lacks.

    `chosen` are the losses and metrics of the outputs, those that follow from the data included.
    """
    training = document.training
    yield from _settings(training)
    yield from _object("optimizer", "optimizer", training.optimizer, engine)
    for callback in training.callbacks:
        yield from _object("callback", "callbacks", callback, engine)
    told = set()
    for choice in chosen:
        for spec in (choice.loss, *choice.metrics):
            kind: Kind = "loss" if spec is choice.loss else "metric"
            where = "loss" if kind == "loss" else "metrics"
            for found in _object(kind, where, spec, engine):
                if found.message not in told:
                    told.add(found.message)
                    yield found


def _settings(training: Training) -> Iterator[Problem]:
    plain = Training()
    for name in ("precision", "jit_compile", "steps_per_execution"):
        value = getattr(training, name)
        if value != getattr(plain, name):
            at = At(graph=MAIN, param=name)
            yield problem("keras2_setting", at, param=name, value=shown(value))


def _object(kind: Kind, where: str, spec: ObjectSpec, engine: BackendId) -> Iterator[Problem]:
    for lack in keras2.of_object(kind, spec.class_, spec.params, engine):
        at = At(graph=MAIN, param=where)
        if lack.why:
            what, title = object_label(kind, spec.class_), get(engine).title
            yield problem("engine_training", at, engine=title, what=what, why=lack.why)
        else:
            yield _lacking(lack, at, kind, spec)


def _lacking(lack: Lack, at: At, kind: Kind, spec: ObjectSpec) -> Problem:
    if lack.kind is not None:
        return problem("keras2_training", at, what=object_label(lack.kind, lack.owner))
    what, value = object_label(kind, spec.class_), shown(lack.value)
    return problem("keras2_training.param", at, param=lack.param, value=value, what=what)
