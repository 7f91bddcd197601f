"""CNTK 2.7, whose libraries are linked with an Open MPI of 2016."""

import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from engine.machine.old.engine import OldEngine

LINKED = {"libmpi.so.12": "libmpi.so.40", "libmpi_cxx.so.1": "libmpi_cxx.so.40"}
"""The libraries that CNTK loads, and those of Open MPI 3 and 4 that it runs with."""
LDCONFIG = ("/sbin/ldconfig", "-p")
QUIET = "ignore"
"""Its warnings are about libraries for GPUs and newer versions of Linux."""


class Cntk(OldEngine):
    """The old names of libraries are links in a folder of the environment."""

    @property
    def libraries(self) -> Path:
        """The folder with the links."""
        return self.folder / "lib" / "mpi"

    def is_complete(self) -> bool:
        """Return whether the environment has the packages, and the links lead somewhere."""
        return super().is_complete() and all((self.libraries / name).exists() for name in LINKED)

    def lacking(self) -> list[str]:
        """Return the libraries of Open MPI that the system does not have."""
        return sorted(set(LINKED.values()) - _shared_libraries().keys())

    def complete(self) -> None:
        """Link the libraries of Open MPI under their old names."""
        found = _shared_libraries()
        self.libraries.mkdir(parents=True, exist_ok=True)
        for name, newer in LINKED.items():
            (self.libraries / name).unlink(missing_ok=True)
            (self.libraries / name).symlink_to(found[newer])

    def variables(self, present: Mapping[str, str], threads: int | None) -> dict[str, str]:
        """Return the variables for a process that trains; the links come before other libraries."""
        folders = (str(self.libraries), present.get("LD_LIBRARY_PATH", ""))
        return {
            **super().variables(present, threads),
            "LD_LIBRARY_PATH": ":".join(filter(None, folders)),
            "PYTHONWARNINGS": QUIET,
        }


def _shared_libraries() -> dict[str, str]:
    """The paths of the shared libraries that the system knows, by name."""
    with suppress(OSError):
        listed = subprocess.run(LDCONFIG, capture_output=True, text=True, check=False)  # noqa: S603
        lines = (line.partition(" => ") for line in listed.stdout.splitlines())
        return {name.split()[0]: path for name, arrow, path in lines if arrow}
    return {}
