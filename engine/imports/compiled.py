"""Convert the compile config of a Keras model to the document's training settings.

Only objects in the catalogue are converted; custom functions and classes are left out and
reported.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from engine.catalogue import Entry, Kind, load, snake_case
from engine.catalogue.refusals import object_label
from engine.document import ObjectSpec, OutputTraining, Training
from engine.imports.keras_config import read_config
from engine.problems import Phrase, Problem, phrase, problem

End = tuple[str, str]
"""An output of the model: its node's id, and the name of its layer in the file."""

# Exceptions from reading malformed values; pydantic's ValidationError is a ValueError.
MALFORMED = (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError)
# Keras picks the variant that fits the target; so does a document without metrics.
_AUTOMATIC = ("accuracy", "acc", "crossentropy", "ce")


@dataclass
class _Reader:
    left_out: list[Phrase | str] = field(default_factory=list)

    def spec(self, kind: Kind, value: Any) -> ObjectSpec | None:
        """The object for a name or a serialised object; None without one, or for an unknown one."""
        if value is None or (kind == "metric" and value in _AUTOMATIC):
            return None
        name, config = _named(value)
        entry = load().object(kind, name)
        if entry is None:
            self.left_out.append(object_label(kind, name[:60]))
            return None
        read = read_config(entry, config)
        self.left_out.extend(f"{entry.name}.{item}" for item in read.left_out)
        return ObjectSpec(class_=entry.name, params={**read.params, **_own_name(entry, config)})

    def specs(self, value: Any) -> tuple[ObjectSpec, ...]:
        """The metrics of one output."""
        items = value if isinstance(value, list) else [value]
        specs = (self.spec("metric", item) for item in items)
        return tuple(spec for spec in specs if spec is not None)

    def outputs(self, config: dict[str, Any], ends: Sequence[End]) -> tuple[OutputTraining, ...]:
        """The training settings of each output that differ from the defaults."""
        loss, metrics, weights = (config.get(key) for key in ("loss", "metrics", "loss_weights"))
        outputs = []
        for index, (node, name) in enumerate(ends):
            weight = _of_output(weights, name, index)
            valid = isinstance(weight, int | float) and weight >= 0
            output = OutputTraining(
                node=node,
                loss=self.spec("loss", _of_output(loss, name, index)),
                weight=cast("float", weight) if valid else 1.0,
                metrics=self.specs(_of_output(metrics, name, index)) or None,
            )
            outputs.append(output)
        return tuple(output for output in outputs if output != OutputTraining(node=output.node))


def read_compiled(config: Any, ends: Sequence[End]) -> tuple[Training, list[Problem]]:
    """Return the training settings of a `compile_config`, and problems for what was left out.

    `ends` are the model's outputs in order. Never raises for bad input: settings that can't be
    read keep their defaults and are reported.
    """
    if not isinstance(config, dict):
        return Training(), []
    reader = _Reader()
    try:
        training = _training(reader, config, ends)
    except MALFORMED:
        everything = phrase("all of it, since Keras does not write it like this")
        return Training(), [problem("import_training", what=[everything])]
    if config.get("weighted_metrics"):
        reader.left_out.append("weighted_metrics")
    what = reader.left_out
    return training, [problem("import_training", what=what)] if what else []


def _training(reader: _Reader, config: dict[str, Any], ends: Sequence[End]) -> Training:
    fields: dict[str, Any] = {}
    if optimizer := reader.spec("optimizer", config.get("optimizer")):
        fields["optimizer"] = optimizer
    if len(ends) != 1:
        return Training(**fields, outputs=reader.outputs(config, ends))
    metrics = config.get("metrics")
    if isinstance(metrics, dict) or (metrics and isinstance(metrics[0], list)):
        metrics = _of_output(metrics, ends[0][1], 0)
    loss = reader.spec("loss", _of_output(config.get("loss"), ends[0][1], 0))
    return Training(**fields, loss=loss, metrics=reader.specs(metrics))


def _of_output(value: Any, name: str, index: int) -> Any:
    """The part of an argument for one output: by name, by index, or the same for all."""
    if isinstance(value, dict) and "class_name" not in value:
        return value.get(name)
    if isinstance(value, list):
        return value[index] if index < len(value) else None
    return value


def _named(value: Any) -> tuple[str, dict[str, Any]]:
    """The name and the config of a serialised object; a function has its name as config."""
    if isinstance(value, str):
        return value, {}
    name, config = str(value["class_name"]).rpartition(">")[2], value.get("config")
    return (name, config) if isinstance(config, dict) else (str(config or name), {})


def _own_name(entry: Entry, config: dict[str, Any]) -> dict[str, Any]:
    """A metric's name, which labels its curve, unless it is the default."""
    name, param = config.get("name"), entry.param("name")
    if not isinstance(name, str) or param is None:
        return {}
    return {} if name in (param.default, snake_case(entry.name)) else {"name": name}
