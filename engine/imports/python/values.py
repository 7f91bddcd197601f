"""The values of names and expressions while Python source is interpreted. None is a live object."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.document import ObjectSpec
from engine.problems import Phrase
from engine.values import Json

Constant = None | bool | int | float | str


@dataclass(frozen=True)
class Path:
    """A module, class or function of a library, by its dotted path: "keras.layers.Dense"."""

    dotted: str


@dataclass(frozen=True)
class Unknown:
    """A value that can't be determined without execution, and why; an error only where needed."""

    line: int
    why: Phrase | str


@dataclass(frozen=True)
class Rows(Unknown):
    """Rows of a data set in the catalogue, or of one of its columns."""

    data: str = ""
    column: str | None = None


@dataclass(eq=False)
class Layer:
    """A constructed layer, which may be called any number of times."""

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
    """A call of a layer with tensors, or lists of them, among its arguments."""

    layer: Layer
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    line: int


@dataclass(eq=False)
class Model:
    """A functional or Sequential (`stack`) model; `training`: the arguments of compile and fit."""

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
    """A Keras object that is not a layer: an initializer, an optimizer, a loss …"""

    kind: str
    spec: ObjectSpec


@dataclass
class Function:
    """A function defined in the source, with the scope around it."""

    node: ast.FunctionDef | ast.Lambda
    scope: dict[str, Any]


@dataclass(frozen=True)
class Method:
    """A bound method: `model.add`, `list.append`."""

    owner: Any
    name: str


class ReadError(Exception):
    """A statement can't be read, by line and reason; caught where statements are interpreted."""

    def __init__(self, line: int, why: Phrase | str) -> None:
        super().__init__(why)
        self.line, self.why = line, why


class EndlessError(ReadError):
    """The source takes too many steps; ends the interpretation and keeps its results so far."""
