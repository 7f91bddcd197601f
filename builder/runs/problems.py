"""Messages about runs that were lost, and about runs that can't be stopped or deleted."""

from engine.problems import Words

WORDS = {
    "no_artefact": Words("This run has no file “{name}”."),
    "result_differs": Words("The content of the file that was sent is not that of its hash."),
    "run_lost": Words(
        "The server stopped during this run, so the run was lost.",
        "Start a new run. The completed epochs of this one are still shown.",
    ),
    "run_unrecorded": Words("The run was ended because its progress could not be saved: {why}."),
    "run_broken": Words(
        "The run failed because of an error on the server.", "See the server's log for details."
    ),
    "no_checkpoint": Words(
        "This run has left no checkpoint to start from.",
        "A run writes one after its first epoch, unless its worker is on another machine.",
    ),
    "run_over": Words("This run has already ended."),
    "run_not_waiting": Words(
        "This run can't be moved in the queue.",
        "It has started meanwhile, or another person started it: people order their own runs.",
    ),
    "run_going": Words("This run has not ended yet.", "Stop it first, then delete it."),
}
