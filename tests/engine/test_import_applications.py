"""Architectures of keras.applications, imported from their JSON, are what Keras made.

Parameters, shapes and the whole configuration up to names, of the model that the engine builds
and of the one that the generated code makes. The largest of each family and all quick ones;
with LAYERLOOM_ALL_APPLICATIONS set, every one.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.engine.application_cases import NAMES

ROOT = Path(__file__).parents[2]
SOME = (
    # Two processes share them: each line is about half of the work.
    "NASNetLarge DenseNet201 InceptionResNetV2 ConvNeXtXLarge MobileNet VGG16 MobileNetV3Small "
    "ResNet50V2 ConvNeXtTiny",
    "EfficientNetB7 EfficientNetV2L ResNet152 ResNet152V2 InceptionV3 MobileNetV2 Xception "
    "MobileNetV3Large VGG19 ResNet50",
)
ALL = (" ".join(NAMES[::2]), " ".join(NAMES[1::2]))
SHARES = ALL if os.environ.get("LAYERLOOM_ALL_APPLICATIONS") else SOME
CHOSEN = sorted(name for share in SHARES for name in share.split())


@pytest.fixture(scope="module")
def answers() -> dict[str, dict[str, Any]]:
    """What two fresh processes say, by architecture."""
    environment = {**os.environ, "KERAS_BACKEND": "jax", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.engine.application_cases"]
    processes = [
        subprocess.Popen(
            [*command, *share.split()], stdout=subprocess.PIPE, text=True, env=environment
        )
        for share in SHARES
    ]
    lines = [line for process in processes for line in process.communicate()[0].splitlines()]
    assert [process.returncode for process in processes] == [0, 0]
    said = map(json.loads, lines)
    return {one["name"]: one for one in said}


@pytest.mark.parametrize("name", CHOSEN)
def test_application(answers: dict[str, dict[str, Any]], name: str) -> None:
    answer = {key: one for key, one in answers[name].items() if key not in ("name", "seconds")}
    assert answer == {"problems": [], "check": [], "counted": [], "built": [], "code": []}


def test_every_family_is_there() -> None:
    assert {name[:5] for name in CHOSEN} == {name[:5] for name in NAMES}
