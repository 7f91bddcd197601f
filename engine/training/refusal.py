"""The exception with which a training run ends early because of a problem in the document."""

from collections.abc import Sequence

from engine.problems import Problem


class RefusedError(Exception):
    """The run can't go on because of this problem; never raised outside of engine.training."""

    def __init__(self, problem: Problem, others: Sequence[Problem] = ()) -> None:
        super().__init__(problem.message)
        more = [other.message for other in others]
        detail = "\n".join([problem.detail, *more] if problem.detail else more)
        self.problem = problem.model_copy(update={"detail": detail or None, "severity": "error"})


def refuse(problems: Sequence[Problem]) -> None:
    """Raise RefusedError for the first error, with the others as its detail, if there is one."""
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise RefusedError(errors[0], errors[1:])
