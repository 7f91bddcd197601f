"""The server's backends and devices, detected without importing a backend."""

from builder.processes.devices import cpu_parts, devices
from builder.wire.schemas import BackendOut, Environment
from engine import catalogue
from engine.document.stored import Settings
from engine.machine import backends
from engine.machine.backends import BACKENDS, Backend
from engine.machine.devices import read
from engine.machine.installed import backend_version, installed
from engine.problems import Problem, problem, sentence
from engine.problems.absent import missing_backend, missing_device


async def environment() -> Environment:
    """Return the versions, backends and devices of this server."""
    return Environment(
        version=installed("layerloom") or "0.1.0",
        keras=installed("keras") or catalogue.load().keras,
        backends=tuple(map(backend, BACKENDS)),
        devices=await devices(),
        cpu_parts=cpu_parts(),
    )


async def training_obstacles(settings: Settings) -> list[Problem]:
    """Return why a document without errors can't train on this server."""
    problems = []
    if not settings.layers:
        problems.append(problem("empty"))
    if not settings.data:
        problems.append(problem("no_data"))
    row = backends.find(settings.backend)
    if row and not backend_version(row):
        problems.append(missing_backend(row.id))
    if missing := await _missing_device(settings):
        problems.append(missing)
    return problems


async def _missing_device(settings: Settings) -> Problem | None:
    """The problem of a GPU that this server has not, or has no more."""
    asked = read(settings.device)
    if asked.kind == "cpu" and asked.count <= cpu_parts():
        return None
    known = [device.id for device in await devices()]
    if asked.kind == "gpu" and set(asked.ids) <= set(known):
        return None
    return missing_device(settings.backend, settings.device, known)


def backend(row: Backend) -> BackendOut:
    """Describe a backend, with a hint if it is not installed."""
    present = backend_version(row)
    hint = None if present else _install_hint(row)
    old = row.environment is not None
    return BackendOut(
        id=row.id, title=row.title, version=present, hint=hint, old=old, parallel=row.parallel
    )


def _install_hint(row: Backend) -> str:
    command = f"make {row.make}" if row.make else ""
    if row.extra:
        command = f".venv/bin/pip install '.[{row.extra}]'"
    if command:
        return sentence("Install it with: {command}", command=command)
    return sentence("Run “make install” again.")
