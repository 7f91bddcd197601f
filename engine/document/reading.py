"""From text to a document, or to problems: the only way in for documents as text."""

import json
from typing import Any, NoReturn

from pydantic import ValidationError
from pydantic_core import from_json

from engine.document import MAX_BYTES, Document
from engine.document.migrations import migrate
from engine.problems import Problem, bad_document, unreadable

MAX_DIGITS = 400
"""As many as the largest float has, and more than any whole number may have."""


def read_document(text: str | bytes) -> Document | list[Problem]:
    """Parse and validate a document of any version.

    Never raises for bad input: text that is not strict JSON (duplicate keys, NaN, numbers out of
    range, deep nesting, bad UTF-8) and values that break the document's rules come back as
    problems.
    """
    value = read_json(text)
    return [value] if isinstance(value, Problem) else validate_document(value)


def read_json(text: str | bytes) -> Any | Problem:
    """Parse strict JSON that may hold a document; see `read_document`. Never raises."""
    if len(text) > MAX_BYTES:
        return unreadable(f"it is larger than {MAX_BYTES // 1_000_000} MB")
    if not text.strip():
        return unreadable("it is empty")
    try:
        return json.loads(
            text,
            object_pairs_hook=_unique_keys,
            parse_constant=_no_constant,
            parse_float=_number,
            parse_int=_whole_number,
        )
    except RecursionError:
        return unreadable("it is nested too deeply")
    except json.JSONDecodeError as error:
        return unreadable(f"it is not JSON at line {error.lineno}, column {error.colno}")
    except (ValueError, UnicodeDecodeError) as error:
        return unreadable(str(error))


def validate_document(value: Any) -> Document | list[Problem]:
    """Validate plain JSON values as a document of any version; see `read_document`."""
    migrated = migrate(value)
    if isinstance(migrated, Problem):
        return [migrated]
    try:
        return Document.model_validate(migrated)
    except ValidationError as error:
        return bad_document(error)
    except RecursionError:
        return [unreadable("it is nested too deeply")]


def read_stored(text: str) -> Document:
    """Read a document that the server stored itself, at whatever version it then had.

    Every stored document is read here and nowhere else, so that a new version breaks none of
    them. Raises ValueError when it can't be read, which only damage to the database brings about.
    """
    document = validate_document(from_json(text))
    if isinstance(document, Document):
        return document
    raise ValueError(f"a stored document can't be read: {document[0].message}")


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise ValueError(f"the key {key[:80]!r} stands twice in one object")
        result[key] = value
    return result


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number in JSON")


def _whole_number(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise ValueError(f"{text[:40]}… is too large a number")
    return int(text)


def _number(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError(f"{text[:40]} is too large a number")
    return value
