"""What goes wrong between a person and the server, in words (see engine.problems)."""

from pydantic import ValidationError

from engine.problems import Problem


def no_project(id: str) -> Problem:
    """A project that does not exist, or no longer."""
    return Problem(
        code="no_project",
        message=f"There is no project {id[:40]}.",
        hint="It may have been deleted. Your other projects are on the start page.",
    )


def no_run(id: str) -> Problem:
    """A run that does not exist, or no longer."""
    return Problem(code="no_run", message=f"There is no run {id[:40]}.")


def no_access(need: str) -> Problem:
    """Something that this person may not do in this project."""
    return Problem(
        code="no_access",
        message=f"You may not {_NEEDS[need]} this project.",
        hint="Ask whoever owns the project.",
    )


_NEEDS = {"view": "see", "edit": "edit", "train": "train models of", "own": "remove"}


def no_template(id: str) -> Problem:
    """A template nobody has written."""
    return Problem(code="no_template", message=f"There is no template {id[:80]!r}.")


def no_data(id: str) -> Problem:
    """A data set that is not in the catalogue."""
    return Problem(code="no_data", message=f"There is no data set {id[:80]!r}.")


def no_artefact(name: str) -> Problem:
    """A file that the run did not leave, or that is gone."""
    return Problem(code="no_artefact", message=f"This run has no file {name[:80]!r}.")


def no_page(path: str) -> Problem:
    """An address of the API that does not exist."""
    return Problem(
        code="no_page",
        message=f"There is nothing at {path[:200]}.",
        hint="/api/docs lists what there is.",
    )


def wrong_method(method: str, allowed: str) -> Problem:
    """An address of the API that exists, but not for this verb."""
    return Problem(
        code="wrong_method",
        message=f"This address does not understand {method[:20]}; it understands {allowed}.",
        hint="/api/docs lists what there is.",
    )


def template_and_document() -> Problem:
    """A new project is asked for from two things at once."""
    return Problem(
        code="template_and_document",
        message="A project starts from a template or from a document, not from both.",
    )


def bad_message(error: ValidationError) -> Problem:
    """A message over the socket that is not one of those agreed on."""
    return Problem(
        code="bad_message",
        message=f"The message could not be understood: {_first(error)}.",
        hint="The page may be older than the server: reload it.",
    )


def bad_request(where: str, why: str) -> Problem:
    """A request over HTTP whose body or parameters don't fit."""
    place = f" ({where})" if where else ""
    return Problem(code="bad_request", message=f"The request{place} does not fit: {why}.")


def too_large(limit: int) -> Problem:
    """A body or message beyond the limit, in bytes."""
    return Problem(
        code="too_large",
        message=f"This is larger than {limit / 1_000_000:.0f} MB, which is the limit.",
    )


def not_joined() -> Problem:
    """Something else than "join" as the first message."""
    return Problem(code="not_joined", message='The first message over a socket must be "join".')


def not_saved(why: str) -> Problem:
    """A change that could not be written; the page keeps it and sends it again."""
    return Problem(
        code="not_saved",
        message=f"Your last change is not saved: {why}.",
        hint="The page keeps it and tries again.",
    )


def server_error() -> Problem:
    """A bug of ours; the log of the server says more."""
    return Problem(
        code="server_error",
        message="Something went wrong on the server; its log says more.",
        hint="Nothing that was marked as saved is lost.",
    )


def other_site(origin: str) -> Problem:
    """A request that another site made the browser send."""
    return Problem(
        code="other_site",
        message=f"Requests from {origin[:80]} are refused: it is another site.",
        hint="Open Layerloom at the address that the server printed.",
    )


def unknown_host(host: str) -> Problem:
    """A Host header that is not among the allowed ones."""
    return Problem(
        code="unknown_host",
        message=f"This server does not answer under the name {host[:80]!r}.",
        hint="Add the name to LAYERLOOM_ALLOWED_HOSTS if it is yours.",
    )


def checker_died() -> Problem:
    """The checker process ended while it looked at this document."""
    return Problem(
        code="checker_died",
        message="This graph could not be checked: the checker ran out of memory or broke on it.",
        hint="Look for a very large layer among the last changes, or undo them.",
    )


def checker_slow(seconds: float) -> Problem:
    """The checker did not answer within its deadline."""
    return Problem(
        code="checker_slow",
        message=f"This graph could not be checked within {seconds:g} s.",
        hint="Look for a very large layer among the last changes, or undo them.",
    )


def checker_missing(detail: str) -> Problem:
    """The checker process does not even start."""
    return Problem(
        code="checker_missing",
        message="The checker does not start, so shapes and problems are not known.",
        hint="Run “make install” again; the log of the server says more.",
        detail=detail[-2000:] or None,
    )


def run_lost() -> Problem:
    """The server ended while the run was going."""
    return Problem(
        code="run_lost",
        message="The server ended while this run was going, so it was lost.",
        hint="Start it again; epochs that had ended are still shown.",
    )


def run_unrecorded(why: str) -> Problem:
    """The events of a run could not be written down."""
    return Problem(
        code="run_unrecorded",
        message=f"The run was ended because its progress could not be saved: {why}.",
    )


def run_broken(detail: str) -> Problem:
    """A run whose worker could not be started or followed."""
    return Problem(
        code="run_broken",
        message="The run could not be started or followed; the log of the server says more.",
        detail=detail[-2000:] or None,
    )


def run_over() -> Problem:
    """Stopping a run that has ended."""
    return Problem(code="run_over", message="This run has already ended.")


def run_going() -> Problem:
    """Deleting a run that is still going."""
    return Problem(
        code="run_going", message="This run is still going.", hint="Stop it first, then delete it."
    )


def _first(error: ValidationError) -> str:
    item = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = " › ".join(str(step)[:80] for step in item["loc"])
    said = str(item["msg"]).removeprefix("Value error, ")
    return f"{place}: {said}" if place else said
