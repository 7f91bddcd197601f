"""What Layerloom knows of an engine that computes only with Keras 2.3.1, in an old Python."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import engine
from engine.machine.backends import Backend

ROOT = Path(engine.__file__).parent.parent
WORKER = ROOT / "engine" / "legacy" / "worker.py"
"""The program that trains there."""
KERAS = "[Kk]eras-2.3.1*"
"""What Keras has left among the packages; newer tools write names in small letters."""


@dataclass(frozen=True)
class OldEngine:
    """An engine with Keras 2.3.1 in an environment of its own, which `make legacy-…` sets up.

    `version` is that of its package, and `python` the newest Python that it runs on, with
    `headers` if it compiles. `brought` says whether uv has such a Python. `install` installs what
    else a machine may lack, on Debian. `turns_kernels` says that its kernels of convolutions are
    those of the others turned around in space. Setting it up trains the templates `warmed` once,
    so that what it keeps in `cache` is there.
    """

    backend: Backend
    version: str
    python: str
    install: str
    headers: bool = False
    brought: bool = True
    turns_kernels: bool = False
    warmed: tuple[str, ...] = ()
    root: Path = ROOT

    @property
    def folder(self) -> Path:
        """The folder of the environment, beside the sources."""
        return self.root / (self.backend.environment or "")

    @property
    def own(self) -> Path:
        """The interpreter of the environment, which may not be there."""
        return self.folder / "bin" / "python"

    @property
    def lock(self) -> Path:
        """The pinned packages of the environment."""
        return self.root / f"requirements-{self.backend.id}.lock"

    @property
    def variable(self) -> str:
        """The name of the variable that names an interpreter to make the environment with."""
        return f"LAYERLOOM_{self.backend.id.upper()}_PYTHON"

    @property
    def requirement(self) -> str:
        """The package as pip takes it."""
        return f"{self.backend.package}=={self.version}"

    def interpreter(self) -> Path | None:
        """Return the interpreter that has the engine and Keras, if there is one."""
        return self.own if self.is_complete() else None

    def is_complete(self) -> bool:
        """Return whether the environment has both packages; nothing is started."""
        name = self.backend.package
        both = (f"[{name[0].upper()}{name[0].lower()}]{name[1:]}-{self.version}*", KERAS)
        packages = self.folder / "lib"
        return self.own.is_file() and all(
            any(packages.glob(f"python3.*/site-packages/{pattern}")) for pattern in both
        )

    def cache(self) -> Path:
        """Return the folder of what it keeps: one for all servers and commands of a person."""
        return Path.home() / ".cache" / "layerloom" / self.backend.id

    def lacking(self) -> list[str]:
        """Return the names of what the machine lacks besides Python."""
        return []

    def complete(self) -> None:
        """Add to the environment what is no package."""

    def variables(self, present: Mapping[str, str], threads: int | None) -> dict[str, str]:
        """Return the variables for a process that trains there, with this many `threads`.

        Nothing in the person's own folders counts.
        """
        bounded = {} if threads is None else {"OMP_NUM_THREADS": str(threads)}
        return {
            **present,
            "KERAS_BACKEND": self.backend.id,
            "KERAS_HOME": str(self.cache() / "keras"),
            **bounded,
            "PYTHONUNBUFFERED": "1",
            "PYTHONNOUSERSITE": "1",
            "PYTHONPATH": "",
        }

    def bound_cache(self) -> None:
        """Remove what was used longest ago, where it keeps much."""
