"""The engines that compute only with Keras 2.3.1: what each is, and what it needs.

A new one is a row here and in engine.machine.backends, a lock file, and what it can't compute
(engine/catalogue/keras2/engines.py). No heavy imports.
"""

from engine.machine import backends
from engine.machine.old.cntk import Cntk
from engine.machine.old.engine import WORKER, OldEngine
from engine.machine.old.theano import Theano

__all__ = ["ENGINES", "WORKER", "OldEngine", "find", "get"]

ENGINES: dict[str, OldEngine] = {
    row.backend.id: row
    for row in (
        Theano(
            backends.get("theano"),
            version="1.0.5",
            python="3.8",
            install="apt install g++",
            headers=True,
            turns_kernels=True,
            warmed=("iris", "digits_convolution", "waves_lstm"),
        ),
        Cntk(
            backends.get("cntk"),
            version="2.7",
            python="3.6",
            install="apt install libopenmpi3",
            brought=False,
            warmed=("iris",),
        ),
    )
}


def find(id: str) -> OldEngine | None:
    """Return the old engine with the id of a backend, if it is one."""
    return ENGINES.get(id)


def get(id: str) -> OldEngine:
    """Return the old engine with the id of a backend. Raises KeyError when it is none."""
    return ENGINES[id]
