"""Proves that classes for other libraries compute what Keras computes, for the same weights.

Keras computes each case here, in one process (references.py). Each library then loads the weights
into its classes in an environment of its own, without Keras (prover.py).
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from engine.code import generate
from engine.document import Document
from engine.document.reading import validate_document
from tests.versions.environments import Environment
from tests.versions.proof_cases import cases

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TOLERANCE = 1e-4
"""The largest difference, relative to values above 1. Most are below 1e-6; Flax computes variances
by another formula, which is less exact for small deviations."""
ARCHITECTURES = (
    "ConvNeXtTiny",
    "DenseNet121",
    "EfficientNetB0",
    "EfficientNetV2B0",
    "EfficientNetV2S",
    "MobileNetV2",
    "MobileNetV3Small",
    "NASNetMobile",
    "ResNet50",
    "ResNet50V2",
    "VGG16",
    "Xception",
)
SECONDS = 3600


def run(command: list[str], request: Any = None) -> str:
    """Run a program of this project; return what it wrote."""
    process = subprocess.run(
        command,
        input=json.dumps(request),
        cwd=ROOT,
        env={**os.environ, "JAX_PLATFORMS": "cpu"},
        stdout=subprocess.PIPE,
        text=True,
        timeout=SECONDS,
        check=True,
    )
    return process.stdout


def documents(only: list[str] | None, architectures: list[str] | None) -> dict[str, Document]:
    """All cases, or those whose names contain one of these words, and these architectures."""
    found = {name: case for name, case in cases().items() if _wanted(name, only)}
    names = architectures or [name for name in ARCHITECTURES if _wanted(name, only)]
    if names:
        module = "tests.versions.architectures"
        for name, values in json.loads(run([sys.executable, "-m", module, *names])).items():
            document = validate_document(values)
            assert isinstance(document, Document), document
            found[name] = document
    return found


def _wanted(name: str, only: list[str] | None) -> bool:
    return only is None or any(word in name for word in only)


def prove(
    libraries: list[Environment], only: list[str] | None, architectures: list[str] | None = None
) -> int:
    """Print what differs and what is refused; return the number of cases that differ."""
    failed = 0
    chosen = documents(only, architectures)
    if not chosen:
        print("classes of other libraries: none of these is among the cases of the proof")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        sources = {library: _sources(library, chosen, Path(folder)) for library in libraries}
        written = set().union(*sources.values())
        request = {name: chosen[name].to_json() for name in sorted(written)}
        run([sys.executable, "-m", "tests.versions.references", folder], request)
        for library in libraries:
            library.install()
            command = [str(library.python), "-I", str(HERE / "prover.py"), library.style, folder]
            answers = json.loads(run(command).splitlines()[-1])
            failed += _report(library, answers, len(chosen))
    return failed


def _sources(library: Environment, chosen: dict[str, Document], folder: Path) -> set[str]:
    """Write the classes of each case that the library has."""
    written = set()
    (folder / library.style).mkdir()
    for name, document in chosen.items():
        code = generate(document, "subclass", library.style)
        refusals = [item.message for item in code.problems if item.severity != "note"]
        if refusals:
            print(library.name, name, "refused:", refusals[0], flush=True)
            continue
        (folder / library.style / f"{name}.py").write_text(code.source, encoding="utf-8")
        written.add(name)
    return written


def _report(library: Environment, answers: dict[str, Any], total: int) -> int:
    numbers = {name: value for name, value in answers.items() if isinstance(value, float)}
    wrong = {name: value for name, value in answers.items() if not _is_equal(value)}
    for name, value in wrong.items():
        print(library.name, name, "differs:", value, flush=True)
    print(summary(library.name, numbers, len(wrong), total - len(answers)), flush=True)
    return len(wrong)


def summary(library: str, numbers: dict[str, float], wrong: int, refused: int) -> str:
    """What the proof found: how many cases are equal, differ and are refused, and by how much."""
    equal = sum(map(_is_equal, numbers.values()))
    parts = [f"{equal} equal"]
    parts += [f"{wrong} different"] if wrong else []
    parts += [f"{refused} refused"] if refused else []
    if numbers:
        worst = max(numbers, key=lambda name: numbers[name])
        parts.append(f"the largest difference is {numbers[worst]:.1e} ({worst})")
    return f"{library}: {', '.join(parts)}"


def _is_equal(value: float | str) -> bool:
    return isinstance(value, float) and value <= TOLERANCE  # not a number is not equal either
