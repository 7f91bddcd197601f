"""Templates open laid out, hold only the catalogue's layers, and need no network."""

from itertools import combinations

import pytest

from engine import templates
from engine.catalogue import load
from engine.check import check
from engine.data.bindings import bind
from engine.data.built_in import BUILT_IN
from engine.document import Node
from engine.graph.adaptable import learns
from engine.graph.index import index_graph, inputs, outputs

WIDTH, HEIGHT, GAP = 208, 56, 40
ALL = templates.load()
each = pytest.mark.parametrize("template", ALL, ids=[one.id for one in ALL])


def test_the_gallery_has_what_a_first_lesson_needs() -> None:
    ids = [template.id for template in ALL]
    assert ids[:4] == ["digits_dense", "digits_convolution", "digits_residual", "iris"]
    assert {"diabetes", "iris_two_inputs", "waves_lstm", "digits_autoencoder"} <= set(ids)
    assert len(set(ids)) == len(ids)
    assert {template.document.target.backend for template in ALL} == {"jax", "tensorflow"}


def test_find_knows_every_template_and_nothing_else() -> None:
    assert [templates.find(template.id) for template in ALL] == list(ALL)
    assert templates.find("nothing") is None


@each
def test_teaches_in_two_plain_sentences(template: templates.Template) -> None:
    assert template.title == template.document.name
    assert 100 < len(template.teaches) < 320
    assert template.teaches.endswith(".")
    assert template.teaches.count(". ") == 1


@each
def test_cards_keep_their_distance(template: templates.Template) -> None:
    crowded = [
        (one.name, other.name)
        for one, other in combinations(template.document.main.nodes, 2)
        if _near(one, other)
    ]
    assert crowded == []


def _near(one: Node, other: Node) -> bool:
    across = abs(one.position.x - other.position.x)
    down = abs(one.position.y - other.position.y)
    return across < WIDTH + GAP and down < HEIGHT + GAP


@each
def test_flows_from_top_to_bottom(template: templates.Template) -> None:
    graph = template.document.main
    place = {node.id: node.position.y for node in graph.nodes}
    assert all(place[edge.source] < place[edge.target] for edge in graph.edges)


@each
def test_stores_only_what_differs_from_the_default(template: templates.Template) -> None:
    for node in template.document.main.nodes:
        entry = load().layer(node.layer)
        assert entry is not None
        assert entry.refused is None
        params = {param.name: param for param in entry.params}
        assert node.params.keys() <= params.keys()
        stored = [name for name, value in node.params.items() if value == params[name].default]
        assert stored == []
    assert index_graph(template.document.main).cycles == ()


@each
def test_trains_on_data_that_is_there(template: templates.Template) -> None:
    document = template.document
    data = BUILT_IN.find(document.training.data)
    assert data is not None
    assert not data.download
    ends = outputs(document.main)
    fed, aims, problems = bind(document, inputs(document.main), ends, BUILT_IN)
    assert problems == []
    assert set(aims) == set(ends)
    for node, column in fed.items():
        shape = next(one for one in document.main.nodes if one.id == node).params["shape"]
        known = data.column(column)
        assert known is not None
        assert tuple(shape) == known.shape


@each
def test_checks_without_a_word(template: templates.Template) -> None:
    verdict = check(template.document)
    learning = [problem for problem in verdict.problems if problem.code == "learned_when_training"]
    assert {one.node for one in learning} == {
        node.id for node in template.document.main.nodes if learns(node)
    }
    assert [problem.message for problem in verdict.problems if problem not in learning] == []
    assert verdict.ok
    assert verdict.totals.checked == verdict.totals.nodes == len(template.document.main.nodes)
