"""The command `code`."""

import argparse
import sys

from engine.commands.files import UNREADABLE, VALID, WRONG, complain, quiet, read
from engine.problems import Problem


def code(arguments: argparse.Namespace) -> int:
    """Print the Python source of a document."""
    from engine.code import generate

    document = read(arguments.document, backend=arguments.backend)
    if document is None:
        return UNREADABLE
    errors: tuple[Problem, ...] = ()
    if arguments.check:
        quiet()
        from engine.check import check

        verdict = check(document)
        errors = tuple(problem for problem in verdict.problems if problem.severity == "error")
    written = generate(
        document, arguments.form, arguments.imports, options=arguments.options, errors=errors
    )
    sys.stdout.write(written.source)
    complain(written.problems)
    wrong = any(problem.severity != "note" for problem in (*written.problems, *errors))
    return WRONG if wrong else VALID
