"""What names stand for while Python source is read: a few kinds of values, none of them live."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.document import ObjectSpec
from engine.values import Json

Constant = None | bool | int | float | str


@dataclass(frozen=True)
class Path:
    """A module, class or function of a library, by its dotted path: "keras.layers.Dense"."""

    dotted: str


@dataclass(frozen=True)
class Unknown:
    """A value that reading alone can't tell, and why; harmless until a layer needs it."""

    line: int
    why: str


@dataclass(frozen=True)
class Rows(Unknown):
    """Rows of a data set that the catalogue knows, or of one of its columns."""

    data: str = ""
    column: str | None = None


@dataclass(eq=False)
class Layer:
    """A layer that was made, and may be called any number of times."""

    layer: str
    params: dict[str, Json]
    name: str
    line: int
    model: "Model | None" = None
    input_shape: tuple[Any, ...] | None = None


@dataclass(frozen=True)
class Tensor:
    """Output number `index` of call number `call` on the tape."""

    call: int
    index: int = 0


@dataclass(frozen=True)
class Call:
    """A layer's call: its arguments hold tensors, or lists of them."""

    layer: Layer
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    line: int


@dataclass(eq=False)
class Model:
    """A model: between tensors, or a stack of layers. `training` is what compile and fit said."""

    line: int
    name: str = ""
    inputs: list[Tensor] = field(default_factory=list)
    outputs: list[Tensor] = field(default_factory=list)
    stack: list[Layer] | None = None
    input_shape: tuple[Any, ...] | None = None
    training: dict[str, Any] = field(default_factory=dict)
    as_layer: Layer | None = None


@dataclass(frozen=True)
class KerasObject:
    """An initializer, an optimizer, a loss …: not a layer, but with a class and parameters."""

    kind: str
    spec: ObjectSpec


@dataclass
class Function:
    """A function of the source, run by reading it."""

    node: ast.FunctionDef | ast.Lambda
    scope: dict[str, Any]


@dataclass(frozen=True)
class Method:
    """An attribute that may be called: `model.add`, `list.append`."""

    owner: Any
    name: str


class ReadError(Exception):
    """A statement that can't be read, by line and reason; caught where statements are run."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line, self.why = line, why


class EndlessError(ReadError):
    """The source takes too much work to follow; ends the reading, keeps what was found."""
