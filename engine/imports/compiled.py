"""What a Keras model was compiled with → the document's training.

Only names that the catalogue knows are taken; a function or a class of somebody's own is named
and left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from engine.catalogue import Entry, Kind, load, snake_case
from engine.document import ObjectSpec, OutputTraining, Training
from engine.imports.keras_config import read_config
from engine.problems import Problem
from engine.problems.imports import import_training

End = tuple[str, str]
"""An output of the model: its node's id, and the name of its layer in the file."""

# What reading values of the wrong form raises; pydantic's ValidationError is a ValueError.
MALFORMED = (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError)
# Short for whichever fits the target, which is what the document does without metrics.
_FITTING = ("accuracy", "acc", "crossentropy", "ce")


@dataclass
class _Reader:
    left: list[str] = field(default_factory=list)

    def spec(self, kind: Kind, value: Any) -> ObjectSpec | None:
        """One object, given by name or with its config; None where there is none to keep."""
        if value is None or (kind == "metric" and value in _FITTING):
            return None
        name, config = _named(value)
        entry = load().object(kind, name)
        if entry is None:
            self.left.append(f"the {kind} {name[:60]}")
            return None
        read = read_config(entry, config)
        self.left.extend(f"{entry.name}.{item}" for item in read.left)
        return ObjectSpec(class_=entry.name, params={**read.params, **_own_name(entry, config)})

    def specs(self, value: Any) -> tuple[ObjectSpec, ...]:
        """The metrics of one output."""
        items = value if isinstance(value, list) else [value]
        found = (self.spec("metric", item) for item in items)
        return tuple(spec for spec in found if spec is not None)

    def outputs(self, config: dict[str, Any], ends: Sequence[End]) -> tuple[OutputTraining, ...]:
        """What each output is trained with, where outputs differ."""
        loss, metrics, weights = (config.get(key) for key in ("loss", "metrics", "loss_weights"))
        found = []
        for index, (node, name) in enumerate(ends):
            weight = _of(weights, name, index)
            known = isinstance(weight, int | float) and weight >= 0
            own = OutputTraining(
                node=node,
                loss=self.spec("loss", _of(loss, name, index)),
                weight=cast("float", weight) if known else 1.0,
                metrics=self.specs(_of(metrics, name, index)) or None,
            )
            found.append(own)
        return tuple(own for own in found if own != OutputTraining(node=own.node))


def read_compiled(config: Any, ends: Sequence[End]) -> tuple[Training, list[Problem]]:
    """Return the training that a `compile_config` describes, and what of it could not be kept.

    `ends` are the model's outputs in order. Never raises for bad input: what is not understood
    is left at its default and named.
    """
    if not isinstance(config, dict):
        return Training(), []
    reader = _Reader()
    try:
        training = _training(reader, config, ends)
    except MALFORMED:
        return Training(), [import_training(["all of it, since Keras does not write it like this"])]
    if config.get("weighted_metrics"):
        reader.left.append("weighted_metrics")
    return training, [import_training(reader.left)] if reader.left else []


def _training(reader: _Reader, config: dict[str, Any], ends: Sequence[End]) -> Training:
    fields: dict[str, Any] = {}
    if optimizer := reader.spec("optimizer", config.get("optimizer")):
        fields["optimizer"] = optimizer
    if len(ends) != 1:
        return Training(**fields, outputs=reader.outputs(config, ends))
    metrics = config.get("metrics")
    if isinstance(metrics, dict) or (metrics and isinstance(metrics[0], list)):
        metrics = _of(metrics, ends[0][1], 0)
    loss = reader.spec("loss", _of(config.get("loss"), ends[0][1], 0))
    return Training(**fields, loss=loss, metrics=reader.specs(metrics))


def _of(value: Any, name: str, index: int) -> Any:
    """The part of an argument that one output gets: by name, by place, or all alike."""
    if isinstance(value, dict) and "class_name" not in value:
        return value.get(name)
    if isinstance(value, list):
        return value[index] if index < len(value) else None
    return value


def _named(value: Any) -> tuple[str, dict[str, Any]]:
    """The class and the config of a serialised object; a function has its name as config."""
    if isinstance(value, str):
        return value, {}
    name, config = str(value["class_name"]).rpartition(">")[2], value.get("config")
    return (name, config) if isinstance(config, dict) else (str(config or name), {})


def _own_name(entry: Entry, config: dict[str, Any]) -> dict[str, Any]:
    """A metric's name, which the curves are labelled with, where it is no default."""
    name, param = config.get("name"), entry.param("name")
    if not isinstance(name, str) or param is None:
        return {}
    return {} if name in (param.default, snake_case(entry.name)) else {"name": name}
