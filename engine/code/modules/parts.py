"""Repeated parts of a graph as classes of their own, with what differs as parameters.

Each place of a part is written by itself first, with its own sizes. Places whose code differs only
in literals of the constructor share a class, so the code of each place is exactly that of the
class with its arguments.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from engine.catalogue import snake_case
from engine.code.folding.parameters import (
    COUNTS,
    SIZES,
    Column,
    Parameters,
    multiple,
    variable_part,
)
from engine.code.folding.skeleton import parts as split
from engine.code.folding.skeleton import rebuilt
from engine.code.modules.tensors import SELF, Tensor
from engine.code.syntax.tree import (
    Assign,
    Attribute,
    Call,
    Expression,
    Literal,
    Path,
    Return,
    SetAttribute,
    Statement,
    Variable,
)
from engine.code.syntax.words import identifier
from engine.values import Json
from engine.values.named import is_number

_WORDS = {
    "BatchNormalization": "bn",
    "LayerNormalization": "norm",
    "GroupNormalization": "norm",
    "MultiHeadAttention": "attention",
    "Conv1D": "conv",
    "Conv2D": "conv",
    "Conv3D": "conv",
    "DepthwiseConv1D": "depthwise",
    "DepthwiseConv2D": "depthwise",
    "SeparableConv1D": "separable",
    "SeparableConv2D": "separable",
}
"""Names of attributes by the class of a layer."""

_SIZES = {
    "Conv": ("in_channels", "filters"),
    "Linear": ("in_features", "units"),
    "BatchNorm": ("filters",),
    "LayerNorm": ("filters",),
    "MultiHeadAttention": ("heads", "features"),
    "LSTM": ("in_features", "units"),
    "GRU": ("in_features", "units"),
    "RNN": ("in_features", "units"),
    "Dropout": ("rate",),
}
"""Names of the first arguments, by the beginning of the name of a layer of the library."""
_DEFAULTS: dict[str, Json] = {"stride": 1, "strides": 1}
"""Defaults of arguments of layers, which one place may state and another leave out."""
_COPIED = {"MultiHeadAttention": ("features", "heads", "size")}
"""The same for classes that are copied into the code."""
_OUTER = ("in_channels", "in_features")
_SHORT = {"kernel_size": "size", "strides": "stride"}
_TRACED = Assign | Return | SetAttribute
"""Lines that have the nodes to which they belong."""
MOST = 6
"""The most parameters of a class."""
HEAD, CALL = 7, 2
"""The lines of a class besides those of its methods, and the lines of each place."""


@dataclass
class Place:
    """One place of a part, written by itself.

    `parameters` are the tensors that it takes, and `layouts` their ranks and layouts; `attributes`
    are those of its layers, with the `keras_names` of these. `output` is the tensor that it
    returns.
    """

    kind: int
    name: str
    parameters: tuple[str, ...]
    layouts: tuple[tuple[int, bool, bool], ...]
    constructor: tuple[Statement, ...]
    lines: tuple[Statement, ...]
    attributes: tuple[str, ...]
    keras_names: tuple[str, ...]
    output: Tensor

    @property
    def lines_of_code(self) -> tuple[object, ...]:
        """What the places have in common whose constructors differ only in arguments."""
        return (
            self.parameters, self.layouts, self.attributes,
            *(_created(line) for line in self.constructor), *map(repr, map(_bare, self.lines)),
        )  # fmt: skip

    @property
    def structure(self) -> tuple[object, ...]:
        """What all places of a class have in common."""
        return (
            self.kind, self.parameters, self.layouts, self.attributes,
            *(_skeleton(line) for line in self.constructor), *map(repr, map(_bare, self.lines)),
        )  # fmt: skip


@dataclass(frozen=True)
class PartClass:
    """The class that several places share; `columns` are the arguments of each of them.

    `names` are the names of its layers in Keras, with a field for what differs between places;
    `fields` are the values of each place for these.
    """

    parameters: tuple[str, ...]
    constructor: tuple[Statement, ...]
    lines: tuple[Statement, ...]
    columns: dict[str, Column]
    names: dict[str, str]
    fields: tuple[str, ...]


@dataclass
class Attributes:
    """Names for the attributes of a part, by the classes of its layers: conv1, bn1, conv2."""

    totals: dict[str, int]
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def name(self, layer: str) -> str:
        """The name for one more layer of a class."""
        return self.numbered(word_of(layer))

    def numbered(self, word: str) -> str:
        """The word, with a number if there are several."""
        self.counts[word] += 1
        return f"{word}{self.counts[word]}" if self.totals[word] > 1 else word


def word_of(layer: str) -> str:
    """The name for the attribute of a layer of this class."""
    return _WORDS.get(layer) or identifier(snake_case(layer))


def groups(places: Iterable[Place]) -> list[list[Place]]:
    """Places that can share a class; their constructors state the same arguments then."""
    alike: dict[tuple[object, ...], list[Place]] = defaultdict(list)
    for place in places:
        alike[place.kind, place.lines_of_code].append(place)
    result: dict[tuple[object, ...], list[Place]] = defaultdict(list)
    for similar in alike.values():
        _state_defaults(similar)
        for place in similar:
            result[place.structure].append(place)
    return list(result.values())


def saves(shares: Iterable[Sequence[Place]]) -> bool:
    """Whether these classes have fewer lines than their places written out."""
    written_out = classes = 0
    for places in shares:
        lines = len(places[0].constructor) + len(places[0].lines)
        written_out += lines * len(places)
        classes += HEAD + lines + CALL * len(places)
    return classes < written_out


def _state_defaults(places: Sequence[Place]) -> None:
    """State the arguments that only some of the places leave out, if their default is known."""
    columns = zip(*(place.constructor for place in places), strict=True)
    rows = zip(*(_stated(column) for column in columns), strict=True)
    for place, constructor in zip(places, rows, strict=True):
        place.constructor = constructor


def _stated(lines: Sequence[Statement]) -> list[Statement]:
    calls = [line.value for line in lines if isinstance(line, Assign)]
    created = [value for value in calls if isinstance(value, Call)]
    if len(created) < len(lines):
        return [*lines]
    keys = max(([key for key, _ in call.keywords] for call in created), key=len)
    result: list[Statement] = []
    for line, call in zip(lines, created, strict=True):
        given = dict(call.keywords)
        missing = set(keys) - given.keys()
        if not given.keys() <= set(keys) or not missing <= _DEFAULTS.keys():
            return [*lines]
        defaults = {key: Literal(_DEFAULTS[key]) for key in missing}
        keywords = tuple((key, given.get(key) or defaults[key]) for key in keys)
        assert isinstance(line, Assign)
        result.append(replace(line, value=replace(call, keywords=keywords)))
    return result


def shared(places: Sequence[Place]) -> PartClass | None:
    """The class of places of one structure; None if they differ in too much."""
    first = places[0]
    holes = [[h for line in place.constructor for h in _holes(line)] for place in places]
    columns = [tuple(column) for column in zip(*holes, strict=True)]
    names = [name for line in first.constructor for name in _hole_names(line)]
    parameters = Parameters(frozenset({"self", *first.parameters, *first.attributes}))
    written: dict[int, Expression] = {}
    order = sorted(range(len(columns)), key=lambda index: _rank(names[index], columns[index]))
    for index in order:
        column = tuple(replace(item, param=names[index]) for item in columns[index])
        written[index] = _expression(parameters, names[index], column)
    if len(parameters.columns) > MOST:
        return None
    values = iter(written[index] for index in range(len(columns)))
    constructor = tuple(
        _with_nodes(_filled(line, [next(values) for _ in _holes(line)]), places, "constructor", at)
        for at, line in enumerate(first.constructor)
    )
    lines = tuple(_with_nodes(line, places, "lines", at) for at, line in enumerate(first.lines))
    templates, fields = _names(places)
    return PartClass(first.parameters, constructor, lines, parameters.columns, templates, fields)


def _rank(name: str, column: Column) -> tuple[int, float]:
    """Sizes begin with the smallest, of which others may be multiples.

    Those of inputs and numbers of groups are last: they may equal a size.
    """
    value = column[0].value
    last = name in _OUTER or (name in COUNTS and name not in SIZES)
    return last, value if is_number(value) and name in SIZES else 0


def _expression(parameters: Parameters, name: str, column: Column) -> Expression:
    """The expression for a column: sizes that are multiples of others are written as such."""
    if name in _OUTER and len({repr(item.value) for item in column}) > 1:
        for known, other in parameters.columns.items():
            if [item.value for item in other] == [item.value for item in column]:
                return Variable(known)
            if value := multiple(known, column, other):
                return value
    return parameters.expression(name, column)


def _names(places: Sequence[Place]) -> tuple[dict[str, str], tuple[str, ...]]:
    """The names of layers in Keras as templates, and what each place puts into their fields."""
    first = places[0]
    if not first.attributes:
        return {}, tuple("" for _ in places)
    columns = [
        tuple(Literal(name) for name in names)
        for names in zip(*(place.keras_names for place in places), strict=True)
    ]
    part = variable_part(columns) if len(places) > 1 else None
    if part is not None and not any(" " in text for text in part):
        ends = [str(column[0].value).split(part[0], 1) for column in columns]
        templates = {
            name: f"{before}{{}}{after}"
            for name, (before, after) in zip(first.attributes, ends, strict=True)
        }
        filled = all(
            template.format(text) == name
            for place, text in zip(places, part, strict=True)
            for template, name in zip(templates.values(), place.keras_names, strict=True)
        )
        if filled:
            return templates, part
    numbered = {name: f"{{{index}}}" for index, name in enumerate(first.attributes)}
    return numbered, tuple(" ".join(place.keras_names) for place in places)


def _created(line: Statement) -> object:
    """What a line of a constructor creates, without the arguments."""
    if isinstance(line, Assign) and isinstance(line.value, Call):
        return line.targets, line.value.function
    return repr(_bare(line))


def _skeleton(line: Statement) -> object:
    return split(line).skeleton if isinstance(line, Assign) else repr(line)


def _holes(line: Statement) -> list[Literal]:
    return split(line).holes if isinstance(line, Assign) else []


def _filled(line: Statement, values: list[Expression]) -> Statement:
    return rebuilt(line, values, line.nodes) if isinstance(line, Assign) else line


def _hole_names(line: Statement) -> list[str]:
    """A name for each literal of a line, in order."""
    return [*_names_in(line.value, "value")] if isinstance(line, Assign) else []


def _names_in(value: Expression, name: str) -> Iterable[str]:
    if isinstance(value, Literal):
        yield name
    elif isinstance(value, Call):
        leading = _leading(value.function)
        yield from _names_in(value.function, name)
        for index, item in enumerate(value.positional):
            yield from _names_in(item, leading[index] if index < len(leading) else "value")
        for key, item in value.keywords:
            yield from _names_in(item, _SHORT.get(key, key))
    else:
        yield from (name for _ in split(Assign(("_",), value)).holes)


def _leading(function: Expression) -> tuple[str, ...]:
    """Names of the first arguments of a class of the library, or of one that is copied."""
    if isinstance(function, Variable):
        return _COPIED.get(function.name, ())
    layer = function.path.rpartition(".")[2] if isinstance(function, Path) else ""
    return next((names for word, names in _SIZES.items() if layer.startswith(word)), ())


def _bare(line: Statement) -> Statement:
    """A line without the nodes that it belongs to."""
    return replace(line, nodes=()) if isinstance(line, _TRACED) else line


def _with_nodes(line: Statement, places: Sequence[Place], what: str, at: int) -> Statement:
    """A line with the nodes of all places."""
    if not isinstance(line, _TRACED):
        return line
    nodes = tuple(node for place in places for node in getattr(place, what)[at].nodes)
    return replace(line, nodes=nodes)


def call_of(name: str, tensors: Sequence[Expression]) -> Call:
    """Call the attribute that holds a part."""
    return Call(Attribute(SELF, name), tuple(tensors))


def arguments_of(part: PartClass, index: int) -> Call:
    """The arguments of a place: sizes by position, all others with keywords."""
    values = {name: column[index] for name, column in part.columns.items()}
    leading = sizes_of(part)
    keywords = tuple((name, value) for name, value in values.items() if name not in leading)
    return Call(Variable(""), tuple(values[name] for name in leading), keywords)


def sizes_of(part: PartClass) -> list[str]:
    """The parameters that are numbers of features, which come first."""
    sizes = {*SIZES, *_OUTER, "features"}
    return sorted(
        (name for name, column in part.columns.items() if column[0].param in sizes),
        key=lambda name: part.columns[name][0].param not in _OUTER,
    )
