"""The one exception of this room: a file can't be read, and a problem says why."""

from engine.problems import At, Problem

AT = At(param="data")
"""Where problems with files are."""


class RefusedFileError(Exception):
    """A file can't be read; `problem` explains why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem
