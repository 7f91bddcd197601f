"""Messages about files, code and documents that the reader could not process."""

from engine.problems import Words, marked

_SMALLER = marked("Try a smaller file or a smaller model.")

WORDS = {
    "reader_died": Words(
        "The file or code could not be processed: the reader crashed or ran out of memory.",
        _SMALLER,
    ),
    "reader_slow": Words("The file or code could not be processed within {seconds:g} s.", _SMALLER),
    "reader_missing": Words(
        "The process that reads files and generates code could not be started.",
        "Run “make install” again. See the server's log for details.",
    ),
}
