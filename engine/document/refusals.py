"""What is wrong with values that break the rules of a document, as problems."""

from collections.abc import Sequence

from pydantic import ValidationError

from engine.problems import Problem, problem
from engine.problems.validation import reasons

MAX_REPORTED = 50


def refused_value(path: Sequence[str], error: ValidationError) -> Problem:
    """A value does not fit the place it is meant for."""
    inside, _, why = next(reasons(error))
    if not inside or ".".join(inside) == path[-1]:
        return problem("bad_value", path=path, why=why)
    return problem("bad_value.inside", path=path, inside=inside, why=why)


def refused_document(error: ValidationError) -> list[Problem]:
    """Every place in which a document breaks its own rules, at most `MAX_REPORTED` of them.

    A collection that seems too short only because its members are bad is not reported twice.
    """
    found = [*reasons(error)]
    first = [reason for reason in found if reason[1] != "too_short"] or found
    return [
        problem("bad_document" if path else "bad_document.whole", path=path, why=why)
        for path, _, why in first[:MAX_REPORTED]
    ]
