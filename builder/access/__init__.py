"""The one gate into projects: every request and every message names what it needs and passes here.

Whoever asks is a `Visitor`; a project lets visitors in by `allows`, which today says yes to all.
"""

from dataclasses import dataclass
from enum import StrEnum

from builder import database
from builder.access.problems import WORDS
from builder.models import Project, Run
from engine.problems import Problem, problem, register

register(WORDS)


class Need(StrEnum):
    """What somebody wants to do with a project."""

    VIEW = "view"
    EDIT = "edit"
    TRAIN = "train"
    """Start, stop and remove runs."""
    OWN = "own"
    """Remove the project, and say who may do what."""


class MissingError(LookupError):
    """What was asked for is not there; carries the problem to show."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class DeniedError(PermissionError):
    """The visitor may not do this in this project; carries the problem to show."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass(frozen=True)
class Visitor:
    """Whoever sent a request or opened a socket. Nobody signs in yet, so all are alike."""


@dataclass(frozen=True)
class Visit:
    """A visitor in a project that exists; what they need later is asked of the same gate."""

    who: Visitor
    project: str

    def require(self, need: Need) -> None:
        """Raise DeniedError unless the visitor may do this here."""
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
    """Return who sent a request (Django's) or opened a socket (its scope)."""
    return Visitor()


def allows(who: Visitor, project: str, need: Need) -> bool:  # noqa: ARG001 the rule to come
    """Say whether a visitor may do something in a project."""
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
    found = Run.objects.filter(pk=run).values_list("project", flat=True)
    project = await database.read(found.first)
    if project is None:
        raise MissingError(problem("no_run", id=run))
    visit = Visit(who, project)
    visit.require(need)
    return visit
