"""The parameters of a function: what differs between the calls that it replaces.

Each argument of a layer in its body is a column of values, one for each call. A column of equal
values is written as it is; the others become parameters, equal columns the same one.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from engine.code.syntax.tree import Expression, Group, Literal, Multiple, Numbered, Variable
from engine.code.syntax.words import identifier
from engine.values import Json

NAME = "name"
SIZES = ("filters", "units")
"""Parameters that count features; one may be a multiple of another."""

COUNTS = (*SIZES, "groups")
"""Parameters that may be equal to a number of features: of a depthwise convolution, its groups."""

SHAPES = ("target_shape", "output_shape")
"""Parameters of which each axis is a value of its own."""

MOST = 40
"""The largest factor between two numbers of features."""

GIVEN = (*SIZES, "kernel_size")
"""Parameters that people always give, first and without keywords."""

_SHORT = {"kernel_size": "size", "pool_size": "size"}

_LAYERS = {"conv", "dwconv", "bn", "relu", "dense", "depthwise", "pool", "out", "in"}

Column = tuple[Literal, ...]


@dataclass
class Parameters:
    """The parameters of one function, with the column of each; owns their names.

    `taken` are names that they can't have.
    """

    taken: frozenset[str]
    columns: dict[str, Column] = field(default_factory=dict)

    def expression(self, param: str, column: Column, role: str = "") -> Expression:
        """The expression for a column of the parameter `param` of a layer or a function.

        `role` is a word for the layer, with which a second parameter of that name is named.
        """
        if _equal(column):
            return column[0]
        param = column[0].param or param
        if param in SHAPES and (axes := _axes(column)):
            return Group(tuple(self.expression(SIZES[0], axis, role) for axis in axes), tuples=True)
        for name, other in self.columns.items():
            if _key(column) == _key(other) and _alike(param, column, other):
                return Variable(name)
        if param in SIZES:
            for name, other in self.columns.items():
                if value := multiple(name, column, other):
                    return value
        name = self._free(_SHORT.get(param, param), role)
        self.columns[name] = column
        return Variable(name)

    def name(self, column: Column, value: tuple[str, ...]) -> Expression:
        """The expression for a column of layer names, of which `value` is the variable part."""
        before, after = around(column, value) or ("", "")
        self.columns[NAME] = tuple(Literal(text, param=NAME) for text in value)
        return Numbered(before, NAME, after) if before or after else Variable(NAME)

    def _free(self, param: str, role: str) -> str:
        base = identifier(param) or "value"
        if role and base in self.columns:
            base = identifier(f"{role}_{base}")
        name, number = base, 1
        while name in self.columns or name in self.taken or name == NAME:
            number += 1
            name = f"{base}_{number}"
        return name

    def defaults(self) -> dict[str, Literal]:
        """The values that most calls have; not of sizes and names, which people always give."""
        result = {}
        for name, column in self.columns.items():
            if column[0].param in GIVEN or name == NAME:
                continue
            ((key, count),) = Counter(map(repr, column)).most_common(1)
            if 2 * count > len(column):
                result[name] = next(item for item in column if repr(item) == key)
        return result


def rank(column: Column) -> int:
    """The order of required parameters in a signature."""
    param = column[0].param
    return GIVEN.index(param) if param in GIVEN else len(GIVEN)


def _key(column: Column) -> tuple[str, ...]:
    return tuple(repr(item.value) for item in column)


def _equal(column: Column) -> bool:
    return len(set(_key(column))) == 1


def _axes(column: Column) -> list[Column]:
    """The columns of each axis of a shape; none when the shapes have different lengths."""
    shapes = [cell.value for cell in column if isinstance(cell.value, list)]
    if len(shapes) < len(column) or len({len(shape) for shape in shapes}) > 1:
        return []
    return [
        tuple(Literal(size, param=SIZES[0]) for size in axis) for axis in zip(*shapes, strict=True)
    ]


def _alike(param: str, column: Column, other: Column) -> bool:
    """Whether equal columns mean the same: the same parameter, or both numbers of features."""
    return other[0].param in (param, column[0].param) or (
        param in COUNTS and other[0].param in SIZES
    )


def multiple(name: str, column: Column, other: Column) -> Multiple | None:
    """The column as a multiple or a part of another."""
    if other[0].param not in SIZES:
        return None
    pairs = [(_number(a.value), _number(b.value)) for a, b in zip(column, other, strict=True)]
    for divided in (False, True):
        factors = {(b / a if divided else a / b) if a and b else 0.0 for a, b in pairs}
        factor = factors.pop()
        if not factors and factor == int(factor) and 1 < factor <= MOST:
            return Multiple(name, int(factor), divided)
    return None


def _number(value: Json) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def role_of(name: Expression | None) -> str:
    """The words of a layer's name that say what it does: "project" of f"{name}_project_conv"."""
    if not isinstance(name, Numbered):
        return ""
    words = (name.after.strip("_") or name.before.strip("_")).lower().split("_")
    return "_".join(word for word in words if word not in _LAYERS and not word.isdigit())


