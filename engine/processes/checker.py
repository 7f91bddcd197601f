"""`python -m engine.processes.checker`: the process that runs Keras for the web process.

A fork server (engine.processes.fork_server) replaces it in milliseconds if it has died. It uses the
protocol of engine.processes.exchange. Anything printed goes to standard error.

    check, summary    the body is a document      → verdict (JSON), summary (text)
    errors            the body is a document      → errors: those of the verdict (JSON)
    check_revision    the body is a document that the server stored; "project" and "revision" say
                      which, "base" is the revision of an earlier verdict, or null
                      → revision: the verdict, of "verdict" bytes; the difference from the one on
                      "base", of "difference" bytes, none if that is null in the answer, because
                      this process has not that verdict; and a list of the errors. "memory" is how
                      many bytes a run may need
    preview           "data" names a data set     → preview (JSON)
    samples           "folder" is that of a run with results, "wanted" says which rows
                      → samples (JSON)
"""

import gc
import os
import sys
from collections import OrderedDict
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

from engine.check.difference import difference
from engine.check.footprint import memory
from engine.check.verdict import Verdict
from engine.document import Document
from engine.machine import backends
from engine.machine.backends import CHECKED_ON, environment
from engine.problems import Problem, problem
from engine.processes import exchange, fork_server
from engine.processes.exchange import Answer, Fields, Serve, data_sets, on_document, problems
from engine.results.description import Wanted

KEPT = 64
"""Projects whose last verdict is kept, to tell the next one by its difference."""

# A process with threads can't be forked.
QUIET = environment(CHECKED_ON, "cpu", {}) | {"OPENBLAS_NUM_THREADS": "1"}


def main() -> None:
    """Import Keras, then fork copies that serve requests."""
    os.environ |= QUIET
    import engine.check.document_check
    import engine.check.summary  # noqa: F401

    fork_server.run(serve)


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Warm up, then serve requests until the input closes."""
    warm_up()
    ready = {"pid": os.getpid(), "versions": versions(), "devices": ["cpu"]}
    exchange.serve(requests, answers, SERVE, ready, problem("checker_failed"))


def _check(fields: Fields, document: Document) -> Answer:
    from engine.check import check

    return Answer(
        "verdict", check(document, data_sets(fields)).model_dump_json(by_alias=True).encode()
    )


def _errors(fields: Fields, document: Document) -> Answer:
    from engine.check import check

    return Answer("errors", problems(errors(check(document, data_sets(fields)))).body)


def errors(verdict: Verdict) -> list[Problem]:
    """Return the problems that make a verdict red."""
    return [problem for problem in verdict.problems if problem.severity == "error"]


def _check_revision(fields: Fields, document: Document) -> Answer:
    from engine.check import check

    return revision_verdict(fields, check(document, data_sets(fields)))


def revision_verdict(fields: Fields, verdict: Verdict) -> Answer:
    """Return the answer with a verdict, and keep that for the next one's difference."""
    project, base = str(fields["project"]), fields["base"]
    before = _verdicts.get(project, (None, verdict))
    _keep(project, fields["revision"], verdict)
    known = base is not None and before[0] == base
    parts = [
        verdict.model_dump_json(by_alias=True).encode(),
        difference(before[1], verdict).model_dump_json(by_alias=True).encode() if known else b"",
        problems(errors(verdict)).body,
    ]
    lengths = {"verdict": len(parts[0]), "difference": len(parts[1])}
    head = {"ok": verdict.ok, "base": base if known else None, "memory": memory(verdict.totals)}
    return Answer("revision", b"".join(parts), head | lengths)


_verdicts: OrderedDict[str, tuple[int, Verdict]] = OrderedDict()
"""The last verdicts by project, with the revisions that they are on."""


def _keep(project: str, revision: int, verdict: Verdict) -> None:
    _verdicts[project] = revision, verdict
    _verdicts.move_to_end(project)
    while len(_verdicts) > KEPT:
        _verdicts.popitem(last=False)


def _summary(fields: Fields, document: Document) -> Answer:
    from engine.check.summary import summary

    text = summary(document, data_sets(fields))
    return problems(text) if isinstance(text, list) else Answer("summary", text.encode())


def _preview(fields: Fields, _: bytes) -> Answer:
    from engine.data.previewing import preview

    result = preview(str(fields.get("data")), data_sets(fields))
    if isinstance(result, Problem):
        return problems([result])
    return Answer("preview", result.model_dump_json().encode())


def _samples(fields: Fields, _: bytes) -> Answer:
    from engine.results.sampling import samples

    wanted = Wanted.model_validate(fields.get("wanted"))
    result = samples(Path(str(fields.get("folder"))), wanted, data_sets(fields))
    if isinstance(result, Problem):
        return problems([result])
    return Answer("samples", result.model_dump_json().encode())


SERVE: dict[str, Serve] = {
    "check": on_document(_check),
    "errors": on_document(_errors),
    "check_revision": on_document(_check_revision),
    "summary": on_document(_summary),
    "preview": _preview,
    "samples": _samples,
}


def versions() -> dict[str, str]:
    """Return the versions of Keras, of the check's backend and of Python."""
    libraries = ("keras", backends.get(CHECKED_ON).package)
    return {name: version(name) for name in libraries} | {"python": sys.version.split()[0]}


def warm_up() -> None:
    """Check every template, so that the first request does not pay for Keras's lazy initialization.

    TensorFlow, which layers for text need, is not imported before they are used: it takes seconds
    and 350 MB.
    """
    from engine.check import check
    from engine.keras.lean import without_tensorflow
    from engine.templates import load

    with without_tensorflow():
        for template in load():
            check(template.document)
    gc.collect()
    gc.freeze()  # the garbage collector need not scan Keras's objects again


if __name__ == "__main__":
    main()
