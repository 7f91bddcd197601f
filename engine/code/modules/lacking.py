"""What a script for another library can't train, by name: nothing is left out in silence."""

from collections.abc import Iterator, Mapping

from engine.catalogue import Kind, load
from engine.catalogue.refusals import object_label
from engine.code.lines.flow import Flow
from engine.code.modules.supported import changes_training
from engine.code.scripts.script import loading_functions
from engine.code.scripts.training import Plan
from engine.code.syntax.tree import Copied
from engine.data.catalogue import OneHot
from engine.document import MAIN, ObjectSpec
from engine.graph.adaptable import learns
from engine.problems import Phrase, phrase

LOSSES = {
    "SparseCategoricalCrossentropy": "classes_loss",
    "BinaryCrossentropy": "binary_loss",
    "MeanSquaredError": "squared_error",
    "MeanAbsoluteError": "absolute_error",
}
"""The functions that are copied, by the losses of Keras."""

OPTIMIZERS = {
    "SGD": "learning_rate momentum nesterov",
    "Adam": "learning_rate beta_1 beta_2 epsilon",
    "AdamW": "learning_rate beta_1 beta_2 epsilon weight_decay",
}
"""The parameters that other libraries have as well, by the optimizers of Keras."""


def lacking(plan: Plan, attributes: Mapping[str, str]) -> Iterator[Phrase]:
    """What has no counterpart in a loop that trains one output.

    `attributes` are the attributes of the model that hold layers, by the ids of these.
    """
    training = plan.program.document.training
    if len(plan.chosen) != 1:
        yield phrase("training with several outputs")
    yield from _foreign("optimizer", training.optimizer, OPTIMIZERS)
    losses = {name: "from_logits" if "Cross" in name else "" for name in LOSSES}
    for choice in plan.chosen.values():
        yield from _foreign("loss", choice.loss, losses)
    if training.precision != "float32":
        yield phrase("the precision {name}", name=training.precision)
    if not training.shuffle:
        yield phrase("rows in the same order in each epoch")
    for callback in training.callbacks:
        yield object_label("callback", callback.class_)
    if any(isinstance(feed.column, OneHot) for feed in plan.targets.values()):
        yield phrase("a target of one-hot rows")
    if plan.weight:
        yield phrase("weights of rows")
    if plan.data and not plan.missing and any("keras" in line for line in _loader_imports(plan)):
        yield phrase("the data set “{title}”, which Keras downloads", title=plan.data.title)
    for graph, flow in plan.program.flows.items():
        yield from _changed_layers(flow)
        yield from _unreached_layers(flow, attributes if graph == MAIN else {})


def _loader_imports(plan: Plan) -> tuple[str, ...]:
    functions = loading_functions(plan, plan.data) if plan.data else ()
    copied = (function for function in functions if isinstance(function, Copied))
    return tuple(line for function in copied for line in function.imports)


def _foreign(kind: Kind, spec: ObjectSpec, known: Mapping[str, str]) -> Iterator[Phrase]:
    """An object, or a parameter of one, that other libraries have not."""
    entry = load().object(kind, spec.class_)
    if entry is None or spec.class_ not in known:
        yield object_label(kind, spec.class_)
        return
    for param in entry.params:
        value = spec.params.get(param.name, param.default)
        plain = isinstance(value, bool | int | float) or value is None
        if value != param.default and (param.name not in known[spec.class_].split() or not plain):
            yield phrase("{param} of {name}", param=param.name, name=spec.class_)


def _changed_layers(flow: Flow) -> Iterator[Phrase]:
    """Layers that are trained in another way than their library does."""
    for written in flow.written.values():
        name = flow.display_name(written.owner.id)
        if written.owner.frozen:
            yield phrase("the frozen layer “{name}”", name=name)
        for param in changes_training(written):
            yield phrase("{param} of “{name}”", param=param, name=name)


def _unreached_layers(flow: Flow, attributes: Mapping[str, str]) -> Iterator[Phrase]:
    """Layers that learn from the data, but not from an input of the model itself."""
    for key, written in flow.written.items():
        if written.owner.id != key or learns(written.owner) is None:
            continue
        direct = all(flow.written[source].is_input for source, _ in written.tensors)
        if key not in attributes or not direct:
            yield phrase(
                "“{name}”, which learns from rows that other layers computed",
                name=flow.display_name(key),
            )
