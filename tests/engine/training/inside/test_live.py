"""Frames while a model trains: after a step, of what is looked at last, and never too many."""

import queue
from collections.abc import Iterator

import pytest

from engine import templates
from engine.data.built_in import BUILT_IN
from engine.graph.bypass import without_bypassed
from engine.protocol import Probe
from engine.protocol.frames import Frame, Look, OwnSample, RowSample
from engine.training import compiling, rows
from engine.training.inside import live as live_module
from engine.training.inside.live import INTERVAL, SHARE, Live
from engine.training.inside.subject import Subject
from engine.training.looking import Looking

LONG = 120


class Training:
    """A model between whose steps frames are taken; the test takes the steps."""

    def __init__(self) -> None:
        template = templates.find("iris")
        assert template is not None
        document = without_bypassed(template.document)
        network = compiling.network(document)
        data = rows.fitted(rows.gather(document, BUILT_IN), network.model)
        self.nodes = tuple((node.id,) for node in document.main.nodes)
        self.looking = Looking()
        self.frames: queue.Queue[Frame] = queue.Queue()
        self.live = Live(Subject(network, document, data), self.looking, self.frames.put)
        self.live.begin()

    def look(self, look: Look) -> None:
        self.looking.request(Probe(look=look))

    def frame(self) -> Frame:
        """Take steps until a frame comes."""
        for step in range(LONG * 100):
            self.live.between(1, step + 1)
            try:
                return self.frames.get(timeout=0.01)
            except queue.Empty:
                continue
        raise AssertionError("no frame came")


@pytest.fixture
def training() -> Iterator[Training]:
    training = Training()
    yield training
    training.live.end()


def test_a_frame_has_a_picture_of_each_node(training: Training) -> None:
    training.look(Look(sample=RowSample(row=4), nodes=training.nodes, detail=training.nodes[-1]))
    frame = training.frame()
    assert frame.problem is None
    assert [picture.node for picture in frame.pictures] == list(training.nodes)
    assert frame.shown.sample == RowSample(row=4)
    assert (frame.shown.rows, len(frame.shown.truths)) == (30, 1)
    assert frame.pictures[-1].scores[0].label in ("setosa", "versicolor", "virginica")
    assert frame.detail is not None
    assert [values.name for values in frame.detail.weights] == ["kernel", "bias"]


def test_what_is_looked_at_last_is_shown(training: Training) -> None:
    training.look(Look(nodes=training.nodes))
    training.frame()
    own = OwnSample(values={training.nodes[0][0]: (1.0, 2.0, 3.0, 4.0)})
    training.look(Look(sample=own, nodes=training.nodes[:1]))
    while (frame := training.frame()).shown.sample != own:
        pass
    (picture,) = frame.pictures
    assert (picture.low, picture.high) == (1.0, 4.0)


def test_an_input_of_another_size_is_a_problem(training: Training) -> None:
    own = OwnSample(values={training.nodes[0][0]: (1.0,)})
    training.look(Look(sample=own, nodes=training.nodes))
    problem = training.frame().problem
    assert problem is not None
    assert problem.code == "probe_shape"


def test_a_costly_frame_is_followed_by_a_long_pause(
    training: Training, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr(live_module.time, "perf_counter", lambda: clock[0])
    training.look(Look(nodes=training.nodes))
    training.frame()
    pictures = training.live._subject.pictures

    def slow(*arguments: object) -> object:
        clock[0] += 0.3
        return pictures(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Subject, "pictures", lambda _, *arguments: slow(*arguments))
    training.live._costs.clear()
    clock[0] += INTERVAL
    training.frame()
    for step in range(100):
        clock[0] += 0.3 / SHARE / 110
        training.live.between(1, step)
    with pytest.raises(queue.Empty):
        training.frames.get(timeout=0.2)
    clock[0] += 0.3 / SHARE
    training.frame()
