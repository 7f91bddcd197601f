"""The arguments of compile and fit as training settings, and what of them is left out."""

from collections.abc import Iterator, Sequence
from math import inf
from typing import Any

from pydantic import ValidationError

from engine.catalogue import Entry, Kind, load, traits_of
from engine.document import ObjectSpec, OutputTraining, Training
from engine.imports import keras_1
from engine.imports.python import bindings, optimizing, row_scales
from engine.imports.python.accuracy import METRIC_NAMES, resolve
from engine.imports.python.assemble import ModelBuilder
from engine.imports.python.callbacks import ADDED_BY_KERAS
from engine.imports.python.class_weights import ARGUMENTS, read_class_weights
from engine.imports.python.data_sets import LIBRARY
from engine.imports.python.dialect import KERAS_0, KERAS_1, OLD
from engine.imports.python.fitting import BATCH_SIZE_0, EPOCHS, ends_epochs_early, step_settings
from engine.imports.python.inheritance import find
from engine.imports.python.names import STEPS
from engine.imports.python.naming import class_name, is_nameless, unread
from engine.imports.python.row_parts import read_parts
from engine.imports.python.state import State
from engine.imports.python.unknown import (
    Path,
    Unknown,
    find_unknown,
)
from engine.imports.python.values import (
    Array,
    Bound,
    Function,
    KerasObject,
    LeftOut,
    Model,
)
from engine.problems import Phrase, phrase

_KNOWN_COMPILE = ("optimizer", "loss", "metrics", "loss_weights", "line", "jit_compile",
                  "run_eagerly", "steps_per_execution", "auto_scale_loss")  # fmt: skip
_KNOWN_FIT = ("x", "y", "batch_size", "epochs", "verbose", "callbacks", "validation_split",
              "validation_data", "nb_epoch", "line", "steps_per_epoch", "validation_steps",
              "custom_loop", "workers", "use_multiprocessing", "max_queue_size", "show_accuracy",
              "samples_per_epoch", "nb_val_samples", "max_q_size", "validation_batch_size",
              "initial_epoch", "validation_freq")  # fmt: skip


def _line(arguments: dict[str, Any], default: int) -> int:
    line = arguments.get("line")
    return line if isinstance(line, int) else default


