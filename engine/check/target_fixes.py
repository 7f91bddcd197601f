"""An output of the model with its target, and the fixes that make the two agree."""

from dataclasses import dataclass
from typing import Any

from engine.catalogue import load
from engine.check.refusal import Wire
from engine.check.suggestions import to_list
from engine.check.tensor_shapes import Shape
from engine.data.catalogue import Column, OneHot
from engine.data.defaults import Chosen
from engine.document import MAIN, Binding, Encoding, Node, ObjectSpec, Training
from engine.graph.fixes import set_at, set_param
from engine.graph.index import GraphIndex
from engine.problems import Fix, Phrase, phrase

TWO = 2


@dataclass(frozen=True)
class Output:
    """An output of the model: its node, the shape of one example, its target, loss and metrics."""

    node: str
    name: str
    owner: Node
    shape: Shape
    column: Column
    chosen: Chosen
    index: GraphIndex

    @property
    def one_hot(self) -> bool:
        """Whether the target's class numbers are encoded as one-hot rows."""
        return isinstance(self.column, OneHot)

    @property
    def loss(self) -> str:
        """The class of the loss."""
        entry = load().object("loss", self.chosen.loss.class_)
        return entry.name if entry else self.chosen.loss.class_


def flatten_input(output: Output) -> Fix | None:
    """Flatten the input of a Dense layer, which works along the last axis only."""
    edges = output.index.incoming[output.node].get("inputs", ())
    if output.owner.layer != "Dense" or len(output.shape) < TWO or not edges:
        return None
    source = output.index.nodes[edges[0].source]
    return to_list(output.index, Wire(source.name, edges[0], (None, *output.shape)))


def set_units(output: Output, count: int) -> Fix | None:
    """Give a Dense layer as many units as the target has values."""
    if output.owner.layer != "Dense":
        return None
    return set_param(
        MAIN, output.owner.id, "units", count, phrase("Set units to {count}", count=count)
    )


def change_loss(training: Training, output: Output, name: str) -> Fix:
    """Use another loss, with those arguments of the present one that it has too."""
    entry, present = load().object("loss", name), output.chosen.loss.params
    params = {key: value for key, value in present.items() if entry and entry.param(key)}
    return set_loss(
        training, output, {"class": name, "params": params}, phrase("Use {name}", name=name)
    )


def set_loss(training: Training, output: Output, loss: dict[str, Any], label: Phrase) -> Fix:
    """Set the loss of the output, where the document sets it."""
    outputs = [entry.model_dump(mode="json", by_alias=True) for entry in training.outputs]
    matches = [entry for entry in outputs if entry["node"] == output.node and entry["loss"]]
    if not matches:
        return set_at(("training", "loss"), loss, label)
    matches[0]["loss"] = loss
    return set_at(("training", "outputs"), outputs, label)


def drop_class_weights(training: Training, output: Output) -> Fix:
    """Let all rows count the same."""
    outputs = [entry.model_dump(mode="json", by_alias=True) for entry in training.outputs]
    for entry in outputs:
        if entry["node"] == output.node:
            entry["class_weights"] = None
    return set_at(("training", "outputs"), outputs, phrase("Remove the class weights"))


def encode(training: Training, node: str, column: str, encoding: Encoding) -> Fix:
    """Feed the classes of a column to an input, or to the loss of an output, in this encoding."""
    bindings = [item.model_dump() for item in training.bindings if item.node != node]
    binding = Binding(node=node, column=column, encoding=encoding)
    label = phrase("Encode as one-hot") if encoding else phrase("Use class numbers")
    return set_at(("training", "bindings"), [*bindings, binding.model_dump()], label)


def change_metric(training: Training, metric: ObjectSpec, name: str, **more: Any) -> Fix | None:
    """Replace a metric of the training, or give it `more` arguments; default metrics always suit.

    Arguments are kept that the other metric has too.
    """
    if metric not in training.metrics:
        return None
    entry = load().object("metric", name)
    params = {key: value for key, value in metric.params.items() if entry and entry.param(key)}
    metrics = [entry.model_dump(mode="json", by_alias=True) for entry in training.metrics]
    metrics[training.metrics.index(metric)] = {"class": name, "params": params | more}
    label = phrase("Use {name}", name=name)
    if name == metric.class_:
        label = phrase("Let the metric take scores")
    return set_at(("training", "metrics"), metrics, label)
