"""What a writer of layers is given, and what it returns: tensors with shapes, and lines of code."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from engine.catalogue import load
from engine.code.lines.flow import Written
from engine.code.modules.dialect import Dialect
from engine.code.syntax.tree import Attribute, Expression, Statement, Variable
from engine.code.syntax.words import prose
from engine.problems import Phrase, Problem, phrase
from engine.values import Json

Shape: TypeAlias = tuple[int | None, ...]
"""The axes of one example, channels last as in Keras; None is an axis of unknown length."""

SELF = Variable("self")


class RefusedError(Exception):
    """A layer has no counterpart; `why` says what of it has none, unless that is all of it."""

    def __init__(self, why: Phrase | None = None) -> None:
        super().__init__(why)
        self.why = why


UNKNOWN_SIZE = phrase("it needs a size that does not follow from the Input")


def refusal(param: str, value: object) -> RefusedError:
    """Return the error for a parameter whose value has no counterpart."""
    return RefusedError(phrase("{param} is {value}", param=param, value=prose(str(value), 40)))


@dataclass(frozen=True)
class Tensor:
    """An expression for a tensor; `first` if it holds the channels as its first axis.

    `whole` tensors hold whole numbers. `mask` is true for the steps of a sequence that count.
    """

    value: Expression
    shape: Shape
    first: bool = False
    whole: bool = False
    mask: Expression | None = None

    @property
    def rank(self) -> int:
        """The number of axes, with that of the batch."""
        return len(self.shape) + 1

    def with_value(self, value: Expression) -> "Tensor":
        """The same tensor after an operation that keeps its shape and its layout."""
        return replace(self, value=value)


@dataclass(frozen=True)
class LayerCall:
    """One call of a layer: its node, the attribute that holds its layer, and its inputs."""

    written: Written
    name: str
    inputs: Mapping[str, tuple[Tensor, ...]]
    dialect: Dialect
    variable: Callable[[str], str]
    """Gives a name to a further local variable."""
    notes: list[Problem] = field(default_factory=list)
    """Comments that precede the line, each once in a class."""

    @property
    def layer(self) -> str:
        """The name of the layer's class, or of the op: "Conv2D", "ops.add"."""
        return self.written.owner.layer

    @property
    def tensor(self) -> Tensor:
        """The first tensor."""
        return self.tensors[0]

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        """All tensors, in the order of the ports."""
        return tuple(tensor for port in self.inputs.values() for tensor in port)

    @property
    def attribute(self) -> Attribute:
        """The layer as an attribute of the model: `self.conv`."""
        return Attribute(SELF, self.name)

    def __getitem__(self, name: str) -> Json:
        """Return a parameter, or Keras's default for it."""
        params = self.written.owner.params
        if name in params:
            return params[name]
        return default_of(self.layer, name)


def default_of(layer: str, name: str) -> Json:
    """Return Keras's default of a parameter of a layer; None when it has none."""
    entry = load().layer(layer)
    param = entry.param(name) if entry else None
    return param.default if param else None


@dataclass(frozen=True)
class Lines:
    """The code of one call: `outputs` are its tensors, one for each output port that exists.

    `layer` is what the attribute holds, created in the constructor, followed by `setup`. `before`
    are lines that precede the outputs. Several outputs of one `call` are assigned together. `mask`
    is that of the first output, if the layer makes one; `helper` is what the lines call that is
    copied into the code.
    """

    outputs: tuple[Tensor, ...]
    layer: Expression | None = None
    setup: tuple[Statement, ...] = ()
    before: tuple[Statement, ...] = ()
    call: Expression | None = None
    mask: Expression | None = None
    helper: str = ""


Writer: TypeAlias = Callable[[LayerCall], Lines]


def single(tensor: Tensor, layer: Expression | None = None, *setup: Statement) -> Lines:
    """The code of a call with one output."""
    return Lines((tensor,), layer, setup)
