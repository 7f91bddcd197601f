"""Errors of the training that the check found: comments at `compile` or at `fit`."""

from collections.abc import Iterable, Iterator

from engine.document import MAIN
from engine.problems import Problem

COMPILING = frozenset({"optimizer", "loss", "metrics"})
"""Settings of `model.compile`, as errors name them."""
FITTING = frozenset({"callbacks", "class_weights", "data"})
"""Settings of what comes before and in `model.fit`."""
OF_DATA = frozenset(
    {
        "no_data",
        "unknown_data",
        "unknown_column",
        "no_column_for_input",
        "no_target_for_output",
        "stray_binding",
        "nothing_to_encode",
        "text_as_target",
        "stray_output",
    }
)
"""Errors of data and their columns, although they are reported at an Input or an output."""


def concerns_training(error: Problem) -> bool:
    """Whether an error is about the training: a layer has no such parameter."""
    settings = COMPILING | FITTING
    return error.graph == MAIN and (error.param in settings or error.code in OF_DATA)


def of_compiling(errors: Iterable[Problem]) -> Iterator[Problem]:
    """The errors of the optimizer, the losses and the metrics."""
    return (error for error in errors if error.param in COMPILING)


def of_fitting(errors: Iterable[Problem], known: Iterable[Problem] = ()) -> Iterator[Problem]:
    """The other errors, without those that are known."""
    places = {(problem.node, problem.code) for problem in known}
    return (
        error
        for error in errors
        if error.param not in COMPILING and (error.node, error.code) not in places
    )
