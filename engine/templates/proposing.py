"""Proposes a first model for a data set: a standard architecture for what its columns hold.

Every input column is read by the layers that suit it: numbers and classes side by side, images by
convolutions, sequences by an LSTM, text by its words. Each target column gets a head, and losses
and metrics are the defaults for it (engine.data.defaults). What a step learns from the data
(means, vocabularies) it learns from the rows that are trained on.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

from engine.data.catalogue import TEXT, Column, DataSet, joined
from engine.data.description import ColumnProfile
from engine.document import (
    MAIN,
    Binding,
    Document,
    Fill,
    Graph,
    LeaveOutMissing,
    Node,
    ObjectSpec,
    OutputTraining,
    Step,
    Training,
)
from engine.machine.backends import BackendId, get
from engine.problems import Problem, problem
from engine.templates import reconstructing
from engine.templates.building import Builder, layer_name
from engine.templates.scaling import scale_of
from engine.templates.shaped import add as add_shaped
from engine.templates.shaped import shaped_target
from engine.values import Frozen, Json

MANY_CLASSES = 32
"""Classes from which an input is embedded instead of encoded as one-hot rows."""
NAMED = 5
"""Columns that a note names."""
FEW_ROWS = 1_000
MANY_ROWS = 10_000
WORDS, LENGTH = 10_000, 200
"""Words of a vocabulary, and words of a text that are read."""
FAST = ObjectSpec(class_="Adam", params={"learning_rate": 0.005})
"""The optimizer for a class for each step or pixel: with Adam's default, LSTMs take long."""

_Profiles = Mapping[str, ColumnProfile]


class Proposal(Frozen):
    """A document that trains on a data set; `notes` say what it leaves out, or changes.

    `backend` is the only one that has its layers; null if all do.
    """

    document: Document
    backend: BackendId | None = None
    notes: tuple[Problem, ...] = ()


def propose(
    data: DataSet, name: str, profiles: Iterable[ColumnProfile] = ()
) -> Proposal | list[Problem]:
    """Return a model for a data set that a document calls `name`.

    `profiles` describe columns of people's own files: missing numbers of inputs are filled with the
    median of the training rows, and rows that lack a target's number are left out.
    Returns problems if no column is a target, or none an input, that a standard model has.
    """
    known = {profile.name: profile for profile in profiles}
    inputs = [column for column in data.columns if column.role == "input"]
    targets = [column for column in data.columns if column.role == "target"]
    predicted = [column for column in targets if _is_predictable(column)]
    shaped = None if predicted else shaped_target(inputs, targets)
    repeated = [] if targets else _reconstructed(inputs)
    if not predicted and not shaped and not repeated:
        return [problem("no_proposal", data=data.title)]
    if not inputs:
        return [problem("no_proposal.input", data=data.title)]
    others = [column.name for column in targets if column not in (*predicted, shaped)]
    preparation, notes = _prepared(repeated or inputs, [*predicted, *filter(None, [shaped])], known)
    notes += [problem("proposal_does_not_predict", column=name) for name in others]
    builder = _Builder(rows=data.rows, profiles=known)
    if repeated:
        notes += builder.reconstruction(repeated, inputs)
        inputs = repeated
    elif shaped:
        add_shaped(builder, inputs[0], shaped)
    else:
        builder.heads(builder.body(inputs), predicted)
    weights = builder.weights()
    notes += [
        problem("proposal_weighs", column=column, weight=weight)
        for column, weight in weights.values()
    ]
    training = Training(
        data=name,
        outputs=tuple(
            OutputTraining(node=node, weight=weight) for node, (_, weight) in weights.items()
        ),
        preparation=preparation,
        bindings=tuple(builder.bindings),
        division=data.division,
        **_effort(data.rows),
    )
    if shaped or any(node.layer == "LSTM" for node in builder.nodes if repeated):
        training = training.model_copy(update={"optimizer": FAST})
    graph = Graph(id=MAIN, nodes=tuple(builder.nodes), edges=tuple(builder.edges))
    backend: BackendId | None = None
    if any(column.dtype == TEXT for column in inputs):
        backend = "tensorflow"
        notes.append(problem("proposal_needs", title=get(backend).title))
    document = Document(graphs=(graph,), training=training)
    return Proposal(document=document, backend=backend, notes=tuple(notes))


def _reconstructed(columns: list[Column]) -> list[Column]:
    """Return the columns that an autoencoder repeats: an image, a sequence, or a table."""
    if shaped := reconstructing.shaped_column(columns):
        return [shaped]
    table = [column for column in columns if _fits_table(column)]
    return table if sum(map(_width, table)) > 1 else []


