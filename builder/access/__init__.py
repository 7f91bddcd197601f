"""Access control: every request and every message is checked here before it touches a project.

The sender is a `Visitor`. What may be done depends on the address: a project's id permits
everything that `allows` does (at present all), the identifier of its view-only link permits to view
it. Nothing that is sent to a view-only visit names the project's id (docs/decisions/026-links.md).
"""

from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.db.models import Q
from django.utils.crypto import constant_time_compare, salted_hmac

from builder import database
from builder.access import people
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
    """The sender of a request, or the person behind a socket. There are no accounts yet.

    `person` tells people apart where they take turns (builder.access.people); "" is anybody.
    """

    person: str = ""


@dataclass(frozen=True)
class Visit:
    """A visitor in an existing project; later messages are checked with `require`.

    `address` is the identifier by which the visitor came: the project's id, or the one of its
    view-only link, which is `view`.
    """

    who: Visitor
    project: str
    view: str
    address: str

    @property
    def view_only(self) -> bool:
        """Whether the visitor came by the view-only link."""
        return self.address != self.project

    def require(self, need: Need) -> None:
        """Raise DeniedError unless the visitor has this permission."""
        if self.view_only and need is not Need.VIEW:
            raise DeniedError(problem("view_only"))
        if not allows(self.who, self.project, need):
            raise DeniedError(_no_access(need))

    def may(self, need: Need) -> bool:
        """Return whether the visitor has this permission."""
        try:
            self.require(need)
        except DeniedError:
            return False
        return True

    def conceal(self, text: str) -> str:
        """Return a text as this visitor may read it: a view-only visit never learns the id."""
        return text.replace(self.project, self.view) if self.view_only else text


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


def visitor(source: object) -> Visitor:
    """Return the visitor of a Django request or of a socket's scope."""
    return Visitor(people.person_of(source))


def allows(who: Visitor, project: str, need: Need) -> bool:  # noqa: ARG001 until there are accounts
    """Return whether a visitor has a permission in a project."""
    return True


def may_list(who: Visitor, project: str) -> bool:
    """Return whether a visitor learns of a project without having its address."""
    return bool(settings.LIST_PROJECTS) and allows(who, project, Need.VIEW)


async def enter(who: Visitor, address: str, need: Need) -> Visit:
    """Let a visitor into a project, by its id or that of its view-only link.

    Raises MissingError, DeniedError.
    """
    match = Project.objects.filter(Q(pk=address) | Q(view=address))
    row = await database.read(match.values_list("pk", "view").first)
    if row is None:
        raise MissingError(problem("no_project", id=address))
    visit = Visit(who, *row, address)
    visit.require(need)
    return visit


async def enter_with_run(who: Visitor, address: str, run: str, need: Need) -> Visit:
    """Let a visitor into a project that has this run. Raises MissingError, DeniedError."""
    visit = await enter(who, address, need)
    if not await database.read(Run.objects.filter(pk=run, project=visit.project).exists):
        raise MissingError(problem("no_run", id=run))
    return visit


def worker_token(run: str) -> str:
    """Return what the worker of a run shows to fetch the data of the run's project."""
    return salted_hmac("layerloom.worker", run, algorithm="sha256").hexdigest()


async def enter_as_worker(run: str, token: str) -> str:
    """Let the worker of a run that has not ended fetch data; return the run's project.

    Raises MissingError, also for a wrong token.
    """
    going = Run.objects.filter(pk=run, outcome=None).values_list("project", flat=True)
    project = await database.read(going.first)
    if project is None or not constant_time_compare(token, worker_token(run)):
        raise MissingError(problem("no_run", id=run))
    return project


async def view_run(who: Visitor, run: str) -> str:
    """Let a visitor view a run by its id, which permits no more; return its project.

    Raises MissingError, DeniedError.
    """
    projects = Run.objects.filter(pk=run).values_list("project", "project__view")
    row = await database.read(projects.first)
    if row is None:
        raise MissingError(problem("no_run", id=run))
    visit = Visit(who, *row, row[1])
    visit.require(Need.VIEW)
    return visit.project
