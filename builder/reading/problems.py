"""Words for files, code and documents that the reader could not read."""

from engine.problems import Words, marked

_SMALLER = marked("Try with a smaller file or a smaller model.")

WORDS = {
    "reader_died": Words(
        "This could not be read: the reader crashed or ran out of memory.", _SMALLER
    ),
    "reader_slow": Words("This could not be read within {seconds:g} s.", _SMALLER),
    "reader_missing": Words(
        "The process that reads files and writes code does not start.",
        "Run “make install” again; the server's log says more.",
    ),
}
