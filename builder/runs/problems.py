"""Words for runs that the server lost, or can't stop or delete."""

from engine.problems import Words

WORDS = {
    "no_artefact": Words("This run has no file “{name}”."),
    "run_lost": Words(
        "The server stopped during this run, so the run was lost.",
        "Start it again; the epochs that it completed are still shown.",
    ),
    "run_unrecorded": Words("The run was ended because its progress could not be saved: {why}."),
    "run_broken": Words("The run could not be started or followed; the server's log says more."),
    "run_over": Words("This run has already ended."),
    "run_going": Words("This run is still going.", "Stop it first, then delete it."),
}
