"""The syntax tree of generated code.

No node contains raw text from a person: names are identifiers that `words` has cleaned, dotted
paths come from the catalogue, and all other input is a `Literal`, which is always written as one.
So input cannot inject code.
"""

from dataclasses import dataclass, field
from typing import TypeAlias

from engine.problems import Problem
from engine.values import Json


@dataclass(frozen=True, slots=True)
class Literal:
    """A plain value; lists are written as tuples when `tuples` is set.

    `param` is the parameter that has the value; a loop variable over such values is named after it.
    """

    value: Json
    tuples: bool = False
    param: str = ""


@dataclass(frozen=True, slots=True)
class Variable:
    """A local name."""

    name: str


@dataclass(frozen=True, slots=True)
class Path:
    """An imported name, by its full path: "keras.layers.Dense"."""

    path: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """A method or attribute of another expression."""

    of: "Expression"
    name: str


@dataclass(frozen=True, slots=True)
class Item:
    """One item of another expression: `data["image"]`."""

    of: "Expression"
    key: "Expression"


@dataclass(frozen=True, slots=True)
class Slices:
    """The slices in `x[:, 0]`, in the notation of engine.catalogue.slicing.

    A single slice of a tensor is written as `x[:1,]`; of an array, as `bare`: `x[:1]`.
    """

    key: str
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A call, with its arguments in order."""

    function: "Expression"
    positional: tuple["Expression", ...] = ()
    keywords: tuple[tuple[str, "Expression"], ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A list of expressions, or a tuple."""

    items: tuple["Expression", ...]
    tuples: bool = False


@dataclass(frozen=True, slots=True)
class Mapping:
    """A dictionary with names or numbers as keys."""

    items: tuple[tuple[str | int, "Expression"], ...]


@dataclass(frozen=True, slots=True)
class Keyed:
    """A dictionary with expressions as keys."""

    items: tuple[tuple["Expression", "Expression"], ...]


@dataclass(frozen=True, slots=True)
class Multiple:
    """A multiple of a variable, or a part of it if `divided`: `4 * filters`, `filters // 4`."""

    variable: str
    factor: int
    divided: bool = False


@dataclass(frozen=True, slots=True)
class Infix:
    """Operands joined by an arithmetic operator: `x + shortcut`."""

    operator: str
    operands: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Numbered:
    """An f-string with a variable, such as the number of a loop: f"conv_{number}".

    `then` is what follows with another variable: f"conv{stage}_block{block}".
    """

    before: str
    number: str
    after: str
    then: "Numbered | None" = None


@dataclass(frozen=True, slots=True)
class Message:
    """A string literal in the words of a problem: what a script prints."""

    note: Problem


Expression: TypeAlias = (
    Literal
    | Variable
    | Path
    | Attribute
    | Item
    | Slices
    | Call
    | Group
    | Mapping
    | Keyed
    | Multiple
    | Infix
    | Numbered
    | Message
)


@dataclass(frozen=True, slots=True)
class Assign:
    """`targets = value`. `nodes` are the ids of the nodes that this line belongs to."""

    targets: tuple[str, ...]
    value: Expression
    nodes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetAttribute:
    """`of.name = value`. `nodes` are the ids of the nodes that this line belongs to."""

    of: Variable
    name: str
    value: Expression
    nodes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stack:
    """`target = keras.Sequential([...], name=...)`; `nodes` names the node of each layer."""

    target: str
    layers: tuple[Expression, ...]
    name: Expression | None
    nodes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Do:
    """An expression statement: `model.fit(...)`."""

    value: Expression


@dataclass(frozen=True, slots=True)
class Return:
    """`return value`. `nodes` are the ids of the nodes that this line belongs to."""

    value: Expression
    nodes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Raise:
    """`raise error(note)`."""

    error: str
    note: Problem


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment, in the words of a problem; cleaned and wrapped when written."""

    note: Problem


@dataclass(frozen=True, slots=True)
class Blank:
    """An empty line between sections."""


@dataclass(frozen=True, slots=True)
class Docstring:
    """A docstring: one line in the words of a problem, then paragraphs in those of a person.

    `lines` follow, each in the words of a problem.
    """

    note: Problem | None
    text: str = ""
    lines: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Loop:
    """`for targets in values: body`."""

    targets: tuple[str, ...]
    values: Expression
    body: tuple["Statement", ...]


@dataclass(frozen=True, slots=True)
class Function:
    """A function. `parameters` are name, annotation and default; annotations need `typed`."""

    name: str
    body: tuple["Statement", ...]
    parameters: tuple[tuple[str, str, "Expression | None"], ...] = ()
    returns: Expression | None = None
    typed: bool = True


@dataclass(frozen=True, slots=True)
class Class:
    """A class with one base; its body is a docstring, assignments and methods."""

    name: str
    base: Expression
    body: tuple["Statement", ...]


@dataclass(frozen=True, slots=True)
class Main:
    """`if __name__ == "__main__":` calls a function."""

    function: str


@dataclass(frozen=True, slots=True)
class Copied:
    """Source of this project, copied verbatim, with the imports that it needs.

    `texts` are the texts in it that people read; each is written in the words of its problem.
    """

    source: str
    imports: tuple[str, ...] = field(default=())
    texts: tuple[Problem, ...] = ()


Statement: TypeAlias = (
    Assign
    | SetAttribute
    | Stack
    | Do
    | Return
    | Raise
    | Comment
    | Blank
    | Docstring
    | Loop
    | Function
    | Class
    | Main
    | Copied
)
