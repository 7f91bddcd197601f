"""The environments of `make test-versions`: old versions of Keras, and libraries without Keras.

They are installed from PyPI with pip.
"""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[2] / ".venv-versions"
ALWAYS = ("scikit-learn", "matplotlib")
NEWEST = "3.15"
"""The version in this project's own environment, with which the others are compared."""


@dataclass(frozen=True)
class Environment:
    """A version of Keras with the backends of its time, and the target of the code that it runs.

    `label` tells environments with the same version from each other.
    """

    package: str
    version: str
    style: str
    packages: tuple[str, ...]
    always: tuple[str, ...] = ALWAYS
    label: str = ""

    @property
    def name(self) -> str:
        """The name of the environment: "keras-3.3"."""
        return self.label or f"{self.package}-{self.version}"

    @property
    def python(self) -> Path:
        """Its Python."""
        return FOLDER / self.name / "bin" / "python"

    def has(self, package: str) -> bool:
        """Whether a package is installed there by name."""
        return any(text.partition("==")[0] == package for text in self.packages)

    def install(self) -> None:
        """Install the packages, unless that was done before."""
        stamp = FOLDER / self.name / "installed.txt"
        wanted = "\n".join((*self.packages, *self.always))
        if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
            return
        subprocess.run([sys.executable, "-m", "venv", str(FOLDER / self.name)], check=True)
        pip = [str(self.python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *self.packages, *self.always], check=True)
        stamp.write_text(wanted, encoding="utf-8")


def _keras(version: str, jax: str, tensorflow: str, *more: str) -> Environment:
    packages = (f"keras=={version}.*", f"jax[cpu]=={jax}", f"tensorflow=={tensorflow}.*", *more)
    return Environment("keras", version, "keras", packages)


TORCH = "torch==2.13.*"
OLD = (
    _keras("3.3", "0.4.26", "2.16", "numpy<2"),
    _keras("3.6", "0.4.35", "2.18"),
    _keras("3.9", "0.5.3", "2.19"),
    _keras("3.12", "0.7.2", "2.20"),
    Environment("tensorflow", "2.15", "tf.keras", ("tensorflow==2.15.*", "numpy<2")),
)
"""Oldest first, for each package."""

ENVIRONMENTS = (
    *OLD,
    Environment(
        "keras", NEWEST, "keras-torch", (f"keras=={NEWEST}.*", TORCH), label="keras-torch-2.13"
    ),
)
"""Where scripts are trained; that for PyTorch has no TensorFlow and no JAX."""

LIBRARIES = (
    Environment("torch", "2.13", "torch", (TORCH, "numpy", "scikit-learn"), ()),
    Environment(
        "flax", "0.12", "flax", ("flax==0.12.*", "jax[cpu]>=0.10,<0.11", "scikit-learn"), ()
    ),
)
"""Libraries for which models are written as classes; Keras is not installed there."""
