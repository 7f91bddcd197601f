"""Check the callbacks: what each watches, and what a run of the app does in its place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.catalogue import load, snake_case
from engine.catalogue.params import validate_object
from engine.catalogue.refusals import Place, object_label
from engine.catalogue.written_files import RUN, written_files
from engine.check.dividing import keep_rows
from engine.data.defaults import Chosen
from engine.document import Document, ObjectSpec, Training
from engine.graph.fixes import set_at
from engine.problems import At, Fix, Phrase, Problem, phrase, problem
from engine.values.nearest import nearest

VALIDATION = "val_"
_HERE = At(param="callbacks")
_UP = "accuracy precision recall auc iou f1 fbeta correlation similarity r2 sensitivity specificity"
"""Parts of the names of metrics that are better when they are higher."""
_NO_DIRECTION = {"TruePositives", "TrueNegatives", "FalsePositives", "FalseNegatives"}
"""Metrics of which Keras does not say which way is better."""


@dataclass(frozen=True)
class Watched:
    """A value that a run tells after each epoch; `mode` is the way in which it is better.

    Keras finds the mode out by itself if it is `automatic`.
    """

    mode: str
    automatic: bool = True


def watched(chosen: Sequence[tuple[str, Chosen]]) -> dict[str, Watched]:
    """The values of training rows by name, of outputs by name: Keras's rules for its logs."""
    several = len(chosen) > 1
    found: dict[str, Watched] = {"loss": Watched("min")}
    for output, choice in chosen:
        before = f"{output}_" if several else ""
        if several:
            found[f"{output}_loss"] = Watched("min", automatic=False)
        for metric in choice.metrics:
            name = _unique(f"{before}{_metric_name(metric)}", found)
            automatic = not before and metric.class_ not in _NO_DIRECTION
            found[name] = Watched(_mode(metric), automatic)
    return found


def _metric_name(metric: ObjectSpec) -> str:
    entry = load().object("metric", metric.class_)
    param = entry.param("name") if entry else None
    name = metric.params.get("name") or (param.default if param else None)
    return str(name or snake_case(entry.name if entry else metric.class_))


def _unique(name: str, taken: Mapping[str, Any]) -> str:
    number, unique = 0, name
    while unique in taken:
        number += 1
        unique = f"{name}_{number}"
    return unique


def _mode(metric: ObjectSpec) -> str:
    name = snake_case(metric.class_).replace("io_u", "iou")
    higher = name.startswith("true_") or any(word in name for word in _UP.split())
    return "max" if higher else "min"


def check_callbacks(
    document: Document, values: Mapping[str, Watched] | None, *, validates: bool
) -> Iterator[Problem]:
    """Yield the problems of the callbacks; `values` is None where the metrics are not known."""
    training = document.training
    files = written_files(training.callbacks, RUN)
    for at, (spec, file) in enumerate(zip(training.callbacks, files, strict=True)):
        place = Place(object_label("callback", spec.class_), (), "main")
        if invalid := validate_object("callback", spec, place):
            fix = remove(training, at)
            yield from (
                each.model_copy(update={"param": "callbacks", "fix": each.fix or fix})
                for each in invalid
            )
            continue
        yield from _watching(training, at, values, validates=validates)
        yield from _in_the_app(training, at, file.name if file else "")


def change(training: Training, at: int, label: Phrase, **params: Any) -> Fix:
    """Give a callback other parameters."""
    specs = [spec.model_dump(mode="json", by_alias=True) for spec in training.callbacks]
    specs[at]["params"] |= params
    return set_at(("training", "callbacks"), specs, label)


def remove(training: Training, at: int) -> Fix:
    """Train without a callback."""
    specs = [spec.model_dump(mode="json", by_alias=True) for spec in training.callbacks]
    label = phrase("Remove {callback}", callback=specs.pop(at)["class"])
    return set_at(("training", "callbacks"), specs, label)


def _monitor(spec: ObjectSpec) -> str | None:
    """The value that a callback watches, if it watches any."""
    entry = load().object("callback", spec.class_)
    param = entry.param("monitor") if entry else None
    return str(spec.params.get("monitor", param.default)) if param else None


def _watching(
    training: Training, at: int, values: Mapping[str, Watched] | None, *, validates: bool
) -> Iterator[Problem]:
    spec = training.callbacks[at]
    monitor = _monitor(spec)
    if monitor is None:
        return
    if not validates and monitor.startswith(VALIDATION):
        yield problem(
            "nothing_to_monitor",
            _HERE,
            callback=spec.class_,
            monitor=monitor,
            fix=keep_rows("validation"),
        )
    if values is None:
        return
    known = values.get(monitor.removeprefix(VALIDATION))
    if known is None:
        yield _unknown(training, at, monitor, values, validates=validates)
    elif spec.params.get("mode", "auto") == "auto" and not known.automatic:
        yield problem(
            "monitor_without_mode",
            _HERE,
            callback=spec.class_,
            monitor=monitor,
            fix=change(training, at, _mode_label(known.mode), mode=known.mode),
        )
    elif spec.params.get("mode", "auto") not in ("auto", known.mode):
        yield problem(
            "monitor_of_other_mode",
            _HERE,
            callback=spec.class_,
            monitor=monitor,
            mode=spec.params["mode"],
            fix=change(training, at, _mode_label(known.mode), mode=known.mode),
        )


def _unknown(
    training: Training, at: int, monitor: str, values: Mapping[str, Watched], *, validates: bool
) -> Problem:
    """A callback that watches what no loss and no metric of the training gives."""
    before = VALIDATION if validates else ""
    names = [f"{before}{name}" for name in values]
    bare = VALIDATION + monitor.removeprefix(VALIDATION)
    near = nearest(bare, [VALIDATION + name for name in values])
    name = near.removeprefix(VALIDATION) if near else "loss"
    better = before + name
    params: dict[str, Any] = {"monitor": better}
    if not values[name].automatic:
        params["mode"] = values[name].mode
    return problem(
        "unknown_monitor",
        _HERE,
        callback=training.callbacks[at].class_,
        monitor=monitor,
        names=names,
        fix=change(training, at, phrase("Watch {name}", name=better), **params),
    )


def _mode_label(mode: str) -> Phrase:
    return phrase("Higher is better") if mode == "max" else phrase("Lower is better")


def _in_the_app(training: Training, at: int, file: str) -> Iterator[Problem]:
    """What a run of the app does where a script writes files."""
    spec = training.callbacks[at]
    match spec.class_:
        case "ModelCheckpoint" if spec.params.get("save_best_only") is True:
            monitor = _monitor(spec)
            yield problem("callback_here.best", _HERE, file=file, monitor=monitor)
        case "ModelCheckpoint":
            label = phrase("Keep only the best")
            fix = change(training, at, label, save_best_only=True)
            yield problem("callback_here.latest", _HERE, file=file, fix=fix)
        case "CSVLogger":
            yield problem("callback_here.curves", _HERE)
        case "TensorBoard":
            yield problem("callback_here.board", _HERE)
        case "BackupAndRestore":
            yield problem("callback_here.backup", _HERE)
