"""The statements that code is made of, before they become text.

Nothing here is text of a person's making: a name is an identifier that `words` has cleaned, a
dotted path comes from the catalogue, and everything else a person typed is a `Literal`, which
can only ever be written as one. So code cannot be injected, whatever is typed.
"""

from dataclasses import dataclass, field
from typing import TypeAlias

from engine.values import Json


@dataclass(frozen=True, slots=True)
class Literal:
    """A plain value; lists are written as tuples when `tuples` is set.

    `param` is the parameter that it is for, which a loop over such values is named after.
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
    """Something that is imported, by its full path: "keras.layers.Dense"."""

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
    """What stands between the brackets of `x[:, 0]`, as engine.catalogue.slicing reads it."""

    key: str


@dataclass(frozen=True, slots=True)
class Call:
    """A call, its arguments in the order in which they are written."""

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
    """A dictionary with text for keys."""

    items: tuple[tuple[str, "Expression"], ...]


@dataclass(frozen=True, slots=True)
class Numbered:
    """Text with a loop's number in it: f"conv_{number}"."""

    before: str
    number: str
    after: str


Expression: TypeAlias = (
    Literal | Variable | Path | Attribute | Item | Slices | Call | Group | Mapping | Numbered
)


@dataclass(frozen=True, slots=True)
class Assign:
    """`targets = value`. `nodes` are the ids of those that this line came from."""

    targets: tuple[str, ...]
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
    """An expression for its effect: `model.fit(...)`."""

    value: Expression


@dataclass(frozen=True, slots=True)
class Return:
    """The end of a function."""

    value: Expression


@dataclass(frozen=True, slots=True)
class Raise:
    """The end of a function that cannot do what it is for."""

    error: str
    message: str


@dataclass(frozen=True, slots=True)
class Comment:
    """Words for the reader; cleaned and wrapped when written."""

    text: str


@dataclass(frozen=True, slots=True)
class Blank:
    """An empty line between sections."""


@dataclass(frozen=True, slots=True)
class Docstring:
    """What a module or function is, in a line; and further lines where one is not enough."""

    text: str


@dataclass(frozen=True, slots=True)
class Loop:
    """`for targets in values: body`."""

    targets: tuple[str, ...]
    values: Expression
    body: tuple["Statement", ...]


@dataclass(frozen=True, slots=True)
class Function:
    """A function without a decorator. `parameters` are name, annotation and default."""

    name: str
    body: tuple["Statement", ...]
    parameters: tuple[tuple[str, str, "Expression | None"], ...] = ()
    returns: Expression | None = None


@dataclass(frozen=True, slots=True)
class Main:
    """`if __name__ == "__main__":` calls a function."""

    function: str


@dataclass(frozen=True, slots=True)
class Copied:
    """Source of this project's own, as it stands, with the imports that it needs."""

    source: str
    imports: tuple[str, ...] = field(default=())


Statement: TypeAlias = (
    Assign
    | Stack
    | Do
    | Return
    | Raise
    | Comment
    | Blank
    | Docstring
    | Loop
    | Function
    | Main
    | Copied
)
