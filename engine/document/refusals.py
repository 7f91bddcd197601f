"""Converts validation errors of documents and their values to problems."""

from collections.abc import Sequence
from typing import TypeAlias

from pydantic import ValidationError

from engine.problems import Phrase, Problem, problem
from engine.problems.validation import reasons

MAX_REPORTED = 50

Reason: TypeAlias = tuple[tuple[str, ...], str, Phrase | str]
"""The path of an error, its type, and what is wrong."""


def refused_value(path: Sequence[str], error: ValidationError) -> Problem:
    """Return the problem of a value that is not valid at `path`."""
    inside, _, why = next(reasons(error))
    if not inside or ".".join(inside) == path[-1]:
        return problem("bad_value", path=path, why=why)
    return problem("bad_value.inside", path=path, inside=inside, why=why)


def refused_document(error: ValidationError) -> list[Problem]:
    """Return the problems of an invalid document, at most `MAX_REPORTED` of them."""
    return [
        problem("bad_document" if path else "bad_document.whole", path=path, why=why)
        for path, _, why in _first(error)
    ]


def refused_batch(error: ValidationError) -> list[Problem]:
    """Return the problems of an invalid batch of operations, at most `MAX_REPORTED` of them."""
    return [
        problem("bad_request.at" if path else "bad_request", place=path, why=why)
        for path, _, why in _first(error)
    ]


def _first(error: ValidationError) -> list[Reason]:
    """Return the first reasons.

    A collection that is too short only because its members are invalid is not reported as well.
    """
    errors = [*reasons(error)]
    return ([reason for reason in errors if reason[1] != "too_short"] or errors)[:MAX_REPORTED]