def _has_gaps(column: Column, profiles: _Profiles) -> bool:
    """Whether numbers are missing: NaN would make every weight NaN."""
    profile = profiles.get(column.name)
    named = column.classes or column.labels or column.dtype == TEXT
    return bool(profile and profile.missing and not named)


def _prepared(
    inputs: Sequence[Column], targets: Sequence[Column], profiles: _Profiles
) -> tuple[tuple[Step, ...], list[Problem]]:
    """Return the steps that care for missing numbers, and what they do in words."""
    left_out = [column.name for column in targets if _has_gaps(column, profiles)]
    filled = [column.name for column in inputs if _has_gaps(column, profiles)]
    steps: list[Step] = []
    if left_out:
        steps.append(LeaveOutMissing(columns=tuple(left_out)))
    if filled:
        steps.append(Fill(columns=tuple(filled), by="median"))
    notes = [
        problem("proposal_leaves_rows_out", column=name, count=profiles[name].missing)
        for name in left_out
    ]
    notes += [
        problem("proposal_fills", column=name, count=profiles[name].missing) for name in filled
    ]
    return tuple(steps), notes


def _is_predictable(column: Column) -> bool:
    """Whether a head is known for a target: one class, or numbers in a row."""
    if column.classes:
        return not column.shape
    return column.dtype != TEXT and len(column.shape) <= 1


def _effort(rows: int) -> dict[str, int]:
    if rows < FEW_ROWS:
        return {"epochs": 60, "batch_size": 16}
    if rows < MANY_ROWS:
        return {"epochs": 20, "batch_size": 32}
    return {"epochs": 10, "batch_size": 128}


