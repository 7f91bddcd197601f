"""Parameters of a document as arguments of a call: the known ones that are not defaults."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from engine.catalogue import Entry, Kind, Param, load, snake_case
from engine.catalogue.refusals import KINDS
from engine.code.syntax.tree import Call, Expression, Group, Literal, Path
from engine.code.syntax.words import prose
from engine.problems import Problem, phrase, problem
from engine.values import Json
from engine.values.named import constant_of

_KINDS: dict[str, tuple[Kind, ...]] = {
    "activation": ("activation", "layer"),
    "initializer": ("initializer",),
    "regularizer": ("regularizer",),
    "constraint": ("constraint",),
    "layer": ("layer", "cell"),
    "layers": ("layer", "cell"),
    "schedule": ("schedule",),
}
PAIR = 2
_SPELLED = {"integers", "integer_or_integers"}
"""Lists of these types are written as tuples: shapes, sizes and axes."""
_PADDING = {"padding", "cropping"}


@dataclass(frozen=True)
class Arguments:
    """The arguments of a call; `values` are all of them by name."""

    positional: tuple[Expression, ...] = ()
    keywords: tuple[tuple[str, Expression], ...] = ()
    values: Mapping[str, Expression] = field(default_factory=dict)

    @cached_property
    def structure(self) -> tuple[tuple[str, str], ...]:
        """The arguments that are no literals, as text; hashable."""
        return tuple(
            (name, repr(value))
            for name, value in self.values.items()
            if not isinstance(value, Literal)
        )


@dataclass
class Notes:
    """What could not be written, collected while arguments are.

    `missing` are required parameters without a value; `unknown` are the problems of parameters
    and objects that Keras does not have.
    """

    missing: list[str] = field(default_factory=list)
    unknown: list[Problem] = field(default_factory=list)


def arguments(entry: Entry, params: Mapping[str, Json], notes: Notes | None = None) -> Arguments:
    """Write `params` as arguments of `entry`'s constructor, in the order of its signature."""
    notes = notes or Notes()
    values: dict[str, Expression] = {}
    for param in entry.params:
        if param.name not in params:
            if param.required:
                notes.missing.append(param.name)
        elif param.required or not _same(params[param.name], param.default):
            value = _value(param, params[param.name], notes)
            if value:
                values[param.name] = value
    known = {param.name for param in entry.params}
    notes.unknown += [
        problem("code_lacks.param", owner=entry.name, name=prose(name))
        for name in params
        if name not in known
    ]
    return _placed(entry, values)


def replaced(entry: Entry, values: Mapping[str, Expression]) -> Arguments:
    """Return arguments with these values, in the order of the signature."""
    ordered = {param.name: values[param.name] for param in entry.params if param.name in values}
    return _placed(entry, ordered)


def default_value(entry: Entry, name: str) -> Literal:
    """Return the default of a parameter as a literal."""
    param = next(param for param in entry.params if param.name == name)
    value = _value(param, param.default, Notes())
    return value if isinstance(value, Literal) else Literal(param.default, param=name)


def _placed(entry: Entry, values: Mapping[str, Expression]) -> Arguments:
    """Write the leading positional parameters without keywords, up to the first that is absent."""
    obvious = entry.name.lower()  # L2(0.01) needs no keyword
    leading: list[str] = []
    for param in entry.params:
        if not (param.positional or param.name == obvious) or param.name not in values:
            break
        leading.append(param.name)
    keywords = tuple(item for item in values.items() if item[0] not in leading)
    return Arguments(tuple(values[name] for name in leading), keywords, values)


def _same(value: Json, default: Json) -> bool:
    """Whether value and type are equal: True is not 1; but a size of 2 equals (2, 2)."""
    if isinstance(default, list) and isinstance(value, int):
        return default == [value] * len(default) and not isinstance(value, bool)
    return value == default and isinstance(value, bool) == isinstance(default, bool)


