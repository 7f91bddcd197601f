"""Check that the last activation of an output gives what its loss can compare."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf
from typing import Any

from engine.catalogue import Values, load
from engine.check.target_fixes import Output, set_loss
from engine.document import MAIN, Node, Training
from engine.graph.fixes import set_param
from engine.problems import At, Fix, Problem, phrase, problem

Range = tuple[float, float]
_SHARES, _POSITIVE = (0.0, 1.0), (0.0, inf)

SHARES_OF_CLASSES = (
    "SparseCategoricalCrossentropy",
    "CategoricalCrossentropy",
    "CategoricalFocalCrossentropy",
    "CategoricalGeneralizedCrossEntropy",
)
"""Losses that compare probabilities of which one class each takes its share."""
COMPARED: Mapping[str, Range] = {
    **dict.fromkeys(SHARES_OF_CLASSES, _SHARES),
    **dict.fromkeys(("BinaryCrossentropy", "BinaryFocalCrossentropy"), _SHARES),
    **dict.fromkeys(("KLDivergence", "Dice", "Tversky"), _SHARES),
    **dict.fromkeys(("Poisson", "MeanSquaredLogarithmicError"), _POSITIVE),
}
"""The values, of targets and predictions, that losses are defined for, as keras.losses says."""


@dataclass(frozen=True)
class Activation:
    """The last activation of a node; `chosen` if the layer has it only where one chooses it."""

    name: str
    gives: Values
    chosen: bool

    @property
    def gives_probabilities(self) -> bool:
        """Whether its values are probabilities, of all classes or of each one."""
        return self.gives.lies_in(*_SHARES)


def last_activation(node: Node) -> Activation | None:
    """Return the last activation of a node; None if it is unknown."""
    entry = load().layer(node.layer)
    param = entry.param("activation") if entry else None
    chosen: Any = None if entry is None or node.params else node.layer.lower()  # Softmax, ReLU
    if param:
        chosen = node.params.get("activation", param.default) or "linear"
    found = load().object("activation", chosen) if isinstance(chosen, str) else None
    if found is None or found.traits.gives is None:
        return None
    own = param is not None and (param.default is None or node.layer == "Activation")
    return Activation(found.name, found.traits.gives, own)


def activation_problems(training: Training, output: Output) -> Iterator[Problem]:
    """Yield the problem of the last activation, if it is known."""
    activation = last_activation(output.owner)
    if activation is None:
        return
    if activation.gives.adds_up and output.shape == (1,):
        yield problem(
            "softmax_of_one",
            At(node=output.node),
            name=output.name,
            fix=_use(output, activation, "sigmoid"),
        )
    entry = load().object("loss", output.loss)
    if entry is not None and entry.param("from_logits") is not None:
        yield from _logits(training, output, activation)
    elif output.loss in COMPARED:
        yield from _range(output, activation)


def _logits(training: Training, output: Output, activation: Activation) -> Iterator[Problem]:
    """Check that probabilities are made exactly once: in the output or in the loss."""
    logits = bool(output.chosen.loss.params.get("from_logits", False))
    if logits == activation.gives_probabilities and (logits or activation.name == "linear"):
        params = {**output.chosen.loss.params, "from_logits": not logits}
        probabilities = phrase("Let the loss take probabilities")
        label = probabilities if logits else phrase("Let the loss take raw scores")
        yield problem(
            "logits_unlike_loss.probabilities" if logits else "logits_unlike_loss.scores",
            At(node=output.node, param="loss"),
            name=output.name,
            loss=output.loss,
            fix=set_loss(training, output, {"class": output.loss, "params": params}, label),
        )
    elif not logits:
        yield from _range(output, activation)
    elif activation.gives.bounded and activation.name != "log_softmax":
        yield _unlike("activation_unlike_loss.scores", output, activation, "linear")


def _range(output: Output, activation: Activation) -> Iterator[Problem]:
    """Check that the loss is defined for the values of the activation."""
    allowed = COMPARED[output.loss]
    many = output.shape[-1:] != (1,)
    if not activation.gives.lies_in(*allowed):
        if allowed == _POSITIVE:
            yield _unlike("activation_unlike_loss.positive", output, activation, "softplus")
        else:
            one = many and (output.loss in SHARES_OF_CLASSES or output.one_hot)
            yield _unlike(
                "activation_unlike_loss.probabilities",
                output,
                activation,
                "softmax" if one else "sigmoid",
            )
    elif output.loss in SHARES_OF_CLASSES and many and not activation.gives.adds_up:
        yield _unlike("activation_unlike_loss.one_class", output, activation, "softmax")
    elif output.column.labels and many and activation.gives.adds_up:
        yield _unlike("activation_unlike_loss.labels", output, activation, "sigmoid")


def _unlike(code: str, output: Output, activation: Activation, better: str) -> Problem:
    return problem(
        code,
        At(node=output.node),
        name=output.name,
        activation=activation.name,
        loss=output.loss,
        column=output.column.name,
        better=better,
        fix=_use(output, activation, better),
    )


def _use(output: Output, activation: Activation, name: str) -> Fix | None:
    """Give the last layer another activation, where it is one's choice."""
    if not activation.chosen:
        return None
    label = phrase("Use {name}", name=name)
    return set_param(MAIN, output.owner.id, "activation", name, label)
