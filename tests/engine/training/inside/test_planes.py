"""Samples on a plane of two features: where they lie, and that the model's outputs become maps."""

import keras
import numpy as np
import pytest

from engine import templates
from engine.data.built_in import BUILT_IN
from engine.problems import Problem
from engine.protocol.frames import Look, Plane
from engine.training.inside.opening import Opened, open_model
from engine.training.inside.planes import SIZE, Spread, spread
from engine.training.rows import Data


def opened(name: str) -> Opened:
    template = templates.find(name)
    assert template is not None
    opened = open_model(template.document, BUILT_IN, None)
    assert isinstance(opened, Opened)
    return opened


def test_samples_span_two_features_with_the_others_at_their_mean() -> None:
    subject = opened("iris").subject
    assert isinstance(subject.data, Data)
    found = spread(Plane(x=2, y=0), subject.data, subject.network.model)
    assert isinstance(found, Spread)
    shown, rows = found.shown, subject.data.training.read(np.arange(120))[0][0]
    grid = found.array.reshape(SIZE, SIZE, 4)
    assert grid[:, :, 2] == pytest.approx(np.tile(grid[0, :, 2], (SIZE, 1)))
    assert shown.left < rows[:, 2].min() < rows[:, 2].max() < shown.right
    assert np.all(np.diff(grid[0, :, 2]) > 0)
    assert np.all(np.diff(grid[:, 0, 0]) < 0), "the top row is the highest"
    assert grid[0, 0, 1] == pytest.approx(rows[:, 1].mean(), rel=1e-5)
    assert len(shown.points) == 120
    assert {point[2] for point in shown.points} == {0.0, 1.0, 2.0}
    assert len(shown.classes) == 3


def test_units_are_maps_of_the_plane() -> None:
    model = opened("iris")
    nodes = tuple((node.id,) for node in model.subject.document.main.nodes)
    frame = model.frame(Look(nodes=nodes, plane=Plane()))
    assert frame.problem is None
    shapes = {picture.node: (picture.form, picture.shape) for picture in frame.pictures}
    units = {(name,): tensor.shape[1] for name, tensor in _outputs(model.subject.network.model)}
    assert shapes == {path: ("maps", (SIZE, SIZE, count)) for path, count in units.items()}


def _outputs(model: keras.Model) -> list[tuple[str, keras.KerasTensor]]:
    return [(layer.name, layer.output) for layer in model.layers]


def test_a_picture_has_no_plane() -> None:
    subject = opened("digits_dense").subject
    assert isinstance(subject.data, Data)
    refused = spread(Plane(), subject.data, subject.network.model)
    assert isinstance(refused, Problem)
    assert refused.code == "plane_unknown"
