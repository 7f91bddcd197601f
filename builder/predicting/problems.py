"""Messages about models that gave no answer."""

from engine.problems import Words, marked

_LATER = marked("Try again, or look at fewer layers.")

WORDS = {
    "predictor_died": Words(
        "This model can't be shown from inside: its process crashed or ran out of memory.", _LATER
    ),
    "predictor_slow": Words("This model gave no answer within {seconds:g} s.", _LATER),
    "predictor_missing": Words(
        "The process that keeps this model ready could not be started.",
        "Run “make install” again. See the server's log for details.",
    ),
}
