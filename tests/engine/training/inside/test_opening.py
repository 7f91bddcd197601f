"""A model that is opened with the checkpoint of a run that trains follows its newest weights."""

import os
from pathlib import Path

import keras
import numpy as np
import pytest

from engine import templates
from engine.data.built_in import BUILT_IN
from engine.graph.bypass import without_bypassed
from engine.protocol.explaining import Explain, Latent
from engine.protocol.frames import Frame, Look
from engine.templates import Template
from engine.training import compiling
from engine.training.checkpoints.file import Checkpoint, Position, write
from engine.training.checkpoints.keeping import FILE
from engine.training.checkpoints.state import WEIGHTS
from engine.training.inside.opening import Opened, open_model
from engine.training.measuring.slow import LARGEST
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


ON_JAX = [each for each in templates.load() if each.document.training.data != "reviews"]


@pytest.mark.parametrize("template", ON_JAX, ids=lambda template: template.id)
def test_every_small_template_goes_in_slow_motion(template: Template) -> None:
    opened = open_model(template.document, BUILT_IN, None)
    assert isinstance(opened, Opened)
    nodes = tuple((node.id,) for node in template.document.main.nodes)
    frames = [opened.frame(Look(nodes=nodes, step=step)) for step in (0, 2, 0, None)]
    if opened.subject.network.model.count_params() > LARGEST:
        assert {frame.problem.code for frame in frames[:3] if frame.problem} == {"slow_too_large"}
        return
    assert [frame.problem for frame in frames] == [None] * 4
    first, later, again, still = frames
    assert first.slow is not None
    assert later.slow is not None
    assert (first.slow.taken, later.slow.taken) == (0, 2)
    assert first.slow.loss is not None
    assert {state.gradient is not None for state in first.slow.layers} == {True}
    assert first.pictures == again.pictures == still.pictures != later.pictures
