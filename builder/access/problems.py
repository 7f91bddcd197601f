"""Messages about missing projects and runs, and about missing permissions."""

from engine.problems import Words, marked

_ASK = marked("Ask the owner of the project.")

WORDS = {
    "no_project": Words(
        "There is no project with the id {id}.",
        "It may have been deleted. Your projects are listed on the start page.",
    ),
    "no_revision": Words(
        "This project has no revision {revision}.",
        "Its history begins with the oldest document that is stored.",
    ),
    "no_run": Words("There is no run with the id {id}. It may have been deleted."),
    "view_only": Words(
        "This link is for viewing only: nothing can be changed or trained with it.",
        "Make a copy of the project, which you can edit.",
    ),
    "no_access.view": Words("You do not have permission to view this project.", _ASK),
    "no_access.edit": Words("You do not have permission to edit this project.", _ASK),
    "no_access.train": Words("You do not have permission to train models in this project.", _ASK),
    "no_access.own": Words("You do not have permission to delete this project.", _ASK),
}
