"""Fixes of findings: operations on the document that was trained."""

from typing import Any

from engine.document import Document, ObjectSpec, OutputTraining
from engine.problems import Fix, make_fix, phrase

DEFAULT_RATE = 0.001
PATIENCE = 5


def near(value: float) -> float:
    """Return a number with four digits, as it is told."""
    return float(f"{value:.4g}")


def other_rate(document: Document, rate: float) -> Fix:
    """Set the learning rate, which replaces a schedule."""
    optimizer = document.training.optimizer
    params = {**optimizer.params, "learning_rate": rate}
    value = {"class": optimizer.class_, "params": params}
    label = phrase("Set the learning rate to {rate}", rate=rate)
    return make_fix(label, {"type": "set", "path": ["training", "optimizer"], "value": value})


def stop_early(document: Document) -> Fix | None:
    """Stop at the best epoch; None if the document does so already."""
    callbacks = document.training.callbacks
    if any(callback.class_ == "EarlyStopping" for callback in callbacks):
        return None
    params = {"patience": PATIENCE, "restore_best_weights": True}
    value = [
        *(one.model_dump(mode="json", by_alias=True) for one in callbacks),
        {"class": "EarlyStopping", "params": params},
    ]
    label = phrase("Stop at the best epoch")
    return make_fix(label, {"type": "set", "path": ["training", "callbacks"], "value": value})


def other_loss(document: Document, node: str, name: str) -> Fix:
    """Use another loss for an output, where the document sets its loss."""
    label = phrase("Use {name}", name=name)
    loss = ObjectSpec(class_=name).model_dump(mode="json", by_alias=True)
    outputs = document.training.outputs
    if not any(one.node == node and one.loss for one in outputs):
        return make_fix(label, {"type": "set", "path": ["training", "loss"], "value": loss})
    value = [
        {
            **one.model_dump(mode="json", by_alias=True),
            **({"loss": loss} if one.node == node else {}),
        }
        for one in outputs
    ]
    return make_fix(label, {"type": "set", "path": ["training", "outputs"], "value": value})


def balance(document: Document, node: str) -> Fix:
    """Weigh the classes of an output by how rare they are."""
    outputs = document.training.outputs
    own = next((one for one in outputs if one.node == node), OutputTraining(node=node))
    others: list[Any] = [one for one in outputs if one.node != node]
    balanced = own.model_copy(update={"class_weights": "balanced"})
    value = [one.model_dump(mode="json", by_alias=True) for one in [*others, balanced]]
    label = phrase("Weigh rare classes more")
    return make_fix(label, {"type": "set", "path": ["training", "outputs"], "value": value})
