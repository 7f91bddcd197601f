"""The inside view of keras.applications: no architecture is special.

`make test` looks into some of different kinds, with small inputs; `make test-applications` into all
of them in their own sizes, on every backend.
"""

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from engine.catalogue import load
from engine.machine.backends import environment

ROOT = Path(__file__).resolve().parents[4]
FAMILIES = ("ConvNeXtTiny", "DenseNet121", "EfficientNetV2B0", "MobileNetV3Small", "NASNetMobile")
"""Of the shapes that graphs have: sub-models and scales, many joins, gates, two cells at once."""


@cache
def found() -> dict[str, dict[str, Any]]:
    cases = "tests.engine.training.inside.application_cases"
    process = subprocess.run(
        [sys.executable, "-m", cases, "--small", *FAMILIES],
        cwd=ROOT, env=os.environ | environment("tensorflow", "cpu", os.environ),
        capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    assert process.returncode in (0, 1), process.stderr[-3000:]
    return {each["name"]: each for each in map(json.loads, process.stdout.splitlines())}


@pytest.mark.parametrize("name", FAMILIES)
def test_an_architecture_is_looked_into(name: str) -> None:
    one = found()[name]
    assert one["wrong"] == []
    assert one["looked_at"] == min(64, one["nodes"])


INSIDE = "engine/training/inside"
CARDS = "frontend/src/panels/canvas/inside"
SOURCES = (
    *(f"{INSIDE}/{name}.py" for name in ("details", "pictures", "planes", "probe", "subject")),
    *("engine/protocol/tensors.py", "engine/protocol/frames.py"),
    *("frontend/src/document/pictures.ts", "frontend/src/document/planes.ts"),
    *(f"{CARDS}/{name}" for name in ("CardPicture.svelte", "painting.ts", "PlaneView.svelte")),
)
"""What chooses and paints the picture of a node."""
LAYERS = {entry.name for entry in load().layers}


def texts(path: Path) -> Iterator[str]:
    """All texts in a source, in quotes, and the layers of Keras that it uses."""
    source = path.read_text("utf-8")
    if path.suffix != ".py":
        yield from re.findall(r"""['"`]([^'"`\n]*)['"`]""", source)
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant):
            yield str(node.value)
        elif isinstance(node, ast.Attribute):
            yield node.attr


def test_no_layer_is_named_where_pictures_are_chosen() -> None:
    named = [(source, LAYERS & {*texts(ROOT / source)}) for source in SOURCES]
    assert named == [(source, set()) for source in SOURCES]
