"""Messages about missing projects and runs, and about missing permissions."""

from engine.problems import Words, marked

_ASK = marked("Ask the owner of the project.")

WORDS = {
    "no_project": Words(
        "There is no project with the id {id}.",
        "It may have been deleted. Your projects are listed on the start page.",
    ),
    "no_run": Words("There is no run with the id {id}. It may have been deleted."),
    "no_access.view": Words("You do not have permission to view this project.", _ASK),
    "no_access.edit": Words("You do not have permission to edit this project.", _ASK),
    "no_access.train": Words("You do not have permission to train models in this project.", _ASK),
    "no_access.own": Words("You do not have permission to delete this project.", _ASK),
}
