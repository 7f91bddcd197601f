"""Shapes of every graph of a document: `engine.keras.build.walk` with remembered judgements."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.check import budgets
from engine.check.calls import Called, Found, Inside, fit, returned, verdict_of
from engine.check.case import Case, Spot, Wire
from engine.check.clock import LAYER_SECONDS, Clock
from engine.check.explain import explain
from engine.check.judge import (
    NOT_ASKED,
    TOO_SLOW,
    Call,
    Failure,
    Given,
    Judgement,
    Said,
    Shape,
    Sizes,
    Spec,
    judge,
)
from engine.check.verdict import NodeVerdict
from engine.document import Node
from engine.graph.index import endpoints, inputs
from engine.graph.kinds import INPUT, MODEL
from engine.graph.models import MAX_NESTING, Models
from engine.graph.ports import Outline, Ports, call_arguments
from engine.graph.structure import Structure, structure
from engine.graph.waiting import no_tensors_inside, unknown_outputs, waiting
from engine.keras.build import Arguments, by_port, input_dtype, input_shape, walk
from engine.problems import At, Problem, phrase, problem, quoted

Result = tuple[Mapping[str, Spec], NodeVerdict]


@dataclass
class GraphCheck:
    """What is known of one graph.

    `found` are the tensors that leave each node, by port; `firsts` what came in at the first
    call of each layer, which decides the sizes of its weights. `laid_out` counts the calls of
    layers, those of loops that are laid out and of sub-models included.
    """

    structure: Structure
    found: Found = field(default_factory=dict)
    firsts: dict[str, Given] = field(default_factory=dict)
    verdicts: dict[str, NodeVerdict] = field(default_factory=dict)
    laid_out: int = 0

    @property
    def problems(self) -> list[Problem]:
        """Everything that is wrong with this graph."""
        return self.structure.problems


class Judges:
    """Checks the graphs of one document: each graph, and each way of calling it, once.

    `missed` counts the layers that there was no time for.
    """

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.models = Models(outline)
        self._checks: dict[str, GraphCheck] = {}
        self._calls: dict[tuple[str, tuple[Spec, ...]], Called] = {}
        self.batch = outline.document.training.batch_size
        self.clock, self.missed = Clock(), 0

    def check(self, graph: str) -> GraphCheck:
        """Check a graph with the shapes of its own Input nodes, and say what is wrong."""
        if graph not in self._checks:
            found = GraphCheck(structure(self.outline, graph))
            _refuse_large(graph, found.structure)
            feeds = dict(_feeds(found.structure))
            found.verdicts |= self._fed(feeds)
            visit = _Visit(self, graph, found, found.verdicts)
            found.found = walk(self.outline, graph, feeds, visit, found.structure.unsound)
            found.laid_out = visit.laid_out
            wires, names = found.structure.wires, found.structure.names
            ports = _ports(self.outline, found)
            found.problems.extend(unknown_outputs(wires, names, ports, found.found))
            failed = found.structure.unsound | visit.told
            found.problems.extend(waiting(wires, names, failed, found.found))
            self._checks[graph] = found
        return self._checks[graph]

    def _fed(self, feeds: Mapping[str, Spec]) -> dict[str, NodeVerdict]:
        return {
            key: Judgement({"output": spec}, Sizes()).verdict(self.batch)
            for key, spec in feeds.items()
        }

    def call(self, graph: str, given: tuple[Spec, ...]) -> Called:
        """What a call of a sub-model gives for these tensors."""
        if (graph, given) not in self._calls:
            self._calls[graph, given] = self._call(graph, given)
        return self._calls[graph, given]

    def _call(self, graph: str, given: tuple[Spec, ...]) -> Called:
        own = self.check(graph)
        outputs = returned(own.structure, own.found)
        if outputs is None:
            return Called(None)
        feeds = dict(zip(inputs(self.outline.graphs[graph]), given, strict=True))
        if all(own.found.get(key) == {"output": spec} for key, spec in feeds.items()):
            return Called(outputs, [*own.verdicts.values()], laid_out=own.laid_out)
        verdicts = self._fed(feeds)
        visit = _Visit(self, graph, own, verdicts)
        found = walk(self.outline, graph, feeds, visit, own.structure.unsound)
        outputs = returned(own.structure, found)
        return Called(outputs, [*verdicts.values()], visit.inside, visit.laid_out)


class _Visit:
    """Judges one node of a walk, and keeps what is said of it in `verdicts`.

    Problems belong to the graph when these are its own verdicts; otherwise they are problems of
    one call, and are kept in `inside` for the node that makes it.
    """

    def __init__(
        self, judges: Judges, graph: str, check: GraphCheck, verdicts: dict[str, NodeVerdict]
    ) -> None:
        self._judges, self._graph, self._check, self._verdicts = judges, graph, check, verdicts
        self._wires = check.structure.wires
        self.told: set[str] = set()
        self.laid_out = 0
        self.inside: list[Inside] = []

    def __call__(
        self, node: Node, ports: Ports, arguments: Arguments[Spec]
    ) -> Mapping[str, Spec] | None:
        owner = self._wires.owners[node.id]
        if owner is None or (owner is not node and owner.id in self._check.structure.unsound):
            return None
        judge_it = self._model if owner.layer == MODEL else self._layer
        result = judge_it(node, owner, ports, arguments)
        if result is None:
            return None
        outputs, self._verdicts[node.id] = result
        return outputs

    def _layer(
        self, node: Node, owner: Node, ports: Ports, arguments: Arguments[Spec]
    ) -> Result | None:
        given = _given(node, ports, arguments)
        place = (self._graph, node.id, self._check.structure.names[node.id])
        text = self._check.structure.texts[owner.id]
        calls = 1
        if budgets.may_be_laid_out(owner.layer, text):
            steps = budgets.of_steps(place, owner, given)
            if steps and steps.code != "step_by_step":
                self._tell(node, [steps])
                return None  # Keras would not end to lay it out
            if steps:
                self._say(node, [steps])
            calls = budgets.laid_out(owner, given)
        call = Call(given, self._check.firsts.get(owner.id, given))
        result = judge(owner, text, ports, call, self._judges.clock)
        if isinstance(result, Failure):
            self._tell(node, [self._refused(place, owner, ports, result)])
            return None
        if not result.within:
            if wrong := budgets.of_outputs(place, result.outputs):
                self._tell(node, [wrong])
                return None
            result.within = True
        self._check.firsts.setdefault(owner.id, given)
        self.laid_out += calls
        return result.outputs, result.verdict(self._judges.batch, owned=owner is node)

    def _refused(
        self, place: budgets.Place, owner: Node, ports: Ports, failure: Failure
    ) -> Problem:
        graph, key, name = place
        at = At(graph=graph, node=key)
        if failure is TOO_SLOW:
            return problem("too_slow", at, name=name, seconds=LAYER_SECONDS)
        if failure is NOT_ASKED:
            self._judges.missed += 1
            return problem("not_looked_at", at, name=name)
        node = self._wires.nodes[key]
        spot = self._spot(node, ports, failure.text)
        return explain(Case(self._wires, node, owner, spot, failure))

    def _model(
        self, node: Node, owner: Node, ports: Ports, arguments: Arguments[Spec]
    ) -> Result | None:
        sub, name = owner.graph or "", self._check.structure.names[node.id]
        at = At(graph=self._graph, node=node.id)
        depth = self._judges.models.depth.get(sub)
        if depth is None:
            self._tell(node, [problem("endless_graph", at, name=name)])
            return None
        if depth >= MAX_NESTING:
            self._tell(node, [problem("nested_too_deep", at, name=name, limit=MAX_NESTING)])
            return None
        given = self._given_to(sub, node, ports, arguments)
        called = self._judges.call(sub, given) if given else Called(None)
        self._from_inside(node, ports, called.inside)
        if called.outputs is None:
            self._tell(node, self._why_nothing(sub, node, called) if given is not None else ())
            return None
        self.laid_out += called.laid_out
        outputs = by_port(ports, called.outputs)
        return outputs, verdict_of(outputs, called.verdicts, owned=owner is node)

    def _given_to(
        self, sub: str, node: Node, ports: Ports, arguments: Arguments[Spec]
    ) -> tuple[Spec, ...] | None:
        """What each Input of a sub-model gets; empty where one has a problem of its own.

        None, and a problem is told, where a tensor does not fit its Input.
        """
        inside = self._judges.check(sub)
        given = []
        for index, key in enumerate(inputs(inside.structure.wires.graph)):
            port, own = ports.inputs[index], inside.found.get(key)
            came = arguments[port.name]
            if own is None or not isinstance(came, Spec):
                return ()
            fitted = fit(came, own["output"])
            if fitted is None:
                spot = self._spot(node, ports, "")
                wire, shape = spot.wires[index], own["output"].shape
                wrong = problem(
                    "wrong_model_input",
                    spot.at_wire(wire),
                    name=spot.name,
                    shape=shape,
                    wire=[wire.tensor],
                )
                self._tell(node, [wrong])
                return None
            given.append(fitted)
        return tuple(given)

    def _why_nothing(self, sub: str, node: Node, called: Called) -> Iterator[Problem]:
        """Why a call of a sub-model gives nothing, unless a problem inside was reported here."""
        name, at = self._check.structure.names[node.id], At(graph=self._graph, node=node.id)
        outline = self._judges.outline
        reported = any(one.problem.severity == "error" for one in called.inside)
        if not reported or not endpoints(outline.index(sub)):
            yield no_tensors_inside(outline, sub, at, name)

    def _from_inside(self, node: Node, ports: Ports, problems: Sequence[Inside]) -> None:
        """Report the gravest problem that a sub-model has with the shapes of this call."""
        graver = [one for one in problems if one.problem.severity != "note"]
        if not graver:
            return
        path, wrong = min(graver, key=lambda one: one.problem.severity != "error")
        if self._own:
            self._say(node, [_fails_for_call(self._spot(node, ports, ""), path, wrong)])
        else:
            name = self._check.structure.names[node.id]
            self.inside.append(Inside((name, *path), wrong))

    def _tell(self, node: Node, problems: Iterable[Problem]) -> None:
        """Say what is wrong with a node that gives nothing therefore."""
        self.told.add(node.id)
        self._say(node, problems)

    def _say(self, node: Node, problems: Iterable[Problem]) -> None:
        if self._own:
            self._check.structure.add(node.id, list(problems))
        else:
            self.inside.extend(Inside((), one) for one in problems)

    @property
    def _own(self) -> bool:
        """Whether this walk begins with the shapes of the graph's own Input nodes."""
        return self._verdicts is self._check.verdicts

    def _spot(self, node: Node, ports: Ports, detail: str) -> Spot:
        names = self._check.structure.names
        incoming = self._wires.incoming[node.id]
        found = self._verdicts
        wires = tuple(
            Wire(names[edge.source], edge, _shape(found.get(edge.source), edge.source_port))
            for port in ports.inputs
            for edge in incoming.get(port.name, ())
        )
        return Spot(self._graph, node.id, names[node.id], node.layer, wires, detail)


