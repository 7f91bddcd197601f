"""Words for graphs that the checker could not judge."""

from engine.problems import Words, marked

_LARGE = marked("Look for a very large layer among your last changes, or undo them.")

WORDS = {
    "checker_died": Words(
        "This graph could not be checked: the checker crashed or ran out of memory.", _LARGE
    ),
    "checker_slow": Words("This graph could not be checked within {seconds:g} s.", _LARGE),
    "checker_missing": Words(
        "The checker does not start, so shapes and problems are unknown.",
        "Run “make install” again; the server's log says more.",
    ),
}
