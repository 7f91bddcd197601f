"""Train documents in the app, and by the scripts that are exported for them, on the active backend.

    python -m tests.engine.training.script_cases FOLDER

prints JSON: for each case how far the weights of the two are apart after two epochs, the sum of
their sizes, and the files that the script has written. On JAX, the app takes steps in chunks.
"""

import contextlib
import json
import os
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import keras
import numpy as np

from engine.code import generate
from engine.data.built_in import BUILT_IN
from engine.document import Document
from engine.protocol import Train
from engine.training.commands import Commands
from engine.training.run import train
from tests.engine.runs import document

if keras.backend.backend() == "jax":
    from tests.engine.training.chunk_cases import chunked

EPOCHS = 2
Settings = Mapping[str, Any]


def _optimizer(name: str, **params: Any) -> dict[str, Any]:
    return {"class": name, "params": params}


def _callbacks(**params: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"class": name, "params": values} for name, values in params.items()]


EMA = {"use_ema": True, "ema_momentum": 0.6}
BOARD: dict[str, Any] = {"TensorBoard": {}} if find_spec("tensorboard") else {}
"""Its package is not one of those that tests need."""
CASES: dict[str, Settings] = {
    "clipped by weight, decaying": {
        "optimizer": _optimizer("Adam", clipnorm=0.1, weight_decay=0.1),
        "shuffle": False, "jit_compile": False, "steps_per_execution": 3},
    "clipped by value, averaged": {
        "optimizer": _optimizer("SGD", learning_rate=0.5, clipvalue=0.01, **EMA),
        "callbacks": _callbacks(SwapEMAWeights={}),
        "precision": "mixed_bfloat16"},
    "clipped together, accumulated": {
        "optimizer": _optimizer(
            "Adam", learning_rate=0.02, global_clipnorm=0.1, gradient_accumulation_steps=3),
        "callbacks": _callbacks(
            ModelCheckpoint={"save_weights_only": True}, CSVLogger={}, TerminateOnNaN={},
            BackupAndRestore={"delete_checkpoint": False}, **BOARD)},
    "scaled, overwritten by averages": {
        "optimizer": _optimizer(
            "SGD", learning_rate=0.2, loss_scale_factor=8.0, ema_overwrite_frequency=5, **EMA),
        "callbacks": _callbacks(
            SwapEMAWeights={"swap_on_epoch": True},
            ModelCheckpoint={"monitor": "val_accuracy", "save_best_only": True})},
    "callbacks that change the training": {
        "optimizer": _optimizer("SGD", learning_rate=0.5), "jit_compile": True,
        "callbacks": _callbacks(
            ReduceLROnPlateau={"monitor": "loss", "patience": 1, "min_delta": 9.0, "factor": 0.01},
            EarlyStopping={"monitor": "loss", "mode": "max", "restore_best_weights": True,
                           "patience": 1})},
    "scaled by itself": {"precision": "mixed_float16", "optimizer": _optimizer("RMSprop")},
}  # fmt: skip


def case(settings: Settings) -> Document:
    """A document with these settings for its training."""
    return document("iris", keras.backend.backend(), epochs=EPOCHS, **settings)


def app(one: Document, folder: Path) -> list[np.ndarray]:
    """The weights that a run of the app leaves."""
    folder.mkdir(parents=True)
    command = Train(document=one, output=str(folder))
    ended = train(command, BUILT_IN, lambda _: None, Commands())
    assert ended.outcome == "finished", ended.problem
    return list(keras.models.load_model(folder / "model.keras").get_weights())


def script(one: Document, folder: Path) -> list[np.ndarray]:
    """The weights that the exported script saves."""
    folder.mkdir(parents=True)
    code = generate(one, "script")
    policy = keras.config.dtype_policy()
    try:
        with contextlib.chdir(folder), contextlib.redirect_stdout(sys.stderr):
            exec(compile(code.source, "train.py", "exec"), {"__name__": "__main__"})
    finally:
        keras.config.set_dtype_policy(policy)
    (saved,) = (path for path in folder.glob("*.keras") if not path.stem.endswith("_best"))
    return list(keras.models.load_model(saved).get_weights())


def apart(one: list[np.ndarray], other: list[np.ndarray]) -> float:
    """The largest difference between weights."""
    return max(float(np.abs(a - b).max()) for a, b in zip(one, other, strict=True))


def compared(folder: Path) -> dict[str, tuple[float, float, list[str]]]:
    """How far the two are apart, what sums the weights up, and the files of the script, by case."""
    if keras.backend.backend() == "jax":
        chunked()
    result = {}
    for name, settings in CASES.items():
        one = case(settings)
        ours = app(one, folder / name / "app")
        theirs = script(one, folder / name / "script")
        files = sorted(path.name for path in (folder / name / "script").iterdir())
        result[name] = (apart(ours, theirs), float(sum(abs(a).sum() for a in ours)), files)
    return result


if __name__ == "__main__":
    sys.modules["matplotlib"] = None  # type: ignore[assignment]
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    json.dump(compared(Path(sys.argv[1])), sys.stdout)
