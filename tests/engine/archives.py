"""Helpers for tests of .keras files: a small archive with any members or weights."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import h5py
import numpy as np

from engine.imports.files import read_model
from engine.imports.graph_builder import Imported
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
    """The import of a valid archive."""
    answer = read_model(data)
    assert isinstance(answer, Imported), answer
    return answer


def problems(data: bytes) -> list[Problem]:
    """The problems of an archive that can't be read."""
    answer = read_model(data)
    assert isinstance(answer, list), answer
    return answer


Members = dict[str | zipfile.ZipInfo, bytes]


def packed(members: Members | None = None, config: Any = CONFIG, method: int = 0) -> bytes:
    """A small archive with other members besides its config."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in (members or {}).items():
            archive.writestr(name, content)
        archive.writestr("config.json", config if isinstance(config, str) else json.dumps(config))
    return file.getvalue()


def entry(name: str, **fields: Any) -> zipfile.ZipInfo:
    """A directory entry with fields that zipfile does not set by itself."""
    info = zipfile.ZipInfo(name)
    for key, value in fields.items():
        setattr(info, key, value)
    return info


KERNEL, BIAS = "layers/dense/vars/0", "layers/dense/vars/1"


def with_weights(write: Callable[[h5py.File], None]) -> bytes:
    """The small archive with weights that `write` modifies."""
    file = io.BytesIO()
    with h5py.File(file, "w") as weights:
        weights[KERNEL] = np.ones((3, 2), "float32")
        weights[BIAS] = np.ones(2, "float32")
        write(weights)
    return packed({"model.weights.h5": file.getvalue()})


def replace_kernel(weights: h5py.File, **options: Any) -> None:
    """Replace the kernel by another dataset."""
    del weights[KERNEL]
    weights.create_dataset(KERNEL, **options)
