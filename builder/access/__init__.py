"""Access control: every request and every message is checked here before it touches a project.

The sender is a `Visitor`; the rule is `allows`, which at present permits everything.
"""

from dataclasses import dataclass
from enum import StrEnum

from builder import database
from builder.access.problems import WORDS
from builder.models import Project, Run
from engine.problems import Problem, problem, register

register(WORDS)


class Need(StrEnum):
    """A permission in a project."""

    VIEW = "view"
    EDIT = "edit"
    TRAIN = "train"
    """Start, stop and remove runs."""
    OWN = "own"
    """Delete the project, and set permissions."""


class MissingError(LookupError):
    """The requested object does not exist; `problem` is what to show."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class DeniedError(PermissionError):
    """The visitor lacks a permission in this project; `problem` is what to show."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass(frozen=True)
class Visitor:
    """The sender of a request, or the person behind a socket. There are no accounts yet."""


@dataclass(frozen=True)
class Visit:
    """A visitor in an existing project; later messages are checked with `require`."""

    who: Visitor
    project: str

    def require(self, need: Need) -> None:
        """Raise DeniedError unless the visitor has this permission."""
        if not allows(self.who, self.project, need):
            raise DeniedError(_no_access(need))


def _no_access(need: Need) -> Problem:
    match need:
        case Need.VIEW:
            return problem("no_access.view")
        case Need.EDIT:
            return problem("no_access.edit")
        case Need.TRAIN:
            return problem("no_access.train")
        case Need.OWN:
            return problem("no_access.own")


def visitor(_: object) -> Visitor:
    """Return the visitor of a Django request or of a socket's scope."""
    return Visitor()


def allows(who: Visitor, project: str, need: Need) -> bool:  # noqa: ARG001 until there are accounts
    """Return whether a visitor has a permission in a project."""
    return True


async def enter(who: Visitor, project: str, need: Need) -> Visit:
    """Let a visitor into a project. Raises MissingError, DeniedError."""
    if not await database.read(Project.objects.filter(pk=project).exists):
        raise MissingError(problem("no_project", id=project))
    visit = Visit(who, project)
    visit.require(need)
    return visit


async def enter_run(who: Visitor, run: str, need: Need) -> Visit:
    """Let a visitor into the project of a run. Raises MissingError, DeniedError."""
    projects = Run.objects.filter(pk=run).values_list("project", flat=True)
    project = await database.read(projects.first)
    if project is None:
        raise MissingError(problem("no_run", id=run))
    visit = Visit(who, project)
    visit.require(need)
    return visit
