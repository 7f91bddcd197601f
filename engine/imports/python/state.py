"""The state of one interpretation, and what its parts ask of each other.

The rooms of the interpreter are modules of functions that take this state first: expressions,
statements, control flow, functions, classes, and the libraries that source code calls.
"""

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from engine.data.catalogue import DataSets
from engine.imports.python.constants import weight
from engine.imports.python.journal import Changes, Journal
from engine.imports.python.specs import Spec
from engine.imports.python.tools import Tools
from engine.imports.python.unknown import (
    EndlessError,
    RaisedError,
    Unknown,
)
from engine.imports.python.values import (
    Call,
    Class,
    Group,
    Instance,
    InstanceCall,
    Layer,
    LeftOut,
    Model,
    Scope,
    Span,
    Tensor,
)
from engine.problems import Phrase, phrase

MAX_STEPS = 200_000
MAX_DEPTH = 60
"""Nested calls of functions."""
SHAPE = ":shape"
"""What the key of a question for the shape of a model's input ends in."""


class ReadAgain(NamedTuple):
    """What code of a layer reads that Keras runs again with the model: `take` reads it now.

    `changed` says why the source can't be read where it differs from `before` in the end.
    """

    line: int
    changed: Phrase
    take: Callable[[], Any]
    before: Any


@dataclass
class Frame:
    """One call of a function, or the module.

    `maybe` holds the values that it may already have returned, `pending` the changes of branches
    that may have left it, and `doubt` the unknown condition of the last of these. `yielded` are the
    items of a generator.
    """

    scope: Scope
    owner: Class | None = None
    instance: Any = None
    returned: Any = None
    yielded: list[Any] | None = None
    maybe: list[Any] = field(default_factory=list)
    pending: list[Changes] = field(default_factory=list)
    doubt: Unknown | None = None


class State(ABC):
    """Owns the frames, the tape of layer calls, the models, and the settings of the source.

    `answers` are the answers to questions, by key; `data` the data sets whose loading is
    recognised; `tools` what needs Keras.
    """

    def __init__(self, data: DataSets, tools: Tools, answers: Mapping[str, Any]) -> None:
        self.data, self.tools, self.answers = data, tools, answers
        self.journal = Journal()
        self.module = Scope(names={"__name__": "__main__", "__file__": "model.py"})
        self.frames = [Frame(self.module)]
        self.tape: list[Call] = []
        self.models: list[Model] = []
        self.settings: dict[str, Any] = {}
        self.constants: dict[str, Any] = {}  # the numbers of the module; None has several values
        self.left_out: list[LeftOut] = []
        self.assumed: dict[str, int] = {}  # names without an import → their first line
        self.assumed_inputs: dict[str, Tensor] = {}  # the keys of names without a value → Inputs
        self.suspects: dict[int, Unknown] = {}  # line → a value that is used like a model
        self.compiled: dict[int, Unknown] = {}  # line → one of them that is compiled
        self.long_loops: set[ast.stmt] = set()  # loops that took too many steps
        self.shapeless: set[int] = set()  # calls whose shapes Keras can't infer
        self.specs: dict[Tensor, Spec] = {}  # what Keras inferred
        self.spans: list[Span] = []
        self.input_names: dict[int, str] = {}  # calls of Inputs → their first variable
        self.within: InstanceCall | None = None
        self.python_2 = False
        self.dialect: int | None = None  # the version of Keras that the source shows
        self.evaluated: list[ast.Module] = []  # texts that the source evaluates
        self.caught: list[tuple[type[BaseException], ...]] = []  # by the try statements around
        self.doubtful_raises: list[Unknown] = []  # conditions of exceptions in a try statement
        self.read_again: list[ReadAgain] = []  # what layers read whose code runs with the model
        self.called: set[int] = set()  # instances of own layers that were called, by id
        self.yields = True  # whether the source may define generators
        self._steps = 0

    @property
    def frame(self) -> Frame:
        """The call that is being interpreted."""
        return self.frames[-1]

    @property
    def scope(self) -> Scope:
        """The scope of the statement that is being interpreted."""
        return self.frames[-1].scope

    def step(self, line: int, count: int = 1) -> None:
        """Count steps. Raises EndlessError when there are too many."""
        self._steps += count
        if self._steps > MAX_STEPS:
            raise EndlessError(
                line, phrase("the source takes more than {limit:,} steps to read", limit=MAX_STEPS)
            )

    @property
    def steps(self) -> int:
        """The steps that were taken."""
        return self._steps

    def suspect(self, unknown: Unknown) -> Unknown:
        """Note an unknown value that is a model: the reason why a source has none."""
        self.suspects.setdefault(unknown.line, unknown)
        return unknown

    def weighed(self, value: Any, line: int) -> Any:
        """The value itself; its nested values count as steps, because x = [x, x] grows fast."""
        self.step(line, weight(value, MAX_STEPS))
        return value

    def fail(self, kind: type[Exception]) -> None:
        """Raise an exception of Python where the source catches it. Raises RaisedError."""
        if any(issubclass(kind, caught) for caught in self.caught):
            raise RaisedError(kind.__name__)

    @contextmanager
    def inside(self, call: InstanceCall | None) -> Iterator[None]:
        """Let the calls of layers in the block belong to the call of an instance, or to none."""
        outer, self.within = self.within, call
        try:
            yield
        finally:
            self.within = outer

    @abstractmethod
    def value(self, node: ast.expr) -> Any:
        """The value of an expression."""

    @abstractmethod
    def run(self, body: list[ast.stmt]) -> Any:
        """Interpret statements in order."""

    @abstractmethod
    def assign(self, target: ast.expr, value: Any) -> None:
        """Assign a value to a name, an attribute, an item, or a list of these."""

    @abstractmethod
    def call(self, called: Any, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
        """The value of a call."""

    @abstractmethod
    def attribute(self, owner: Any, name: str, line: int) -> Any:
        """The value of an attribute."""

    @abstractmethod
    def ask(self, target: ast.Name, value: Unknown) -> Any:
        """The answer to the question for the value of a name, else the unknown value."""

    @abstractmethod
    def ask_value(self, key: str, text: str, unknown: Unknown) -> Any:
        """The answer to a question, else the unknown value with the question's key."""

    @abstractmethod
    def ask_shape(self, model: Model) -> Any:
        """The answer to the question for the input's shape of a model, if there is one."""

    @abstractmethod
    def shape_question(self, model: Model) -> str:
        """The key of the question for the input's shape of a model."""

    @abstractmethod
    def initialize_model(
        self, model: Model, args: list[Any], kwargs: dict[str, Any], line: int
    ) -> None:
        """Run the constructor of keras.Model or keras.Sequential on an instance's model."""

    @abstractmethod
    def call_stack(self, model: Model, args: list[Any], line: int) -> Any:
        """The output of a stack's layers, or None when the stack can be called as a model."""

    @abstractmethod
    def layers_of(self, owner: Layer | Model | Instance) -> list[Any]:
        """The layers in a model or an instance; none in a layer of Keras."""

    @abstractmethod
    def shape_of(self, tensor: Tensor, line: int) -> Any:
        """The shape of a tensor as a tuple, with None for open axes; unknown without Keras."""

    @abstractmethod
    def spec_of(self, tensor: Tensor) -> Spec | None:
        """The shape and type of a tensor; None without Keras."""

    @abstractmethod
    def positions(self, args: list[Any], line: int) -> Any:
        """The tensor for a range of numbers as the argument of a call; None for other values."""

    @abstractmethod
    def leave_out(
        self, line: int, what: Phrase | str, group: Group = "other", calls: Iterable[int] = ()
    ) -> None:
        """Record something that the source does and the document does not hold.

        It concerns all models, or those that need one of these calls on the tape.
        """
