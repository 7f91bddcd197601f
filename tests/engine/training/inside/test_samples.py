"""The sample that is looked at: a row by its place, or by its number in the data set."""

from engine.problems import Problem
from engine.protocol.frames import Look, RowSample, SampleShown
from engine.training.inside.opening import Opened
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
