"""Shape inference for every graph of a document: `engine.keras.build.walk` with cached results."""

from collections.abc import Collection, Iterator, Mapping

from engine.check import budgets
from engine.check.calls import Called, returned
from engine.check.clock import Clock
from engine.check.inference import LayerResult, Sizes, Spec
from engine.check.sources import suggest_sources
from engine.check.verdict import NodeVerdict
from engine.check.visit import GraphCheck, Visit
from engine.graph.index import inputs
from engine.graph.kinds import INPUT
from engine.graph.models import Models
from engine.graph.ports import Outline
from engine.graph.structure import Structure, structure
from engine.graph.waiting import unknown_outputs, waiting
from engine.keras.build import input_dtype, input_shape, walk


class GraphChecker:
    """Checks the graphs of one document: each graph, and each way of calling it, once.

    `missed` counts the layers that were not checked because the time was up.
    """

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.models = Models(outline)
        self._checks: dict[str, GraphCheck] = {}
        self._calls: dict[tuple[str, tuple[Spec, ...]], Called] = {}
        self.batch = outline.document.training.batch_size
        self.clock, self.missed = Clock(), 0

    def check(self, graph: str) -> GraphCheck:
        """Check a graph with the shapes of its own Input nodes; cached."""
        if graph not in self._checks:
            check = GraphCheck(structure(self.outline, graph))
            _refuse_large(graph, check.structure)
            feeds = dict(_feeds(check.structure))
            check.verdicts |= self._input_verdicts(feeds)
            visit = Visit(self, graph, check, check.verdicts)
            check.tensors = walk(self.outline, graph, feeds, visit, check.structure.unsound)
            check.unrolled_calls = visit.unrolled_calls
            suggest_sources(self.outline, check, self.clock)
            index, names = check.structure.index, check.structure.names
            ports = _ports(self.outline, check)
            check.problems.extend(unknown_outputs(index, names, ports, check.tensors))
            failed = check.structure.unsound | visit.failed
            check.problems.extend(waiting(index, names, failed, check.tensors))
            self._checks[graph] = check
        return self._checks[graph]

    def _input_verdicts(self, feeds: Mapping[str, Spec]) -> dict[str, NodeVerdict]:
        return {
            key: LayerResult({"output": spec}, Sizes()).verdict(self.batch)
            for key, spec in feeds.items()
        }

    def call(self, graph: str, specs: tuple[Spec, ...]) -> Called:
        """Return the result of a call of a sub-model with these tensors; cached."""
        if (graph, specs) not in self._calls:
            self._calls[graph, specs] = self._call(graph, specs)
        return self._calls[graph, specs]

    def _call(self, graph: str, specs: tuple[Spec, ...]) -> Called:
        own = self.check(graph)
        outputs = returned(own.structure, own.tensors)
        if outputs is None:
            return Called(None)
        feeds = dict(zip(inputs(self.outline.graphs[graph]), specs, strict=True))
        if all(own.tensors.get(key) == {"output": spec} for key, spec in feeds.items()):
            return Called(outputs, [*own.verdicts.values()], unrolled_calls=own.unrolled_calls)
        verdicts = self._input_verdicts(feeds)
        visit = Visit(self, graph, own, verdicts)
        tensors = walk(self.outline, graph, feeds, visit, own.structure.unsound)
        outputs = returned(own.structure, tensors)
        return Called(outputs, [*verdicts.values()], visit.inside, visit.unrolled_calls)


def _feeds(structure: Structure) -> Iterator[tuple[str, Spec]]:
    for key, node in structure.index.nodes.items():
        if node.layer == INPUT and key not in structure.unsound:
            yield key, Spec(input_shape(node), input_dtype(node))


def _refuse_large(graph: str, structure: Structure) -> None:
    """Report Inputs beyond the size limits, which excludes them from the check."""
    for key, spec in _feeds(structure):
        issue = budgets.check_outputs((graph, key, structure.names[key]), {"output": spec})
        structure.add(key, [issue] if issue else [])


def _ports(outline: Outline, check: GraphCheck) -> dict[str, Collection[str]]:
    """The output ports of each node: the inferred ones, or else those of its parameters."""
    graph = check.structure.index.graph.id
    known: dict[str, Collection[str]] = {}
    for key in check.structure.index.all_ids:
        ports = outline.ports(graph, key)
        if ports is not None:
            outputs = check.tensors.get(key)
            known[key] = ports.output_names if outputs is None else outputs
    return known
