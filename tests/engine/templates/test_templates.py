"""Templates have a layout, use only layers of the catalogue, and need no network."""

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
each_template = pytest.mark.parametrize("template", ALL, ids=[template.id for template in ALL])


def test_the_gallery_begins_with_simple_templates() -> None:
    ids = [template.id for template in ALL]
    assert ids[:4] == ["digits_dense", "digits_convolution", "digits_residual", "iris"]
    assert {"diabetes", "iris_two_inputs", "waves_lstm", "digits_autoencoder"} <= set(ids)
    assert len(set(ids)) == len(ids)
    assert {template.document.target.backend for template in ALL} == {"jax", "tensorflow"}


def test_find_returns_every_template_and_nothing_else() -> None:
    assert [templates.find(template.id) for template in ALL] == list(ALL)
    assert templates.find("nothing") is None


@each_template
def test_the_description_is_two_sentences(template: templates.Template) -> None:
    assert template.title == template.document.name
    assert 100 < len(template.teaches) < 320
    assert template.teaches.endswith(".")
    assert template.teaches.count(". ") == 1


@each_template
def test_cards_do_not_overlap(template: templates.Template) -> None:
    too_close = [
        (a.name, b.name)
        for a, b in combinations(template.document.main.nodes, 2)
        if _too_close(a, b)
    ]
    assert too_close == []


def _too_close(a: Node, b: Node) -> bool:
    horizontal = abs(a.position.x - b.position.x)
    vertical = abs(a.position.y - b.position.y)
    return horizontal < WIDTH + GAP and vertical < HEIGHT + GAP


@each_template
def test_flows_from_top_to_bottom(template: templates.Template) -> None:
    graph = template.document.main
    height = {node.id: node.position.y for node in graph.nodes}
    assert all(height[edge.source] < height[edge.target] for edge in graph.edges)


@each_template
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


@each_template
def test_trains_on_data_that_needs_no_download(template: templates.Template) -> None:
    document = template.document
    data = BUILT_IN.find(document.training.data)
    assert data is not None
    assert not data.download
    ends = outputs(document.main)
    fed, targets, problems = bind(document, inputs(document.main), ends, BUILT_IN)
    assert problems == []
    assert set(targets) == set(ends)
    for node, (column,) in fed.items():
        shape = next(item for item in document.main.nodes if item.id == node).params["shape"]
        described = data.column(column)
        assert described is not None
        assert tuple(shape) == described.shape


@each_template
def test_has_no_problems_except_layers_to_adapt(template: templates.Template) -> None:
    verdict = check(template.document)
    learning = [problem for problem in verdict.problems if problem.code == "learned_when_training"]
    assert {problem.node for problem in learning} == {
        node.id for node in template.document.main.nodes if learns(node)
    }
    assert [problem.message for problem in verdict.problems if problem not in learning] == []
    assert verdict.ok
    assert verdict.totals.checked == verdict.totals.nodes == len(template.document.main.nodes)
