"""A predictor without Keras: it answers with its process id and the name of its model."""

import os
from typing import BinaryIO

from engine.problems import problem
from engine.processes import exchange, fork_server
from engine.processes.exchange import Answer, Fields
from engine.protocol.frames import Frame

_open: list[str] = []


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    table = {"open": open_model, "frame": frame}
    exchange.serve(requests, answers, table, {"pid": os.getpid()}, problem("probe_failed"))


def open_model(fields: Fields, body: bytes) -> Answer:
    if body == b"wrong":
        return exchange.problems([problem("probe_untrained")])
    _open[:] = [fields["model"]]
    return Answer("opened", b"")


def frame(fields: Fields, _: bytes) -> Answer:
    if _open != [fields["model"]]:
        return Answer("closed", b"")
    if fields["model"] == "dies":
        os._exit(1)
    if fields["model"] == "hungry":
        bytearray(1 << 30)
    return Answer("frame", Frame(epoch=os.getpid()).model_dump_json().encode())


fork_server.run(serve)
