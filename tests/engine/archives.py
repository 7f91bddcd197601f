"""What the tests of .keras files share: a small archive, with members or weights put into it."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import h5py
import numpy as np

from engine.imports.drawing import Imported
from engine.imports.files import read_model
from engine.problems import Problem

CONFIG = {
    "class_name": "Sequential",
    "config": {
        "name": "small",
        "layers": [
            {"class_name": "InputLayer", "config": {"batch_shape": [None, 3], "name": "x"}},
            {"class_name": "Dense", "config": {"name": "d", "units": 2}},
        ],
    },
}


def read(data: bytes) -> Imported:
    """The document of a sound archive."""
    answer = read_model(data)
    assert isinstance(answer, Imported), answer
    return answer


def problems(data: bytes) -> list[Problem]:
    """What is wrong with an archive."""
    answer = read_model(data)
    assert isinstance(answer, list), answer
    return answer


Members = dict[str | zipfile.ZipInfo, bytes]


def packed(more: Members | None = None, config: Any = CONFIG, method: int = 0) -> bytes:
    """A small archive with other members beside its config."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in (more or {}).items():
            archive.writestr(name, content)
        archive.writestr("config.json", config if isinstance(config, str) else json.dumps(config))
    return file.getvalue()


def entry(name: str, **fields: Any) -> zipfile.ZipInfo:
    """A member's description with fields that no writer would set."""
    info = zipfile.ZipInfo(name)
    for key, value in fields.items():
        setattr(info, key, value)
    return info


KERNEL, BIAS = "layers/dense/vars/0", "layers/dense/vars/1"


def with_weights(write: Callable[[h5py.File], None]) -> bytes:
    """The small archive with weights as `write` leaves them."""
    file = io.BytesIO()
    with h5py.File(file, "w") as weights:
        weights[KERNEL] = np.ones((3, 2), "float32")
        weights[BIAS] = np.ones(2, "float32")
        write(weights)
    return packed({"model.weights.h5": file.getvalue()})


def replaced(weights: h5py.File, **more: Any) -> None:
    """Put another dataset in the kernel's place."""
    del weights[KERNEL]
    weights.create_dataset(KERNEL, **more)
