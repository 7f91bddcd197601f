"""The file of a checkpoint: arrays and facts in one archive of NumPy, without pickles."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from engine.problems import problem
from engine.protocol import EpochEvent
from engine.training.refusal import RefusedError

VERSION = 1
_FACTS, _TYPES = "facts", "types"

Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Position:
    """How far a training has come: `epoch` epochs and `step` steps of the next one are done.

    `seconds` is the time that it took, `epochs` are the events of its epochs. `over` says that no
    epoch was to follow.
    """

    epoch: int = 0
    step: int = 0
    seconds: float = 0.0
    epochs: Sequence[EpochEvent] = ()
    over: bool = False


@dataclass(frozen=True)
class Checkpoint:
    """The state of a training at a position.

    `arrays` are named by the engine.training.checkpoints modules that take them; `callbacks` are
    the plain values of each callback, `random` those of NumPy's random state. `weights` says for
    each node, by the ids that lead to it, which arrays are the weights of its layer.
    """

    position: Position
    arrays: Arrays
    callbacks: Sequence[Mapping[str, Any]] = ()
    random: Sequence[Any] = ()
    weights: Sequence[tuple[Sequence[str], Sequence[str]]] = ()


def write(path: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint in place of an earlier one: at any moment there is a whole one."""
    position = checkpoint.position
    facts = {
        "version": VERSION,
        "epoch": position.epoch,
        "step": position.step,
        "seconds": position.seconds,
        "over": position.over,
        "epochs": [event.model_dump(mode="json") for event in position.epochs],
        "callbacks": checkpoint.callbacks,
        "random": checkpoint.random,
        "weights": checkpoint.weights,
        _TYPES: {name: str(array.dtype) for name, array in checkpoint.arrays.items()},
    }
    arrays = {name: _plain(array) for name, array in checkpoint.arrays.items()}
    text = np.frombuffer(json.dumps(facts).encode(), "uint8")
    growing = path.with_name(f".{path.name}.part")
    with growing.open("wb") as file:
        np.savez(file, **{_FACTS: text}, **arrays)  # type: ignore[arg-type]
        file.flush()
        os.fsync(file.fileno())
    growing.replace(path)


def read(path: Path) -> Checkpoint:
    """Read a checkpoint. Raises RefusedError if there is none that can be read."""
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as archive:
            facts = json.loads(archive[_FACTS].tobytes())
            types = facts[_TYPES]
            arrays = {name: _typed(archive[name], types[name]) for name in types}
        if facts["version"] != VERSION:
            raise ValueError(facts["version"])
        events = [EpochEvent.model_validate(event) for event in facts["epochs"]]
        place = (facts["epoch"], facts["step"], facts["seconds"])
        position = Position(*place, events, facts["over"])
        return Checkpoint(position, arrays, facts["callbacks"], facts["random"], facts["weights"])
    except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile) as error:
        detail = f"{type(error).__name__}: {error}"
        raise RefusedError(problem("checkpoint_unreadable", detail=detail)) from error


def _plain(array: np.ndarray) -> np.ndarray:
    """Types that NumPy does not know, such as bfloat16, as bytes."""
    if array.dtype.kind != "V":
        return array
    return np.ascontiguousarray(array).reshape(*array.shape, 1).view("uint8")


def _typed(array: np.ndarray, name: str) -> np.ndarray:
    dtype = np.dtype(name)
    if array.dtype == dtype:
        return array
    return array.view(dtype)[..., 0]
