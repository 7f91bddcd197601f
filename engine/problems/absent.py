"""Problems of a document that asks for a backend or a device that is not there."""

from collections.abc import Sequence

from engine.machine import backends
from engine.problems import At, Problem, problem


def missing_backend(backend: str, detail: str = "") -> Problem:
    """Return the problem of a backend that is not installed or can't be imported."""
    row = backends.find(backend)
    title, at = row.title if row else backend, At(param="backend")
    install = f"pip install {row.package if row else backend}"
    if row and row.make:
        install = f"make {row.make}"
    return problem("backend_missing", at, title=title, install=install, detail=detail)


def missing_device(backend: str, device: str, known: Sequence[str]) -> Problem:
    """Return the problem of a device that is not one of those that a backend can use."""
    row, at = backends.find(backend), At(param="device")
    title = row.title if row else backend
    return problem("device_missing", at, device=device, backend=title, known=known)
