"""A library that models can be written for as classes, and the classes of one model."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path as File

from engine.code.modules.dialect import Dialect
from engine.code.modules.naming import camel
from engine.code.modules.tensors import Tensor, Writer
from engine.code.modules.training import Trainer
from engine.code.syntax.imports import parts_of
from engine.code.syntax.tree import (
    Class,
    Expression,
    Path,
    Statement,
    Variable,
)
from engine.code.syntax.words import Scope
from engine.problems import Problem


@dataclass(frozen=True)
class Library:
    """A library whose classes a model can be written as.

    `base` is the path of its class of models, `method` the method that computes. `start` are the
    first lines of a constructor, `parameters` what it takes and `arguments` what it is given.
    `reserved` are names that attributes must not have, `modules` those of imports. `last` returns
    a tensor with its channels as the last axis. `weights` is the source file of the function that
    loads Keras's weights; `copiers` names the functions in it by the path of a layer,
    `helpers` its classes that models may use. `trainer` is how scripts train.
    """

    title: str
    base: str
    method: str
    dialect: Dialect
    writers: Mapping[str, Writer]
    reserved: frozenset[str]
    modules: frozenset[str]
    last: Callable[[Tensor], Expression]
    weights: File
    copiers: Mapping[str, str]
    helpers: tuple[str, ...] = ()
    start: tuple[Statement, ...] = ()
    parameters: tuple[str, ...] = ()
    arguments: tuple[tuple[str, Expression], ...] = ()
    example: tuple[tuple[str, Expression], ...] = ()
    trainer: Trainer | None = None


@dataclass(frozen=True)
class Part:
    """The class of one graph, after those of its repeated parts, and its outputs.

    `attributes` are the names of its layers in it, by their ids.
    """

    statements: tuple[Class, ...]
    outputs: tuple[Tensor, ...]
    arguments: tuple[tuple[str, Expression], ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Classes:
    """Writes the graphs of a program, callees first; owns what was refused and left out."""

    library: Library
    names: Mapping[str, str]
    scope: Scope
    parts: dict[str, Part] = field(default_factory=dict)
    refused: list[Problem] = field(default_factory=list)
    omitted: dict[str, None] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    """The paths of layers in the constructors, and the names of classes that are copied."""
    loads: bool = True
    """Whether the code loads Keras's weights, for which it has the names of layers in Keras."""

    def unique_name(self, name: str) -> str:
        """A name for the class of a part that is called `name` as a function."""
        name, number = camel(name), 1
        while self.scope.holds(free := f"{name}{number}" if number > 1 else name):
            number += 1
        return self.scope.unique(free)

    def note_use(self, layer: Expression) -> None:
        """Note what the constructor of a layer refers to."""
        for part in parts_of([layer]):
            if isinstance(part, Path):
                self.used.add(part.path)
            elif isinstance(part, Variable):
                self.used.add(part.name)
