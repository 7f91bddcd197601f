"""Convert the arguments of a constructor, op or call to the parameters of a document."""

from typing import Any, cast

from engine.catalogue import Entry, snake_case
from engine.imports.keras_config import is_default
from engine.imports.python.constants import weight
from engine.imports.python.values import KerasObject, Layer, Path, ReadError, Unknown
from engine.problems import Phrase, phrase, words_of
from engine.values import Json, plain

MAX_VALUE = 20_000  # entries of one argument, such as a vocabulary
_VALUE = phrase("the value")


def parameters(entry: Entry, args: list[Any], kwargs: dict[str, Any], line: int) -> dict[str, Json]:
    """The arguments of a constructor or op as a document's parameters, without defaults."""
    if len(args) > len(entry.params):
        raise ReadError(
            line,
            phrase(
                "{name} takes at most {count} arguments", name=entry.name, count=len(entry.params)
            ),
        )
    arguments = dict(zip([param.name for param in entry.params], args, strict=False)) | kwargs
    params: dict[str, Json] = {}
    for name, value in arguments.items():
        param = entry.param(name)
        if weight(value, MAX_VALUE) > MAX_VALUE:
            raise ReadError(
                line, phrase("{name} of {layer} is too large", name=name, layer=entry.name)
            )
        stored = to_json(value, line, phrase("{param} of {layer}", param=name, layer=entry.name))
        if name == "name" and param is None:
            continue
        if param is None or not is_default(stored, param):
            params[name] = stored
    return params


def to_json(value: Any, line: int, what: Phrase = _VALUE) -> Json:
    """A value as a document stores it."""
    match value:
        case Unknown():
            raise ReadError(
                line, phrase("{what} is not a constant: {why}", what=what, why=value.why)
            )
        case Layer():
            return {"class": value.layer, "params": value.params}
        case KerasObject(kind=kind, spec=spec):
            if not spec.params and kind in ("initializer", "activation"):
                return snake_case(spec.class_)
            return {"class": spec.class_, "params": spec.params}
        case Path(dotted=dotted):
            return dotted.rpartition(".")[2]
        case list() | tuple():
            return [to_json(item, line, what) for item in value]
        case dict():
            return {str(key): to_json(item, line, what) for key, item in value.items()}
        case None | bool() | int() | float() | str():
            try:
                return cast("Json", plain(value))
            except ValueError as error:
                raise ReadError(
                    line, phrase("{what}: {error}", what=what, error=words_of(error))
                ) from None
        case _:
            raise ReadError(line, phrase("{what} can't be stored in a document", what=what))