def _value(param: Param, value: Json, notes: Notes) -> Expression | None:
    if param.type == "initializer" and value in ("constant", "Constant"):
        value = {"class": value}
    if is_object(value):
        return written_object(_KINDS.get(param.type, ()), value, notes)
    if isinstance(value, list) and any(is_object(item) for item in value):
        kinds = _KINDS.get(param.type, _KINDS["layer"])
        items = [
            written_object(kinds, item, notes) if is_object(item) else Literal(item)
            for item in value
        ]
        return Group(tuple(item for item in items if item))
    shorter = _shortened(param, value)
    return Literal(shorter, param.type in _SPELLED or _is_range(param, shorter), param.name)


def _shortened(param: Param, value: Json) -> Json:
    """The value as people write it: 3 for (3, 3), and (1, 2) for ((1, 1), (2, 2)).

    One with a name is written as that.
    """
    if not isinstance(value, list) or len(value) < PAIR or constant_of(value):
        return value
    if param.name in _PADDING and param.type == "json":
        pairs = [_single(pair) for pair in value]
        return value if None in pairs else pairs if (single := _single(pairs)) is None else single
    return value if param.length is None or (single := _single(value)) is None else single


def _single(value: Json) -> Json:
    """The integer that a list repeats; None if it does not."""
    if not isinstance(value, list) or not value:
        return None
    plain = all(isinstance(item, int) and not isinstance(item, bool) for item in value)
    return value[0] if plain and value.count(value[0]) == len(value) else None


def _is_range(param: Param, value: Json) -> bool:
    """Two numbers, as in `value_range=(0, 255)`, or pairs, as in `padding=((1, 1), (2, 2))`."""
    loose = param.type in {"numbers", "number_or_numbers", "json"} and isinstance(value, list)
    return loose and (len(value) == PAIR or any(isinstance(item, list) for item in value))


def is_object(value: Json) -> bool:
    """Whether a value is a nested object: `{"class": …, "params": {…}}`."""
    return isinstance(value, dict) and isinstance(value.get("class"), str)


def find(kinds: Iterable[Kind], name: str) -> Entry | None:
    """Return the entry of this name of the first of `kinds` that has one."""
    catalogue = load()
    for kind in kinds:
        entry = catalogue.layer(name) if kind == "layer" else catalogue.object(kind, name)
        if entry and not entry.refused:
            return entry
    return None


def written_object(
    kinds: tuple[Kind, ...], value: Mapping[str, Json], notes: Notes
) -> Expression | None:
    """Write a nested object: as Keras's short name if it has only defaults, else as a call.

    Returns None, and adds a problem to `notes.unknown`, when there is no such object.
    """
    name, params = str(value["class"]), value.get("params") or {}
    entry = find(kinds, name)
    if entry is None or not isinstance(params, dict):
        nouns = [KINDS[kind][0] for kind in kinds] or [phrase("object")]
        notes.unknown.append(problem("code_lacks.object", kinds=nouns, name=prose(name)))
        return None
    lacks = Notes()
    inner = arguments(entry, params, lacks)
    notes.unknown += lacks.unknown
    if not (inner.positional or inner.keywords) and (plain := _short_name(entry)):
        return Literal(plain)
    notes.missing += [f"{entry.name}.{name}" for name in lacks.missing]
    if entry.kind == "activation":  # a function, passed without calling it
        return Path(entry.path)
    return Call(Path(entry.path), inner.positional, inner.keywords)


def _short_name(entry: Entry) -> str | None:
    """The text that Keras's `get` accepts for an object with all its defaults."""
    if entry.traits.no_short_name or any(param.required for param in entry.params):
        return None
    if entry.kind in {"initializer", "regularizer", "constraint", "loss"}:
        return snake_case(entry.name)
    if entry.kind == "optimizer":
        return entry.name.lower()
    return entry.name if entry.kind == "activation" else None
