"""The command line: the engine for scripts and classrooms, without the web.

    python -m engine catalogue                      the layers, ports and parameters, as JSON
    python -m engine check DOC [--json]             exit 0 valid, 1 problems, 2 unreadable
    python -m engine summary DOC                    the table people know from Keras
    python -m engine code DOC [--form FORM]         Python source
    python -m engine train DOC [--data FILE]        events as JSON lines on standard output
    python -m engine data FILE [--json]             what a file of data holds
    python -m engine legacy ENGINE                  sets up theano or cntk, with Keras 2.3.1
    python -m engine import FILE [--weights OUT]    a document from a model file or code

DOC and FILE are files, or - for standard input. Diagnostics go to standard error. `import` lists
the models of a source there, and what it asks: --model INDEX and --answer KEY=VALUE decide.
"""

import os
import sys
from collections.abc import Sequence

from engine.commands.arguments import parser
from engine.commands.files import VALID


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    chosen = parser(__doc__.split("\n")[0]).parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return VALID


if __name__ == "__main__":
    sys.exit(main())
