"""The sample that is looked at: a row by its place or number, or a person's own input."""

import base64

import keras
import numpy as np
import pytest

from engine.problems import Problem
from engine.protocol.frames import Look, OwnSample, RowSample, SampleShown
from engine.training.inside.opening import Opened
from engine.training.inside.samples import own
from engine.training.rows import Data
from tests.engine.training.inside.test_planes import opened


def shown(model: Opened, sample: RowSample) -> SampleShown:
    nodes = tuple((node.id,) for node in model.subject.document.main.nodes)
    return model.frame(Look(nodes=nodes, sample=sample)).shown


def test_a_row_is_found_by_its_number_in_the_data_set() -> None:
    model = opened("iris")
    data = model.subject.data
    assert not isinstance(data, Problem)
    assert isinstance(data, Data)
    assert data.validation is not None
    place = 7
    number = int(data.validation.index[place])
    assert number != place
    by_number = shown(model, RowSample(number=number))
    assert by_number.sample == RowSample(row=place)
    assert by_number == shown(model, RowSample(row=place))
    elsewhere = int(data.training.index[0])
    assert shown(model, RowSample(number=elsewhere, row=2)).sample == RowSample(row=2)


def test_packed_numbers_are_those_of_a_list() -> None:
    model = opened("iris")
    node = model.subject.inputs[0]
    nodes = tuple((node.id,) for node in model.subject.document.main.nodes)
    values = (5.1, 3.5, 1.4, 0.2)
    text = base64.b64encode(np.array(values, "<f4").tobytes()).decode()
    listed, packed = (
        model.frame(Look(nodes=nodes, sample=sample))
        for sample in (OwnSample(values={node: values}), OwnSample(packed={node: text}))
    )
    assert listed.problem is None
    assert packed.pictures == listed.pictures
    assert packed.shown.sample == OwnSample()  # what was packed is not sent back


@pytest.mark.parametrize("text", ["", "AAAA", "no base64", "AAAAAAAAAAA="])
def test_what_cannot_be_unpacked_is_a_problem(text: str) -> None:
    model = opened("iris")
    node = model.subject.inputs[0]
    problem = model.frame(Look(nodes=((node,),), sample=OwnSample(packed={node: text}))).problem
    assert problem is not None
    assert problem.code == "probe_shape"


@pytest.mark.parametrize(
    ("axes", "count", "filled"),
    [
        ((None, None, 3), 48, (4, 4, 3)),
        ((None, 2), 6, (3, 2)),
        ((2, 2), 4, (2, 2)),
        ((None, None, 3), 24, None),
        ((None, 2), 5, None),
        ((2, 2), 5, None),
        ((None, 2), 0, None),
    ],
)
def test_open_axes_are_filled(
    axes: tuple[int | None, ...], count: int, filled: tuple[int, ...] | None
) -> None:
    given = OwnSample(values={"in": tuple(map(float, range(count)))})
    found = own(given, [keras.KerasTensor((None, *axes), "float32")], ["in"])
    if filled is None:
        assert isinstance(found, Problem)
    else:
        assert not isinstance(found, Problem)
        assert [array.shape for array in found] == [(1, *filled)]
