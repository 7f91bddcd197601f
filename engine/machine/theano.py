"""The old Python that has Theano 1.0.5 and Keras 2.3.1, where there is one."""

from pathlib import Path

import engine

OWN = Path(engine.__file__).parent.parent / ".venv-theano" / "bin" / "python"
"""The interpreter of an environment with Theano, beside the sources."""
NEEDED = ("Theano-1.0.5*", "Keras-2.3.1*")


def python() -> Path | None:
    """Return the interpreter that has Theano and Keras, if there is one."""
    return OWN if has_theano(OWN) else None


def has_theano(interpreter: Path) -> bool:
    """Return whether the environment of an interpreter has both packages; it is not started."""
    if not interpreter.is_file():
        return False
    packages = interpreter.parent.parent / "lib"
    return all(any(packages.glob(f"python3.*/site-packages/{name}")) for name in NEEDED)