@dataclass
class _Builder(Builder):
    """Adds bodies and heads to a document, for the rows and columns of one data set."""

    rows: int = 0
    profiles: _Profiles = field(default_factory=dict)
    deviations: dict[str, tuple[str, float]] = field(default_factory=dict)
    """Of the numbers that outputs predict, if they are large: column and standard deviation."""

    def body(self, inputs: list[Column]) -> Node:
        """Add the layers from the inputs to the last one before the heads."""
        table = [column for column in inputs if _fits_table(column)]
        others = [column for column in inputs if column not in table]
        ends = [self._table(table)] if table else []
        for column in others:
            ends.append(self._branch(column, len(ends)))
        end = ends[0] if len(ends) == 1 else self.add("Concatenate", {}, "features", *ends)
        if not table and len(ends) == 1:
            return end
        units = 64 if self.rows >= FEW_ROWS else 32
        for number in ("hidden", "hidden_2"):
            end = self.add("Dense", {"units": units, "activation": "relu"}, number, end)
        return end

    def heads(self, body: Node, targets: list[Column]) -> None:
        """Add the layers that predict targets; those of two classes each are labels of one."""
        if len(targets) > 1 and (labels := joined(targets)) and labels.labels:
            params: dict[str, Json] = {"units": len(labels.labels), "activation": "sigmoid"}
            end = self.add("Dense", params, "labels", body)
            for column in targets:
                self.end(end, column)
            return
        for column in targets:
            self.head(body, column)

    def head(self, body: Node, target: Column) -> None:
        """Add the layers that predict one target."""
        name = layer_name(target.name)
        if target.classes:
            two = len(target.classes) == 2  # noqa: PLR2004
            units = 1 if two else len(target.classes)
            activation = "sigmoid" if two else "softmax"
            end = self.add("Dense", {"units": units, "activation": activation}, name, body)
        elif target.labels:
            params: dict[str, Json] = {"units": len(target.labels), "activation": "sigmoid"}
            end = self.add("Dense", params, name, body)
        else:
            width = target.shape[0] if target.shape else 1
            scale = scale_of(self.profiles.get(target.name))
            unscaled = f"{name}_standardized" if scale else name
            end = self.add("Dense", {"units": width}, unscaled, body)
            if scale:
                end = self.add("Rescaling", scale, name, end)
                self.deviations[end.id] = target.name, float(str(scale["scale"]))
        self.end(end, target)

    def weights(self) -> dict[str, tuple[str, float]]:
        """How much the losses of outputs weigh, if there are several: their columns and weights.

        Squared errors of large numbers would be all that a model learns.
        """
        inputs = {node.id for node in self.nodes if node.layer == "Input"}
        if len({binding.node for binding in self.bindings} - inputs) == 1:
            return {}
        return {
            node: (column, float(f"{deviation**-2:.3g}"))
            for node, (column, deviation) in self.deviations.items()
        }

    def reconstruction(self, columns: list[Column], inputs: list[Column]) -> list[Problem]:
        """Add an autoencoder of these columns; return notes about the other inputs."""
        (first, *_) = columns
        if _fits_table(first):
            reconstructing.add_table(self, self._table(columns), columns, self.profiles)
        else:
            reconstructing.add_shaped(self, first, self.profiles)
        left = [column.name for column in inputs if column not in columns]
        names = [column.name for column in columns]
        named = [*names[:NAMED], "…"] if len(names) > NAMED else names
        notes = [problem("proposal_reconstructs", columns=named)]
        return notes + [problem("proposal_does_not_reconstruct", column=name) for name in left]

    def _table(self, columns: list[Column]) -> Node:
        """Add one input for numbers and classes side by side."""
        width = sum(_width(column) for column in columns)
        name = layer_name(columns[0].name) if len(columns) == 1 else "features"
        start = self.add("Input", {"shape": [width]}, name)
        for column in columns:
            encoding = "one_hot" if column.classes else ""
            self.bindings.append(Binding(node=start.id, column=column.name, encoding=encoding))
        if all(column.classes for column in columns):
            return start
        return self.add("Normalization", {}, "", start)

    def _branch(self, column: Column, place: int) -> Node:
        """Add the layers that read one column, in a column of cards of their own."""
        start = self.start(column, place)
        if column.dtype == TEXT:
            return self._words(start)
        if column.classes and prod(column.shape) > 1:
            return self._read(self.embedded(start, column), start.name)
        if column.classes:
            return self.add("Flatten", {}, f"{start.name}_vector", self.embedded(start, column))
        if len(column.shape) == 2 and self._is_sequence(column):  # noqa: PLR2004
            return self._read(self.add("Normalization", {}, "", start), start.name)
        return self._image(start, column)

    def _words(self, start: Node) -> Node:
        params: dict[str, Json] = {"max_tokens": WORDS, "output_sequence_length": LENGTH}
        words = self.add("TextVectorization", params, "words", start)
        params = {"input_dim": WORDS, "output_dim": 32, "mask_zero": True}
        meanings = self.add("Embedding", params, "meanings", words)
        return self.add("GlobalAveragePooling1D", {}, "", meanings)

    def _is_sequence(self, column: Column) -> bool:
        """Whether two axes are steps and their values, and not an image."""
        profile = self.profiles.get(column.name)
        is_known = profile is not None and profile.type == "series"
        return is_known or column.shape[0] != column.shape[1]

    def _read(self, end: Node, name: str) -> Node:
        units = 32 if self.rows < MANY_ROWS else 64
        return self.add("LSTM", {"units": units}, f"{name}_read", end)

    def _image(self, start: Node, column: Column) -> Node:
        """Add convolutions, which halve the image and double the filters until it is small."""
        end, name, shape = start, start.name, column.shape
        if len(shape) not in (2, 3):
            return self.add("Flatten", {}, f"{name}_vector", end)
        if column.dtype == "uint8":
            end = self.add("Rescaling", {"scale": 1 / 255}, f"{name}_scaled", end)
        if len(shape) == 2:  # noqa: PLR2004
            end = self.add("Reshape", {"target_shape": [*shape, 1]}, f"{name}_grey", end)
        side, filters, number = min(shape[:2]), 32, 1
        while True:
            params: dict[str, Json] = {"filters": filters, "kernel_size": 3}
            params |= {"padding": "same", "activation": "relu"}
            end = self.add("Conv2D", params, f"convolution_{number}", end)
            if side < 8 or filters == 256:  # noqa: PLR2004
                break
            end = self.add("MaxPooling2D", {}, f"halved_{number}", end)
            side, filters, number = side // 2, filters * 2, number + 1
        end = self.add("GlobalAveragePooling2D", {}, "", end)
        return self.add("Dropout", {"rate": 0.3}, "", end)


def _fits_table(column: Column) -> bool:
    """Whether a column is fed beside others: numbers, rows of numbers, and few classes."""
    if column.dtype == TEXT or len(column.shape) > 1:
        return False
    return not column.shape if 0 < len(column.classes) <= MANY_CLASSES else not column.classes


def _width(column: Column) -> int:
    return len(column.classes) or prod(column.shape)
