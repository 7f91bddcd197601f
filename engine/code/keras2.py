"""Statements for Keras 3 as statements for Keras 2.3.1, which Theano and CNTK need.

Names, arguments and defaults come from engine.catalogue.keras2. What Keras 2.3.1 lacks is refused
before (engine.graph.keras2, engine.data.keras2), and left as it is here.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache

from engine.catalogue import Entry, Kind, keras2, load, snake_case
from engine.catalogue.keras2 import Old
from engine.code.syntax.annotations import without_annotations
from engine.code.syntax.tree import (
    Assign,
    Attribute,
    Call,
    Copied,
    Do,
    Expression,
    Function,
    Group,
    Item,
    Keyed,
    Literal,
    Loop,
    Path,
    Return,
    Stack,
    Statement,
    Variable,
)
from engine.code.syntax.tree import Mapping as Table
from engine.code.targets import SET_SEED

ANNOTATED = (3, 7)
"""The oldest Python that does not evaluate annotations, if a script asks for it."""
ANNOTATIONS = "from __future__ import annotations"
"""Makes functions that are written for newer versions of Python run on an older one."""
SUFFIX, OLD_SUFFIX = ".keras", ".h5"
OF_COMPILING: Mapping[str, Kind] = {"optimizer": "optimizer", "loss": "loss"}
OF_PARAMS: Mapping[str, Kind] = {
    "initializer": "initializer",
    "regularizer": "regularizer",
    "constraint": "constraint",
}
"""The kinds of objects that are named by texts, by argument and by type of parameter."""
_STRICT = re.compile(r",\s*strict=(True|False)")
"""An argument of `zip` that Python 3.8 does not have."""
Keyword = tuple[str, Expression]


def keeps_annotations(python: str) -> bool:
    """Return whether annotations for newer versions of Python may stand in code for this one."""
    return tuple(map(int, python.split("."))) >= ANNOTATED


def rewritten(statements: Iterable[Statement], python: str) -> list[Statement]:
    """Return the statements as Keras 2.3.1 takes them on a version of Python."""
    return [_statement(statement, python) for statement in statements]


def _statement(statement: Statement, python: str) -> Statement:
    match statement:
        case Assign(value=value) | Do(value) | Return(value):
            return replace(statement, value=_expression(value))
        case Stack(layers=layers):
            return replace(statement, layers=tuple(map(_expression, layers)))
        case Function(body=body, parameters=parameters):
            filled = (
                (name, kind, _expression(value) if value else None)
                for name, kind, value in parameters
            )
            return replace(
                statement,
                body=tuple(rewritten(body, python)),
                parameters=tuple(filled),
                typed=statement.typed and keeps_annotations(python),
            )
        case Loop(values=values, body=body):
            inner = tuple(rewritten(body, python))
            return replace(statement, values=_expression(values), body=inner)
        case Copied(source=source):
            plain = source if keeps_annotations(python) else without_annotations(source)
            return replace(statement, source=_STRICT.sub("", plain))
        case _:
            return statement


def _expression(value: Expression) -> Expression:
    match value:
        case Call():
            return _call(value)
        case Path(path):
            return Path("numpy.random.seed") if path == SET_SEED else value
        case Group(items):
            return replace(value, items=tuple(map(_expression, items)))
        case Table(items):
            return Table(tuple((name, _expression(item)) for name, item in items))
        case Keyed(items):
            return Keyed(tuple((_expression(key), _expression(item)) for key, item in items))
        case Item(of, key):
            return Item(_expression(of), _expression(key))
        case Attribute(of, name):
            return Attribute(_expression(of), name)
        case _:
            return value


def _call(call: Call) -> Expression:
    function = call.function
    positional = tuple(map(_expression, call.positional))
    keywords = tuple((name, _expression(value)) for name, value in call.keywords)
    if isinstance(function, Path) and (old := _old(function.path)):
        return _constructed(old, positional, keywords)
    if isinstance(function, Attribute):
        return _method(function, positional, keywords)
    return Call(_expression(function), positional, keywords)


def _constructed(
    old: Old, positional: tuple[Expression, ...], keywords: tuple[Keyword, ...]
) -> Call:
    """Create an object with the names of Keras 2, and with Keras 3's defaults where they differ."""
    entry = old.entry
    given = {param.name for param in entry.params[: len(positional)]} | dict(keywords).keys()
    named = [(old.name(name) or name, _value(old, name, value)) for name, value in keywords]
    added = ((name, value) for name, value in old.other_defaults().items() if name not in given)
    named += [(old.name(name) or name, Literal(old.value(name, value))) for name, value in added]
    if entry.kind == "metric" and "name" not in given:
        named.append(("name", Literal(snake_case(entry.name))))
    return Call(Path(old.path), positional, tuple(named))


def _value(old: Old, name: str, value: Expression) -> Expression:
    """The value of a parameter; the name of an object as a call where Keras 2 does not know it."""
    param = old.entry.param(name)
    if not isinstance(value, Literal) or not isinstance(value.value, str) or param is None:
        return value
    if kind := OF_PARAMS.get(param.type):
        return _object(kind, value)
    word = old.value(name, value.value)
    return value if word == value.value else replace(value, value=word)


def _object(kind: Kind, value: Literal) -> Expression:
    """An object that is named by a text, or a call where Keras 2 would take another default."""
    entry = load().object(kind, str(value.value))
    old = keras2.counterpart(entry) if entry else None
    if old is None:
        return value
    known = keras2.has(f"{old.path.rpartition('.')[0]}.{value.value}") and kind != "regularizer"
    if known and not old.other_defaults():
        return value
    return _constructed(old, (), ())


def _method(
    function: Attribute, positional: tuple[Expression, ...], keywords: tuple[Keyword, ...]
) -> Expression:
    """`compile`, `evaluate` and `save` of a model, which take other arguments."""
    match function.name:
        case "compile":
            keywords = tuple((name, _compiled(name, value)) for name, value in keywords)
        case "evaluate":
            return _evaluated(function, positional, keywords)
        case "save":
            positional = tuple(map(_file, positional))
    return Call(function, positional, keywords)


def _compiled(name: str, value: Expression) -> Expression:
    """The optimizer or losses, which are named by texts if they have only defaults."""
    kind = OF_COMPILING.get(name)
    if kind is None:
        return value
    if isinstance(value, Table):
        return Table(tuple((key, _compiled(name, item)) for key, item in value.items))
    return _object(kind, value) if isinstance(value, Literal) else value


def _evaluated(
    function: Attribute, positional: tuple[Expression, ...], keywords: tuple[Keyword, ...]
) -> Expression:
    """The scores by name: `dict(zip(model.metrics_names, …))`, also if there is only the loss."""
    rest = tuple(pair for pair in keywords if pair[0] != "return_dict")
    scores = Call(Path("numpy.atleast_1d"), (Call(function, positional, rest),))
    names = Attribute(function.of, "metrics_names")
    return Call(Variable("dict"), (Call(Variable("zip"), (names, scores)),))


def _file(value: Expression) -> Expression:
    """The name of a model's file: Keras 2 writes HDF5."""
    if isinstance(value, Literal) and isinstance(value.value, str):
        return replace(value, value=value.value.removesuffix(SUFFIX) + OLD_SUFFIX)
    return value


def _old(path: str) -> Old | None:
    entry = _entries().get(path)
    return keras2.counterpart(entry) if entry else None


@cache
def _entries() -> Mapping[str, Entry]:
    """The entries of the catalogue by path."""
    catalogue = load()
    return {entry.path: entry for entry in (*catalogue.layers, *catalogue.objects)}
