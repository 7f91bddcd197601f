"""Parses and validates documents given as text: returns a document, or problems."""

import json
from typing import Any, NoReturn

import jiter
from pydantic import ValidationError

from engine.document import MAX_BYTES, Document
from engine.document.migrations import migrate
from engine.document.refusals import refused_document
from engine.problems import Phrase, Problem, phrase, problem, words_of
from engine.values import RuleError

MAX_DIGITS = 400
"""Of an integer: as many as the largest float has, and more than a valid document contains."""


def read_document(text: str | bytes) -> Document | list[Problem]:
    """Parse and validate a document of any version.

    Never raises for invalid input: text that is not strict JSON (duplicate keys, NaN, numbers out
    of range, deep nesting, invalid UTF-8) and values that violate the schema are returned as
    problems.
    """
    value = read_json(text)
    return [value] if isinstance(value, Problem) else validate_document(value)


def read_json(text: str | bytes) -> Any | Problem:
    """Parse strict JSON that may hold a document; see `read_document`. Never raises."""
    if len(text) > MAX_BYTES:
        return _unreadable(phrase("it is larger than {limit:bytes}", limit=MAX_BYTES))
    if not text.strip():
        return _unreadable(phrase("it is empty"))
    try:
        return json.loads(
            text,
            object_pairs_hook=_unique_keys,
            parse_constant=_no_constant,
            parse_float=_number,
            parse_int=_whole_number,
        )
    except RecursionError:
        return _unreadable(phrase("it is nested too deeply"))
    except json.JSONDecodeError as error:
        line, column = error.lineno, error.colno
        why = phrase("it is not JSON at line {line}, column {column}", line=line, column=column)
        return _unreadable(why)
    except RuleError as error:
        return _unreadable(words_of(error))
    except ValueError:
        return _unreadable(phrase("it is not UTF-8"))


def read_bounded(text: str | bytes) -> Any | Problem:
    """Parse strict JSON in half the time of `read_json`, except that numbers may be too large.

    1e999 becomes infinity: for values that are validated with models that refuse those.
    """
    if len(text) > MAX_BYTES:
        return read_json(text)
    try:
        data = text.encode() if isinstance(text, str) else text
        return jiter.from_json(data, allow_inf_nan=False, catch_duplicate_keys=True)
    except ValueError:
        return read_json(text)  # which says what is wrong, and where


def validate_document(value: Any) -> Document | list[Problem]:
    """Validate plain JSON values as a document of any version; see `read_document`."""
    migrated = migrate(value)
    if isinstance(migrated, Problem):
        return [migrated]
    try:
        return Document.model_validate(migrated)
    except ValidationError as error:
        return refused_document(error)
    except RecursionError:
        return [_unreadable(phrase("it is nested too deeply"))]


def _unreadable(why: Phrase | str) -> Problem:
    return problem("unreadable", why=why)


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for index, key in enumerate(keys) if key in keys[:index])
        raise RuleError("the key “{key}” occurs twice in one object", key=twice[:80])
    return result


def _no_constant(name: str) -> NoReturn:
    raise RuleError("{name} is not a number in JSON", name=name)


def _whole_number(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise RuleError("{number}… is too large a number", number=text[:40])
    return int(text)


def _number(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise RuleError("{number} is too large a number", number=text[:40])
    return value
