"""The old Python that has Theano 1.0.5 and Keras 2.3.1, where there is one.

`make legacy-theano` sets it up. No heavy imports.
"""

import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import engine
from engine.machine import backends

ROOT = Path(engine.__file__).parent.parent
ENVIRONMENT = backends.get("theano").environment or ""
OWN = ROOT / ENVIRONMENT / "bin" / "python"
"""The interpreter of the environment with Theano, beside the sources."""
VERSION = "1.0.5"
NEEDED = (f"[Tt]heano-{VERSION}*", "[Kk]eras-2.3.1*")
"""What the packages have left; newer tools write their names in small letters."""
WORKER = ROOT / "engine" / "legacy" / "worker.py"
"""The program that trains there."""
CACHE_BYTES = 1 << 30
"""What the compiled programs may take on the disk."""
FLAGS = {"device": "cpu", "floatX": "float32", "openmp": "False"}


def python() -> Path | None:
    """Return the interpreter that has Theano and Keras, if there is one."""
    return OWN if has_theano(OWN) else None


def has_theano(interpreter: Path) -> bool:
    """Return whether the environment of an interpreter has both packages; it is not started."""
    if not interpreter.is_file():
        return False
    packages = interpreter.parent.parent / "lib"
    return all(any(packages.glob(f"python3.*/site-packages/{name}")) for name in NEEDED)


def cache() -> Path:
    """Return the folder for what Theano compiles: one for all servers and commands of a person.

    Theano trusts what it finds there, so that nobody else may be able to write to it.
    """
    return Path.home() / ".cache" / "layerloom" / "theano"


def bound_cache(compiled: Path, most: int = CACHE_BYTES) -> None:
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


def _blas(interpreter: Path) -> str:
    """Return the flags that link the BLAS that came with NumPy; empty if there is none.

    Theano multiplies batches of matrices with it (the layer Dot), and does not look there.
    """
    packages = interpreter.parent.parent / "lib"
    found = next(packages.glob("python3.*/site-packages/numpy.libs/libopenblas*.so"), None)
    if found is None or set(str(found)) & set(" ,"):  # they divide Theano's flags
        return ""
    return f"-L{found.parent} -l{found.stem.removeprefix('lib')}"


def environment(compiled: Path, present: Mapping[str, str], threads: int | None) -> dict[str, str]:
    """Return the variables for a process that trains on Theano.

    `compiled` is the folder for what Theano compiles, and for the settings of Keras: nothing in the
    person's own folder counts. Theano is slowed down by threads that it does not use, so that
    `threads` are one unless they are given.
    """
    flags = {
        **FLAGS,
        "base_compiledir": str(compiled / "modules"),
        "blas.ldflags": _blas(OWN),
    }
    return {
        **present,
        "KERAS_BACKEND": "theano",
        "KERAS_HOME": str(compiled / "keras"),
        "THEANO_FLAGS": ",".join(f"{name}={value}" for name, value in flags.items()),
        "THEANORC": "",
        "OMP_NUM_THREADS": str(threads or 1),
        "OPENBLAS_NUM_THREADS": str(threads or 1),
        "PYTHONUNBUFFERED": "1",
        "PYTHONNOUSERSITE": "1",
        "PYTHONPATH": "",
    }