def around(column: Column, parts: Sequence[str]) -> tuple[str, str] | None:
    """What precedes and follows the part of each name, if that is always the same."""
    texts = [str(item.value) for item in column]
    at = texts[0].find(parts[0])
    while at >= 0:
        before, after = texts[0][:at], texts[0][at + len(parts[0]) :]
        if texts == [f"{before}{part}{after}" for part in parts]:
            return before, after
        at = texts[0].find(parts[0], at + 1)
    return None


def variable_part(columns: Sequence[Column]) -> tuple[str, ...] | None:
    """The part of layer names that differs from call to call, and is equal in each of them.

    "block1" of block1_conv and block1_add; None when there is none.
    """
    rounds = [[str(column[index].value) for column in columns] for index in range(len(columns[0]))]
    first = rounds[0]
    ends = [_ends([names[index] for names in rounds]) for index in range(len(columns))]
    before = [text[:start] for text, (start, _) in zip(first, ends, strict=True)]
    after = [text[len(text) - end :] for text, (_, end) in zip(first, ends, strict=True)]
    common_before = _common(before, last=True)
    while common_before and any(
        text[: len(text) - len(common_before)][-1:] not in ("", "_") for text in before
    ):
        common_before = common_before[1:]  # parts of words are not shared
    common_after = _common(after, last=False)
    while common_after and any(text[len(common_after) :][:1] not in ("", "_") for text in after):
        common_after = common_after[:-1]
    parts = []
    for names in rounds:
        candidates = {
            common_before + name[start : len(name) - end] + common_after
            for name, (start, end) in zip(names, ends, strict=True)
        }
        if len(candidates) > 1:
            return None
        parts.append(candidates.pop())
    trimmed = _trimmed(parts)
    whole = trimmed is not None and all(around(column, trimmed) for column in columns)
    return trimmed if whole else None


def _ends(names: list[str]) -> tuple[int, int]:
    """How many characters all names have in common at the start, and then at the end."""
    start = len(_common(names, last=False))
    shortest = min(map(len, names))
    end = min(len(_common(names, last=True)), shortest - start)
    return start, end


def _common(texts: Iterable[str], *, last: bool) -> str:
    """The longest text with which all texts begin, or end if `last`."""
    items = [text[::-1] if last else text for text in texts]
    shortest, longest = min(items), max(items)
    length = 0
    while length < len(shortest) and shortest[length] == longest[length]:
        length += 1
    return shortest[:length][::-1] if last else shortest[:length]


def _trimmed(parts: list[str]) -> tuple[str, ...] | None:
    """The parts without underscores around them that all have."""
    while all(part.startswith("_") for part in parts):
        parts = [part[1:] for part in parts]
    while all(part.endswith("_") for part in parts):
        parts = [part[:-1] for part in parts]
    return tuple(parts) if all(parts) and len(set(parts)) > 1 else None
