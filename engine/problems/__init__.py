"""What a person did wrong, as a value: the only wording of user errors.

A problem is collected, never raised: one mistake must not hide the next. The words of every kind
of problem stand in tables, one for each subject (`WORDS` in the modules of this room, and in
`problems.py` of the server's rooms), which make one catalogue. Who finds something wrong calls
`problem` with its code, its place, and the arguments that its words name.
"""

from collections.abc import Sequence

from engine.problems import budgets, code, data, documents, graphs, params, runs, shapes, training
from engine.problems.model import At, Fix, Problem, make_fix, problem, quoted, translated
from engine.problems.shown import shown
from engine.problems.words import (
    Phrase,
    Plural,
    Severity,
    Words,
    catalogue,
    marked,
    phrase,
    register,
    words_of,
)

for _table in (budgets, code, data, documents, graphs, params, runs, shapes, training):
    register(_table.WORDS)

__all__ = [
    "At",
    "Fix",
    "Phrase",
    "Plural",
    "Problem",
    "Severity",
    "Words",
    "catalogue",
    "make_fix",
    "marked",
    "phrase",
    "problem",
    "quoted",
    "register",
    "shown",
    "translated",
    "words_of",
]


def not_a_keras_model(why: str) -> Problem:
    """A file that was to be imported is not what Keras writes."""
    return Problem(
        code="not_a_keras_model",
        message=f"This is not a functional or Sequential model as Keras saves it: {why}.",
        hint="Save it with model.save(“model.keras”) or model.to_json() and try again.",
    )


def import_unknown_layer(name: str, kind: str, reason: str | None) -> Problem:
    """A layer of an imported model that can't be represented."""
    return Problem(
        code="import_unknown_layer",
        message=f"“{name}” is a {kind[:100]}, which can't be placed"
        + (f": {reason}" if reason else "."),
        hint="Its place in the graph is kept; put layers that do the same in its stead.",
    )


def import_left_out(name: str, what: Sequence[str]) -> Problem:
    """Part of an imported layer that no parameter can hold."""
    return Problem(
        code="import_left_out",
        severity="warning",
        message=f"Of “{name[:100]}” this could not be kept: {', '.join(what)[:300]}.",
    )


def python_syntax(line: int, why: str) -> Problem:
    """Source that is no Python."""
    place = f"Line {line}: " if line else ""
    return Problem(code="python_syntax", message=f"{place}this is not Python: {why}.")


def python_line(line: int, why: str) -> Problem:
    """A line of somebody's source that could not be read; the rest was."""
    return Problem(
        code="python_line",
        severity="warning",
        message=f"Line {line}: {why.rstrip('.')}.",
        hint="The line was left out; everything else was kept.",
    )


def python_no_model() -> Problem:
    """Source in which no model could be found."""
    return Problem(
        code="python_no_model",
        message="There is no Keras model in this source that can be read.",
        hint="It reads keras.Model(inputs, outputs) and keras.Sequential([…]), with constants.",
    )
