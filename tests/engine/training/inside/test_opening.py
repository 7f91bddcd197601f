"""A model that is opened with the checkpoint of a run that trains follows its newest weights."""

import os
from pathlib import Path

import keras
import numpy as np

from engine.data.built_in import BUILT_IN
from engine.graph.bypass import without_bypassed
from engine.protocol.explaining import Explain, Latent
from engine.protocol.frames import Frame, Look
from engine.training import compiling
from engine.training.checkpoints.file import Checkpoint, Position, write
from engine.training.checkpoints.keeping import FILE
from engine.training.checkpoints.state import WEIGHTS
from engine.training.inside.opening import Opened, open_model
from tests.engine.runs import document

DOCUMENT = document("digits_autoencoder", backend="jax")
NODES = tuple((node.id,) for node in DOCUMENT.main.nodes)


def checkpoint(path: Path, epoch: int, factor: float) -> None:
    """Write the first weights times a factor, as after an epoch."""
    model = compiling.network(without_bypassed(DOCUMENT)).model
    arrays = {
        f"{group}/{at}": np.asarray(keras.ops.convert_to_numpy(variable.value)) * factor
        for group in WEIGHTS
        for at, variable in enumerate(getattr(model, group))
    }
    write(path, Checkpoint(Position(epoch=epoch), arrays))
    os.utime(path, ns=(epoch, epoch))  # whatever the clock of the file system shows


def answered(opened: Opened) -> Frame:
    look = Look(nodes=NODES, explain=Explain(unit=27), latent=Latent(map=True))
    frame = opened.frame(look)
    assert frame.problem is None
    assert frame.explanation is not None
    assert frame.explanation.problem is None
    return frame


def test_the_newest_checkpoint_gives_the_weights(tmp_path: Path) -> None:
    path = tmp_path / FILE
    checkpoint(path, 1, 1.0)
    opened = open_model(DOCUMENT, BUILT_IN, path)
    assert isinstance(opened, Opened)
    first = answered(opened)
    again = answered(opened)
    checkpoint(path, 2, 0.5)
    second = answered(opened)
    assert [frame.epoch for frame in (first, again, second)] == [1, 1, 2]
    assert first.explanation == again.explanation
    assert first.explanation != second.explanation
    assert first.pictures != second.pictures
    assert first.latent is not None
    assert second.latent is not None
    assert first.latent.ranges != second.latent.ranges
    assert first.latent.map != second.latent.map


def test_a_checkpoint_that_is_gone_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / FILE
    checkpoint(path, 1, 1.0)
    opened = open_model(DOCUMENT, BUILT_IN, path)
    assert isinstance(opened, Opened)
    path.unlink()
    problem = opened.frame(Look(nodes=NODES)).problem
    assert problem is not None
    assert problem.code == "probe_untrained"