def _fails_for_call(spot: Spot, path: Sequence[str], inside: Problem) -> Problem:
    """A sub-model that can't be computed for what comes in at one of its calls.

    `path` names the calls that lead from this one to the node with the problem `inside`.
    """
    where = phrase("the sub-model of “{name}”", name=spot.name)
    for name in path:
        where = phrase("the sub-model of “{name}” in {outer}", name=name, outer=where)
    return problem(
        "fails_for_call",
        spot.at(),
        wires=spot.tensors,
        where=where,
        inside=quoted(inside),
        severity=inside.severity,
    )


def _shape(verdict: NodeVerdict | None, port: str) -> Shape:
    outputs = verdict.outputs if verdict else ()
    return next((tensor.shape for tensor in outputs if tensor.port == port), ())


def _given(node: Node, ports: Ports, arguments: Arguments[Spec]) -> Given:
    tensors = tuple(
        (port.name, tuple(value) if isinstance(value, list) else value)
        for port in ports.inputs
        if (value := arguments.get(port.name)) is not None
    )
    return tensors + tuple((key, Said(value)) for key, value in call_arguments(node).items())


def _feeds(found: Structure) -> Iterator[tuple[str, Spec]]:
    for key, node in found.wires.nodes.items():
        if node.layer == INPUT and key not in found.unsound:
            yield key, Spec(input_shape(node), input_dtype(node))


def _refuse_large(graph: str, found: Structure) -> None:
    """Say which Inputs are larger than anything may be, and check nothing with them."""
    for key, spec in _feeds(found):
        wrong = budgets.of_outputs((graph, key, found.names[key]), {"output": spec})
        found.add(key, [wrong] if wrong else [])


def _ports(outline: Outline, check: GraphCheck) -> dict[str, Collection[str]]:
    """The output ports of each node: those that Keras gave, else those of its parameters."""
    graph = check.structure.wires.graph.id
    known: dict[str, Collection[str]] = {}
    for key in check.structure.wires.all_ids:
        ports = outline.ports(graph, key)
        if ports is not None:
            outputs = check.found.get(key)
            known[key] = ports.output_names if outputs is None else outputs
    return known
