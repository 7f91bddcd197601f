"""Theano 1.0.5, which compiles what it computes with g++."""

import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from engine.machine.old.engine import OldEngine

COMPILER = "g++"
CACHE_BYTES = 1 << 30
"""What the compiled programs may take on the disk."""
FLAGS = {"device": "cpu", "floatX": "float32", "openmp": "False"}


class Theano(OldEngine):
    """Theano trusts what it finds in its cache, so that nobody else may be able to write to it."""

    def lacking(self) -> list[str]:
        """Return the compiler, if there is none."""
        return [] if shutil.which(COMPILER) else [COMPILER]

    def variables(self, present: Mapping[str, str], threads: int | None) -> dict[str, str]:
        """Return the variables for a process that trains.

        Theano is slowed down by threads that it does not use, so that `threads` are one unless
        they are given.
        """
        flags = {
            **FLAGS,
            "base_compiledir": str(self.cache() / "modules"),
            "blas.ldflags": self._blas(),
        }
        return {
            **super().variables(present, threads or 1),
            "OPENBLAS_NUM_THREADS": str(threads or 1),
            "THEANO_FLAGS": ",".join(f"{name}={value}" for name, value in flags.items()),
            "THEANORC": "",
        }

    def _blas(self) -> str:
        """Return the flags that link the BLAS that came with NumPy; empty if there is none.

        Theano multiplies batches of matrices with it (the layer Dot), and does not look there.
        """
        packages = self.folder / "lib"
        found = next(packages.glob("python3.*/site-packages/numpy.libs/libopenblas*.so"), None)
        if found is None or set(str(found)) & set(" ,"):  # they divide Theano's flags
            return ""
        return f"-L{found.parent} -l{found.stem.removeprefix('lib')}"

    def bound_cache(self) -> None:
        """Remove the programs that were used longest ago."""
        bound(self.cache(), CACHE_BYTES)


def bound(compiled: Path, most: int) -> None:
    """Remove the programs that were used longest ago, until the others take no more than `most`.

    A process that has loaded one keeps it; another one compiles it again.
    """
    programs = []
    for folder in (compiled / "modules").glob("*/tmp*"):
        with suppress(OSError):  # another process removes it
            files = [file.stat() for file in folder.iterdir()]
            used = max((file.st_atime for file in files), default=0.0)
            programs.append((used, sum(file.st_size for file in files), folder))
    size = sum(program[1] for program in programs)
    for _, bytes_, folder in sorted(programs):
        if size <= most:
            return
        shutil.rmtree(folder, ignore_errors=True)
        size -= bytes_
