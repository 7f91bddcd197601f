"""Converts validation errors of documents and their values to problems."""

from collections.abc import Sequence

from pydantic import ValidationError

from engine.problems import Problem, problem
from engine.problems.validation import reasons

MAX_REPORTED = 50


def refused_value(path: Sequence[str], error: ValidationError) -> Problem:
    """Return the problem of a value that is not valid at `path`."""
    inside, _, why = next(reasons(error))
    if not inside or ".".join(inside) == path[-1]:
        return problem("bad_value", path=path, why=why)
    return problem("bad_value.inside", path=path, inside=inside, why=why)


def refused_document(error: ValidationError) -> list[Problem]:
    """Return the problems of an invalid document, at most `MAX_REPORTED` of them.

    A collection that is too short only because its members are invalid is not reported as well.
    """
    errors = [*reasons(error)]
    first = [reason for reason in errors if reason[1] != "too_short"] or errors
    return [
        problem("bad_document" if path else "bad_document.whole", path=path, why=why)
        for path, _, why in first[:MAX_REPORTED]
    ]
