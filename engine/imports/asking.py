"""What a source leaves open: which of its models to take, and values that it does not state."""

from typing import Literal

from engine.problems import Problem
from engine.values import Frozen

Kind = Literal["number", "shape", "text"]


class Choices(Frozen):
    """What a person decided: the index of the model to take, and answers to its questions.

    `answers` is JSON text: an object of values by question key.
    """

    model: int | None = None
    answers: str = ""


class SourceModel(Frozen):
    """A model that a source defines; `index` chooses it.

    `line` is a line of the code cell `cell` in a notebook, else of the source. `name` is its own
    name, else that of its variable. `layers` counts the nodes that it would have in a document;
    it is null where values are missing, or `readable` is false: no answer lets it be read.
    """

    index: int
    name: str
    line: int
    layers: int | None
    trained: bool
    readable: bool
    cell: int | None = None


class Question(Frozen):
    """A value that a model needs and the source does not state.

    `text` is the expression in the source, and `kind` what the value is most likely to be.
    `problem` says why the answer that was given can't be right.
    """

    key: str
    text: str
    line: int
    cell: int | None = None
    kind: Kind = "number"
    problem: Problem | None = None


class Unread(Frozen):
    """A source whose model is not read yet: it asks, or another of its models must be chosen.

    `problems` are the reasons.
    """

    document: None = None
    problems: tuple[Problem, ...] = ()
    models: tuple[SourceModel, ...] = ()
    taken: int | None = None
    questions: tuple[Question, ...] = ()
    placed: bool = False
