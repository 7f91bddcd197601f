"""`python -m engine.processes.predictor BACKEND`: a process that keeps one model ready to answer.

A fork server (engine.processes.fork_server) replaces it if it has died. It uses the protocol of
engine.processes.exchange, and holds one model at a time, the one that was opened last.

    open     the body is a stored document; "model" is a name for it, "weights" the path of the
             weights of one of its runs, or null      → opened; or problems
    frame    the body is what to look at (JSON), "model" names the model
             → frame (JSON); or closed: another model is open, or none, since this process is new

    layer    the body is a layer and its input (engine.protocol.trials.Trial)
             → tried (JSON); or problems

Keras is imported in the copy, not before it is forked: TensorFlow starts threads.
"""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from engine.document import Document
from engine.machine.backends import environment
from engine.problems import Problem, problem
from engine.processes import exchange, fork_server
from engine.processes.exchange import Answer, Fields, Serve, data_sets, on_document, problems
from engine.protocol.frames import Look
from engine.protocol.trials import Trial

if TYPE_CHECKING:
    from engine.training.inside.opening import Opened

_open: dict[str, "Opened"] = {}
"""The model that is open, by its name."""


def main() -> None:
    """Fork copies that serve requests on the backend."""
    os.environ |= environment(sys.argv[1], "cpu", os.environ)
    fork_server.run(serve)


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Import Keras, then serve requests until the input closes."""
    import engine.training.inside.opening  # noqa: F401

    exchange.serve(
        requests, answers, SERVE, {"pid": os.getpid()}, problem("probe_failed", detail=None)
    )


def open_document(fields: Fields, document: Document) -> Answer:
    """Open a model in place of the one that is open."""
    from engine.training.inside.opening import open_model

    _open.clear()
    weights = fields.get("weights")
    opened = open_model(document, data_sets(fields), Path(weights) if weights else None)
    if isinstance(opened, Problem):
        return problems([opened])
    _open[fields["model"]] = opened
    return Answer("opened", b"")


def frame(fields: Fields, body: bytes) -> Answer:
    """Answer what a person looks at."""
    opened = _open.get(fields["model"])
    if opened is None:
        return Answer("closed", b"")
    answer = opened.frame(Look.model_validate_json(body))
    return Answer("frame", answer.model_dump_json(by_alias=True).encode())


def layer(_: Fields, body: bytes) -> Answer:
    """Call one layer alone."""
    from engine.training.inside.alone import try_layer

    tried = try_layer(Trial.model_validate_json(body))
    if isinstance(tried, Problem):
        return problems([tried])
    return Answer("tried", tried.model_dump_json(by_alias=True).encode())


SERVE: dict[str, Serve] = {
    "open": on_document(open_document),
    "frame": frame,
    "layer": layer,
}


if __name__ == "__main__":
    main()
