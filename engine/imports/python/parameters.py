"""Arguments of constructors and ops as parameters of a document."""

from typing import Any, cast

from engine.catalogue import Entry, Param, snake_case
from engine.imports.keras_config import is_default
from engine.imports.python.constants import weight
from engine.imports.python.expressions import SPREAD
from engine.imports.python.unknown import (
    Opaque,
    Path,
    ReadError,
    Unknown,
)
from engine.imports.python.values import (
    Array,
    Class,
    Function,
    Instance,
    KerasObject,
    Layer,
    Model,
)
from engine.problems import Phrase, phrase, words_of
from engine.values import MAX_INTEGER, Json, plain
from engine.values.named import constant_of, named

MAX_VALUE = 20_000
"""Entries of one argument, such as a vocabulary."""
Params = dict[str, Json]
Holes = dict[str, Unknown]


def parameters(
    entry: Entry, args: list[Any], kwargs: dict[str, Any], line: int
) -> tuple[Params, Holes]:
    """The arguments of a constructor or op, without defaults, and those that can't be stored."""
    params: Params = {}
    holes: Holes = {}
    names = [param.name for param in entry.params if not param.at_call]
    if len(args) > len(names):
        why = phrase("{name} takes at most {count} arguments", name=entry.name, count=len(names))
        return {}, {"": Unknown(line, why)}
    arguments = dict(zip(names, args, strict=False)) | kwargs
    for name, value in arguments.items():
        if name == SPREAD:
            holes[name] = value
            continue
        param = entry.param(name)
        try:
            stored = _stored(value, name, entry, line)
        except ReadError as error:
            holes[name] = error.unknown
            continue
        stored = _choice(_whole(stored, param), param)
        if name == "name" and param is None:
            continue
        if param is None or not is_default(stored, param):
            params[name] = stored
    return params, holes


def _stored(value: Any, name: str, entry: Entry, line: int) -> Json:
    if weight(value, MAX_VALUE) > MAX_VALUE:
        why = phrase("{name} of {layer} is too large", name=name, layer=entry.name)
        raise ReadError(line, why)
    what = phrase("{param} of {layer}", param=name, layer=entry.name)
    if isinstance(value, Layer) and name.endswith("activation"):
        raise ReadError(line, phrase("{what} is a layer, which can't be stored there", what=what))
    return to_json(value, line, what)


def _whole(value: Json, param: Param | None) -> Json:
    """A whole number where the parameter is one: Python's 4 / 2 is 2.0."""
    integers = ("integer", "integers", "integer_or_integers")
    if param is None or param.type not in integers:
        return value
    if isinstance(value, list):
        items = [_whole(item, param) for item in value]
        return items if repr(items) != repr(value) else value
    whole = isinstance(value, float) and value.is_integer() and abs(value) <= MAX_INTEGER
    return int(value) if isinstance(value, float) and whole else value


def _choice(value: Json, param: Param | None) -> Json:
    """A choice as the document has it; Keras takes “SAME” for “same”."""
    if param is not None and isinstance(value, str) and value.lower() in param.choices:
        return value if value in param.choices else value.lower()
    return value


def to_json(value: Any, line: int, what: Phrase) -> Json:  # noqa: C901
    """A value as a document stores it. Raises ReadError for one that it can't store."""
    match value:
        case Opaque():
            return to_json(value.unknown, line, what)
        case Unknown():
            raise ReadError(line, phrase("{what} is not known: {why}", what=what, why=value.why),
                            value.question)  # fmt: skip
        case Layer() if value.model is None and value.function is None:
            if value.unknown:
                raise ReadError.of(next(iter(value.unknown.values())))
            return {"class": value.layer, "params": value.params}
        case KerasObject(kind=kind, spec=spec):
            if value.unknown:
                raise ReadError.of(next(iter(value.unknown.values())))
            if not spec.params and kind in ("initializer", "activation"):
                return snake_case(spec.class_)
            return {"class": spec.class_, "params": spec.params}
        case Path(dotted=dotted) if value.is_known:
            return dotted.rpartition(".")[2]
        case list() | tuple():
            sizes = [to_json(item, line, what) for item in value]
            return named(sizes, name) if (name := constant_of(value)) else sizes
        case dict():
            return _dictionary(value, line, what)
        case None | bool() | int() | float() | str():
            try:
                return cast("Json", plain(value))
            except ValueError as error:
                why = phrase("{what}: {error}", what=what, error=words_of(error))
                raise ReadError(line, why) from None
    raise ReadError(line, _refusal(value, what))


def _dictionary(value: dict[Any, Any], line: int, what: Phrase) -> Json:
    """A dictionary; the configuration of an object, from which Keras creates it, is the object."""
    items = {str(key): to_json(item, line, what) for key, item in value.items()}
    match items:
        case {"class_name": str(name), "config": dict(config)}:
            return {"class": name, "params": config}
    return items


def _refusal(value: Any, what: Phrase) -> Phrase:
    match value:
        case Function() | Class() | Instance():
            name = value.name if not isinstance(value, Instance) else value.cls.name
            if not name:
                return phrase("{what} is a lambda of the source, which is not stored", what=what)
            return phrase("{what} is “{name}”, which this source defines", what=what, name=name)
        case Path(dotted=dotted):
            return phrase("{what} is {path}, which is not in this source", what=what, path=dotted)
        case Model() | Layer():
            return phrase("{what} is a model, which can't be stored there", what=what)
        case Array():
            return phrase("{what} comes from data", what=what)
    return phrase("{what} can't be stored in a document", what=what)
