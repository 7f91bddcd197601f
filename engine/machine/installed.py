"""The versions of what is installed: in this environment, or in that of an old interpreter."""

from importlib.metadata import PackageNotFoundError, version

from engine.machine import old
from engine.machine.backends import Backend


def installed(package: str) -> str | None:
    """Return the version of an installed package."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def backend_version(backend: Backend) -> str | None:
    """Return the version of a backend, if workers can compute with it."""
    if engine := old.find(backend.id):
        return engine.version if engine.is_complete() else None
    return installed(backend.package)
