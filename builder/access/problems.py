"""Words for what is not there, or not for everybody."""

from engine.problems import Words, marked

_ASK = marked("Ask the owner of the project.")

WORDS = {
    "no_project": Words(
        "There is no project {id}.",
        "It may have been deleted. Your other projects are on the start page.",
    ),
    "no_run": Words("There is no run {id}."),
    "no_access.view": Words("You may not see this project.", _ASK),
    "no_access.edit": Words("You may not edit this project.", _ASK),
    "no_access.train": Words("You may not train models in this project.", _ASK),
    "no_access.own": Words("You may not delete this project.", _ASK),
}
