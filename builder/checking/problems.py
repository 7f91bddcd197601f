"""Messages about checks that gave no result."""

from engine.problems import Words, marked

_LARGE = marked("Undo your last changes, or look for a very large layer among them.")

WORDS = {
    "checker_died": Words(
        "This model could not be checked: the checker crashed or ran out of memory.", _LARGE
    ),
    "checker_slow": Words("This model could not be checked within {seconds:g} s.", _LARGE),
    "checker_missing": Words(
        "The checker process could not be started, so shapes and problems are unknown.",
        "Run “make install” again. See the server's log for details.",
    ),
}
