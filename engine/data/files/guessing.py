"""Guesses the type and the role of each column of a table, where the options don't say them."""

from collections.abc import Mapping, Sequence

from engine.data.catalogue import Role
from engine.data.description import ColumnOptions, Type
from engine.data.division import are_parts
from engine.data.files.analysis import Facts

NUMBERS = 0.95
"""The least part of the cells that are numbers in a column of numbers; the others are missing."""
_FEW = 20
_REPEATS = 3
_LONG = 60
_WORDS = 3.0
TARGETS = ("target", "label", "labels", "class", "y", "outcome", "response", "output")
DIVIDING = ("split", "splits", "fold", "folds", "part", "partition", "subset")
"""Names of columns that say to which part of the rows each row belongs."""
_IDS = ("id", "index", "nr", "no", "row", "key")


def guess_types(
    names: Sequence[str], facts: Sequence[Facts], options: Mapping[str, ColumnOptions]
) -> list[Type]:
    """Return the type of each column; a target of few integers is a category."""
    types = [column.wanted or guess_type(column) for column in facts]
    target = _target(names, types, facts, options)
    if target is not None and types[target] == "number" and facts[target].wanted is None:
        types[target] = "category" if _few_integers(facts[target]) else "number"
    return types


def guess_type(column: Facts) -> Type:
    """Return the type that fits the values of a column, whatever its role."""
    if column.date_format:
        return "date"
    enough = column.numbers >= NUMBERS * column.present or column.has_words_among_numbers
    if column.numbers and enough and not column.are_codes:
        return "number"
    if column.separator:
        return "labels"
    return "category" if _repeats(column) else "text"


def _repeats(column: Facts) -> bool:
    """Whether there are few enough distinct values, and short ones, for a category."""
    if column.distinct is None or column.characters > _LONG * max(column.present, 1):
        return False
    few = column.distinct <= min(_FEW, column.present - 1)
    return few or column.distinct <= column.present / 2


def _few_integers(column: Facts) -> bool:
    distinct = column.distinct
    if not column.integers or distinct is None or column.stray:
        return False
    return 1 < distinct <= min(_FEW, column.present / _REPEATS)


def guess_roles(
    names: Sequence[str],
    types: Sequence[Type],
    facts: Sequence[Facts],
    options: Mapping[str, ColumnOptions],
    *,
    beside_inputs: bool = False,
) -> list[Role]:
    """Return the role of each column: one target, and as inputs what a model can learn from.

    A target is needed only where there are inputs, here or beside the table.
    """
    target = _target(names, types, facts, options)
    roles: list[Role] = []
    for index, name in enumerate(names):
        wanted = options[name].role if name in options else None
        guess = "target" if index == target else _role(name, types[index], facts[index])
        roles.append(wanted or guess)
    alone = "input" not in roles and not beside_inputs
    if alone and target is not None and names[target] not in options:
        roles[target] = "input"
    return roles


def _target(
    names: Sequence[str],
    types: Sequence[Type],
    facts: Sequence[Facts],
    options: Mapping[str, ColumnOptions],
) -> int | None:
    """The column with the name of a target, or else the last one that can be predicted."""
    wanted = {name: column.role for name, column in options.items() if column.role}
    if "target" in wanted.values():
        return next((i for i, name in enumerate(names) if wanted.get(name) == "target"), None)
    possible = [
        index
        for index, name in enumerate(names)
        if name not in wanted
        and types[index] in ("number", "category", "labels")
        and facts[index].varies
        and not _is_id(name, facts[index])
        and not divides(names[index], facts[index])
    ]
    named = [index for index in possible if names[index].lower() in TARGETS]
    if not named or _are_points(names, types, facts, named, possible[-1]):
        return possible[-1] if possible else None
    return named[-1]


def _are_points(
    names: Sequence[str],
    types: Sequence[Type],
    facts: Sequence[Facts],
    named: Sequence[int],
    last: int,
) -> bool:
    """Whether x and y say where a point is, and the last column has classes."""

    def has_classes(index: int) -> bool:
        return types[index] != "number" or _few_integers(facts[index])

    (y, *others), lower = named, [name.lower() for name in names]
    places = not others and lower[y] == "y" and "x" in lower
    return places and not has_classes(y) and has_classes(last)


def _role(name: str, type: Type, column: Facts) -> Role:
    if _is_id(name, column) or not column.varies or divides(name, column):
        return "other"
    if type == "text":
        return "input" if column.words >= _WORDS * column.present else "other"
    return "other" if type == "date" else "input"


def divides(name: str, column: Facts) -> bool:
    """Whether a column says to which part or fold a row belongs, by its values or by its name."""
    if are_parts(column.values or ()):
        return True
    few = column.distinct is not None and column.distinct <= min(_FEW, column.present / 2)
    return few and name.lower() in DIVIDING


def _is_id(name: str, column: Facts) -> bool:
    lower = name.lower()
    named = lower in _IDS or lower.endswith(("_id", " id")) or lower.startswith("unnamed")
    unique = column.distinct is None or column.distinct == column.present
    return unique and (named or (column.counting and column.present > _FEW))