class TrainingReader:
    """Reads the training of one model; `left_out` collects what a document can't hold."""

    def __init__(self, state: State, model: Model, builder: ModelBuilder) -> None:
        self.state, self.model, self.builder = state, model, builder
        self.left_out: list[LeftOut] = []
        self.line = _line(model.compiled, model.line)
        names = [builder.owner(end.node).name for end in builder.outputs]
        self.weights = read_class_weights(model.fitted, names)

    def training(self) -> Training:
        """The settings; those that can't be read keep their defaults, and are in `left_out`."""
        compiled, fitted = self.model.compiled, self.model.fitted
        settings = self.state.settings
        compile_line = self.line
        self.line = fit_line = _line(fitted, compile_line)
        parts = read_parts(fitted, settings)
        fields: dict[str, Any] = {
            "data": self._data(),
            "seed": self._number(settings.get("seed"), phrase("the seed")),
            "split": self._number(parts.validation, phrase("the fraction for validation")),
            "test_split": self._number(parts.test, phrase("the fraction for test")),
            "division": parts.division,
            "preparation": settings.get("preparation"),
            "precision": settings.get("precision"),
            **step_settings(compiled, fitted),
            "batch_size": self._number(self._batch_size(), phrase("the batch size")),
            "epochs": self._number(self._epochs(), phrase("the number of epochs")),
        }
        for what in parts.left_out:
            self._leave(what)
        if (data := self.state.data.find(fields["data"])) and LIBRARY in settings:
            for difference in row_scales.differences(fitted, data):
                self._leave(difference)
        if data and ends_epochs_early(fitted, data.rows, fields["batch_size"]):
            self._leave(phrase("steps_per_epoch of fit(…): each epoch takes all rows instead"))
        self.line = compile_line
        fields["optimizer"] = self._optimizer_spec()
        self._own_steps()
        fields |= self._losses()
        self.line = fit_line
        fields["outputs"] = self._weighed(fields.get("outputs", ()))
        fields["callbacks"] = self._callbacks(fitted.get("callbacks"))
        self._rest(compiled, _KNOWN_COMPILE, "compile")
        known = _KNOWN_FIT + (ARGUMENTS if self.weights is not None else ())
        self._rest(fitted, known, "fit")
        return self._validated(fields)

    def _own_steps(self) -> None:
        """Name the methods by which a class of the source replaces Keras's training."""
        instance = self.model.instance
        if instance is None:
            return
        for name in STEPS:
            if isinstance(find(instance.cls, name), Function):
                self._leave(phrase("{name}(…) of {cls}", name=name, cls=instance.cls.name))

    def _data(self) -> str:
        """The data set whose rows fit takes, else the first one that the source loads."""
        for array in bindings.arrays_in(self.model.fitted.get("x")):
            if array.data:
                return array.data if self.state.data.find(array.data) else ""
        data = self.state.settings.get("data", "")
        return data if isinstance(data, str) and self._has_data() else ""

    def _has_data(self) -> bool:
        """Whether the data of the source are those of the model, and not of another one."""
        return bool(self.model.fitted) or not any(model.fitted for model in self.state.models)

    def _optimizer(self) -> Any:
        """The optimizer; Keras's default where compile has none."""
        compiled = self.model.compiled
        return compiled.get("optimizer", "rmsprop" if compiled else None)

    def _optimizer_spec(self) -> ObjectSpec | None:
        value = self._optimizer()
        spec = self._object("optimizer", value)
        if spec is None or (isinstance(value, KerasObject) and value.has_rate):
            return spec
        if self.state.dialect in (KERAS_0, KERAS_1):
            return optimizing.with_old_rate(spec)
        if what := optimizing.old_rate(self.state, spec):
            self._leave(what)
        return spec

    def _epochs(self) -> Any:
        """The number of epochs, without those before `initial_epoch`."""
        fitted = self.model.fitted
        epochs = fitted.get("epochs", fitted.get("nb_epoch"))
        if epochs is None and fitted and "custom_loop" not in fitted:
            epochs = EPOCHS.get(self.state.dialect, 1)
            self._name_epochs(epochs)
        first = fitted.get("initial_epoch", 0)
        if isinstance(epochs, int) and isinstance(first, int):
            return max(epochs - first, 1)
        return find_unknown([epochs, first]) or epochs

    def _name_epochs(self, epochs: int) -> None:
        """Name the default of `fit` where a source is for Keras 2, whose versions differ in it."""
        settings = self.state.settings
        is_old = self.state.dialect == OLD and "tensorflow" not in settings
        if self.model.stack is not None and (is_old or settings.get("keras_2")) and epochs == 1:
            what = phrase(
                "the number of epochs: it is {epochs} as in Keras since 2.1, and was {old} before "
                "by default",
                epochs=epochs,
                old=EPOCHS[KERAS_1],
            )
            self._leave(what)

    def _batch_size(self) -> Any:
        """The batch size; that of the first Keras where only that has the words of a source."""
        fitted = self.model.fitted
        is_first = self.state.dialect == KERAS_0 and fitted and "custom_loop" not in fitted
        return fitted.get("batch_size", BATCH_SIZE_0 if is_first else None)

    def _validated(self, fields: dict[str, Any]) -> Training:
        training = Training()
        for name, value in fields.items():
            if value in (None, ()):
                continue
            try:
                training = Training.model_validate({**dict(training), name: value})
            except ValidationError:
                self._leave(phrase("{name} with a value that training can't take", name=name))
        return training

    def _leave(self, what: Phrase | str) -> None:
        if all(item.what != what for item in self.left_out):
            self.left_out.append(LeftOut(self.line, what, "training"))

    def _number(self, value: Any, what: Phrase) -> Any:
        if isinstance(value, Unknown | Array):
            self._leave(what)
            return None
        return value

    def _rest(self, arguments: dict[str, Any], known: tuple[str, ...], method: str) -> None:
        """Name the arguments that have no place in a document."""
        for name, value in arguments.items():
            harmless = value is None or value is False or (name == "shuffle" and value is True)
            if name not in known and not harmless:
                self._leave(phrase("{name} of {method}(…)", name=name, method=method))

    # --- objects ----------------------------------------------------------------------------------

    def _object(self, kind: Kind, value: Any) -> ObjectSpec | None:
        """The object for a value; None without one, or for one that is left out."""
        spec = self._known_object(kind, value)
        if spec is None and value is not None:
            self._leave(unread(kind, value))
        return spec

    def _known_object(self, kind: Kind, value: Any) -> ObjectSpec | None:
        """The object for a value that has one."""
        match value:
            case KerasObject():
                for name, hole in value.unknown.items():
                    what = phrase(
                        "{name} of {object}: {why}", name=name, object=value.spec.class_,
                        why=hole.why,
                    )  # fmt: skip
                    self._leave(what)
                return value.spec
            case str() if entry := _entry(kind, value):
                return ObjectSpec(class_=entry.name)
            case Path(dotted=dotted) if entry := _entry(kind, dotted.rpartition(".")[2]):
                return ObjectSpec(class_=entry.name)
            case Bound(function=Path(dotted=dotted), args=()) if entry := _entry(
                kind, dotted.rpartition(".")[2]
            ):
                made = self.state.call(Path(entry.path), [], dict(value.kwargs), self.line)
                return self._known_object(kind, made)
        return None

    def _callbacks(self, value: Any) -> tuple[ObjectSpec, ...]:
        """The callbacks that a document holds; all others are named together."""
        items = value if isinstance(value, list | tuple) else [value]
        specs = [(item, self._known_object("callback", item)) for item in items]
        rest = [item for item, spec in specs if spec is None and item is not None]
        for item in rest:
            if is_nameless(item):
                self._leave(phrase("callbacks of fit(…): {why}", why=item.why))
        names = [class_name(item) for item in rest if not is_nameless(item)]
        names = [name for name in names if name not in ADDED_BY_KERAS]
        if len(names) == 1:
            self._leave(phrase("the callback {name}", name=names[0]))
        elif names:
            self._leave(phrase("the callbacks {names:list}", names=names))
        return tuple(spec for _, spec in specs if spec is not None)

    # --- losses and metrics -----------------------------------------------------------------------

    def _losses(self) -> dict[str, Any]:
        """The loss and metrics of all outputs, or of each output by its layer's name or index."""
        compiled = self.model.compiled
        loss, metrics, weights = (compiled.get(k) for k in ("loss", "metrics", "loss_weights"))
        outputs = self.builder.outputs
        if len(outputs) == 1 and isinstance(loss, list | tuple) and len(loss) == 1:
            loss = loss[0]
        parted = isinstance(loss, dict | list | tuple) or isinstance(metrics, dict)
        if not parted and weights is None:
            spec = self._object("loss", loss)
            return {"loss": spec, "metrics": self._metrics(metrics, spec, 0)}
        result = []
        for index, end in enumerate(outputs):
            name = self.builder.owner(end.node).name
            spec = self._object("loss", _of_output(loss, name, index))
            own = (
                metrics
                if len(outputs) == 1 and not isinstance(metrics, dict)
                else (_of_output(metrics, name, index))
            )
            fields: dict[str, Any] = {
                "node": end.node,
                "loss": spec,
                "metrics": self._metrics(own, spec, index) or None,
            }
            weight = _of_output(weights, name, index)
            if isinstance(weight, int | float) and 0 <= weight < inf:
                fields["weight"] = weight
            elif weight is not None:
                self._leave(phrase("{name} of {method}(…)", name="loss_weights", method="compile"))
            result.append(OutputTraining.model_validate(fields))
        return {"outputs": tuple(result)}

    def _weighed(self, outputs: Sequence[OutputTraining]) -> tuple[OutputTraining, ...]:
        """The settings of outputs with their class weights."""
        settings = {output.node: output for output in outputs}
        for end, weights in zip(self.builder.outputs, self.weights or (), strict=False):
            if weights is not None:
                own = settings.get(end.node, OutputTraining(node=end.node))
                settings[end.node] = own.model_copy(update={"class_weights": weights})
        return tuple(settings.values())

    def _metrics(self, value: Any, loss: ObjectSpec | None, output: int) -> tuple[ObjectSpec, ...]:
        items = value if isinstance(value, list | tuple) else [value]
        return tuple(spec for item in items for spec in self._metric(item, loss, output))

    def _metric(self, value: Any, loss: ObjectSpec | None, output: int) -> Iterator[ObjectSpec]:
        if not (isinstance(value, str) and value in METRIC_NAMES):
            spec = self._object("metric", value)
            if spec is not None:
                yield spec
            return
        resolved = resolve(value, loss, self._units(output))
        if isinstance(resolved, ObjectSpec):
            yield resolved
        elif resolved is None:
            self._leave(unread("metric", value))

    def units(self) -> tuple[int | None, ...]:
        """The lengths of the last axes of the outputs."""
        return tuple(self._units(output) for output in range(len(self.builder.outputs)))

    def _units(self, output: int) -> int | None:
        """The length of the last axis of an output, from its layer or from Keras."""
        if output >= len(self.builder.outputs):
            return None
        units = _units(self.builder, self.builder.outputs[output].node)
        if units is None:
            shape = self.state.shape_of(self.model.outputs[output], self.line)
            units = shape[-1] if isinstance(shape, tuple) else None
        return units if isinstance(units, int) else None


def _units(builder: ModelBuilder, node: str) -> int | None:
    """The last axis of a node's output, where parameters state it. Keras would infer all shapes."""
    owner = builder.owner(node)
    while traits_of(owner.layer).keeps_mask and not _SIZES & owner.params.keys():
        sources = [edge.source for edge in builder.edges if edge.target == node]
        if len(sources) != 1:
            return None
        node = sources[0]
        owner = builder.owner(node)
    units = owner.params.get("units")
    if units is None and owner.params.get("data_format") != "channels_first":
        units = owner.params.get("filters")
    return units if isinstance(units, int) else None


_SIZES = {"units", "filters"}
"""Parameters that are the length of the last axis."""


def _entry(kind: Kind, name: str) -> Entry | None:
    """The object with this name of any version of Keras."""
    entry = load().object(kind, name) or load().object(kind, keras_1.object_name(name))
    return None if entry and entry.refused else entry


def _of_output(value: Any, name: str, index: int) -> Any:
    if isinstance(value, dict):
        return value.get(name)
    if isinstance(value, list | tuple):
        return value[index] if index < len(value) else None
    return value
