"""The check of one node: shape inference for a layer, or a cached check of a sub-model."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from engine.check import budgets
from engine.check.calls import Called, Inside, Tensors, fit, verdict_of
from engine.check.clock import LAYER_SECONDS, Clock
from engine.check.explain import explain
from engine.check.inference import (
    NOT_CHECKED,
    TOO_SLOW,
    ArgumentSpec,
    ArgumentSpecs,
    Call,
    CallArgument,
    Failure,
    Spec,
    infer,
)
from engine.check.refusal import CallSite, Refusal, Wire
from engine.check.tensor_shapes import Shape
from engine.check.verdict import NodeVerdict
from engine.document import Node
from engine.graph.freezing import is_frozen
from engine.graph.index import endpoints, inputs
from engine.graph.kinds import MODEL
from engine.graph.models import MAX_NESTING, Models
from engine.graph.ports import Outline, Ports, call_arguments
from engine.graph.structure import Structure
from engine.graph.waiting import no_tensors_inside
from engine.keras.build import Arguments, by_port
from engine.problems import At, Problem, phrase, problem, quoted

Result = tuple[Mapping[str, Spec], NodeVerdict]


@dataclass
class GraphCheck:
    """The result of the check of one graph.

    `tensors` are the outputs of each node, by port; `firsts` the arguments of the first call of
    each layer, which determine the sizes of its weights. `unrolled_calls` counts the calls of
    layers, including those of unrolled loops and of sub-models.
    """

    structure: Structure
    tensors: Tensors = field(default_factory=dict)
    firsts: dict[str, ArgumentSpecs] = field(default_factory=dict)
    verdicts: dict[str, NodeVerdict] = field(default_factory=dict)
    unrolled_calls: int = 0

    @property
    def problems(self) -> list[Problem]:
        """All problems of this graph."""
        return self.structure.problems


class Checker(Protocol):
    """What a visit needs of the checker of the document (engine.check.shapes).

    `missed` counts the layers that were not checked because the time was up.
    """

    outline: Outline
    models: Models
    batch: int
    clock: Clock
    missed: int

    def check(self, graph: str) -> GraphCheck:
        """Check a graph with the shapes of its own Input nodes."""

    def call(self, graph: str, specs: tuple[Spec, ...]) -> Called:
        """Return the result of a call of a sub-model with these tensors."""


class Visit:
    """Checks one node of a walk, and stores its verdict in `verdicts`.

    Problems belong to the graph when these are its own verdicts; otherwise they are problems of
    one call, and are collected in `inside` for the calling node.
    """

    def __init__(
        self, checker: Checker, graph: str, check: GraphCheck, verdicts: dict[str, NodeVerdict]
    ) -> None:
        self._checker, self._graph, self._check, self._verdicts = checker, graph, check, verdicts
        self._index = check.structure.index
        self.failed: set[str] = set()
        self.unrolled_calls = 0
        self.inside: list[Inside] = []

    def __call__(
        self, node: Node, ports: Ports, arguments: Arguments[Spec]
    ) -> Mapping[str, Spec] | None:
        owner = self._index.owners[node.id]
        if owner is None or (owner is not node and owner.id in self._check.structure.unsound):
            return None
        visit = self._model if owner.layer == MODEL else self._layer
        result = visit(node, owner, ports, arguments)
        if result is None:
            return None
        outputs, verdict = result
        self._verdicts[node.id] = verdict.as_frozen() if is_frozen(owner) else verdict
        return outputs

    def _layer(
        self, node: Node, owner: Node, ports: Ports, arguments: Arguments[Spec]
    ) -> Result | None:
        specs = _argument_specs(node, arguments)
        place = (self._graph, node.id, self._check.structure.names[node.id])
        text = self._check.structure.texts[owner.id]
        calls = 1
        if budgets.may_unroll(owner.layer, text):
            steps = budgets.check_steps(place, owner, specs)
            if steps and steps.code != "step_by_step":
                self._fail(node, [steps])
                return None  # unrolling it would take Keras too long
            if steps:
                self._report(node, [steps])
            calls = budgets.unrolled_calls(owner, specs)
        call = Call(specs, self._check.firsts.get(owner.id, specs))
        result = infer(owner, text, ports, call, self._checker.clock)
        if isinstance(result, Failure):
            self._fail(node, [self._refused(place, owner, ports, result)])
            return None
        if not result.within_limits:
            if issue := budgets.check_outputs(place, result.outputs):
                self._fail(node, [issue])
                return None
            result.within_limits = True
        self._check.firsts.setdefault(owner.id, specs)
        self.unrolled_calls += calls
        return result.outputs, result.verdict(self._checker.batch, owned=owner is node)

    def _refused(
        self, place: budgets.Place, owner: Node, ports: Ports, failure: Failure
    ) -> Problem:
        graph, key, name = place
        at = At(graph=graph, node=key)
        if failure is TOO_SLOW:
            return problem("too_slow", at, name=name, seconds=LAYER_SECONDS)
        if failure is NOT_CHECKED:
            self._checker.missed += 1
            return problem("not_looked_at", at, name=name)
        node = self._index.nodes[key]
        site = self._call_site(node, ports, failure.text)
        return explain(Refusal(self._index, node, owner, site, failure))

    def _model(
        self, node: Node, owner: Node, ports: Ports, arguments: Arguments[Spec]
    ) -> Result | None:
        sub, name = owner.graph or "", self._check.structure.names[node.id]
        at = At(graph=self._graph, node=node.id)
        depth = self._checker.models.depth.get(sub)
        if depth is None:
            self._fail(node, [problem("endless_graph", at, name=name)])
            return None
        if depth >= MAX_NESTING:
            self._fail(node, [problem("nested_too_deep", at, name=name, limit=MAX_NESTING)])
            return None
        specs = self._model_inputs(sub, node, ports, arguments)
        called = self._checker.call(sub, specs) if specs else Called(None)
        self._report_inside(node, ports, called.inside)
        if called.outputs is None:
            self._fail(node, self._missing_outputs(sub, node, called) if specs is not None else ())
            return None
        self.unrolled_calls += called.unrolled_calls
        outputs = by_port(ports, called.outputs)
        return outputs, verdict_of(outputs, called.verdicts, owned=owner is node)

    def _model_inputs(
        self, sub: str, node: Node, ports: Ports, arguments: Arguments[Spec]
    ) -> tuple[Spec, ...] | None:
        """Return the tensor for each Input of a sub-model; empty if one has a problem of its own.

        If a tensor does not fit its Input, report a problem and return None.
        """
        inside = self._checker.check(sub)
        specs = []
        for index, key in enumerate(inputs(inside.structure.index.graph)):
            port, declared = ports.inputs[index], inside.tensors.get(key)
            tensor = arguments[port.name]
            if declared is None or not isinstance(tensor, Spec):
                return ()
            fitted = fit(tensor, declared["output"])
            if fitted is None:
                site = self._call_site(node, ports, "")
                wire, shape = site.wires[index], declared["output"].shape
                issue = problem(
                    "wrong_model_input",
                    site.at_wire(wire),
                    name=site.name,
                    shape=shape,
                    wire=[wire.tensor],
                )
                self._fail(node, [issue])
                return None
            specs.append(fitted)
        return tuple(specs)

    def _missing_outputs(self, sub: str, node: Node, called: Called) -> Iterator[Problem]:
        """Report a call of a sub-model without outputs, unless a problem inside was reported."""
        name, at = self._check.structure.names[node.id], At(graph=self._graph, node=node.id)
        outline = self._checker.outline
        reported = any(item.problem.severity == "error" for item in called.inside)
        if not reported or not endpoints(outline.index(sub)):
            yield no_tensors_inside(outline, sub, at, name)

    def _report_inside(self, node: Node, ports: Ports, problems: Sequence[Inside]) -> None:
        """Report the most severe problem that a sub-model has with the shapes of this call."""
        severe = [item for item in problems if item.problem.severity != "note"]
        if not severe:
            return
        path, issue = min(severe, key=lambda item: item.problem.severity != "error")
        if self._own:
            self._report(node, [_fails_for_call(self._call_site(node, ports, ""), path, issue)])
        else:
            name = self._check.structure.names[node.id]
            self.inside.append(Inside((name, *path), issue))

    def _fail(self, node: Node, problems: Iterable[Problem]) -> None:
        """Report the problems of a node that has no outputs because of them."""
        self.failed.add(node.id)
        self._report(node, problems)

    def _report(self, node: Node, problems: Iterable[Problem]) -> None:
        if self._own:
            self._check.structure.add(node.id, list(problems))
        else:
            self.inside.extend(Inside((), item) for item in problems)

    @property
    def _own(self) -> bool:
        """Whether this walk uses the shapes of the graph's own Input nodes."""
        return self._verdicts is self._check.verdicts

    def _call_site(self, node: Node, ports: Ports, detail: str) -> CallSite:
        names = self._check.structure.names
        incoming = self._index.incoming[node.id]
        verdicts = self._verdicts
        wires = tuple(
            Wire(names[edge.source], edge, _shape(verdicts.get(edge.source), edge.source_port))
            for port in ports.inputs
            for edge in incoming.get(port.name, ())
        )
        return CallSite(self._graph, node.id, names[node.id], node.layer, wires, detail)


def _fails_for_call(site: CallSite, path: Sequence[str], inside: Problem) -> Problem:
    """A sub-model that fails for the input tensors of one of its calls.

    `path` names the calls that lead from this one to the node with the problem `inside`.
    """
    where = phrase("the sub-model of “{name}”", name=site.name)
    for name in path:
        where = phrase("the sub-model of “{name}” in {outer}", name=name, outer=where)
    return problem(
        "fails_for_call",
        site.at(),
        wires=site.tensors,
        where=where,
        inside=quoted(inside),
        severity=inside.severity,
    )


def _shape(verdict: NodeVerdict | None, port: str) -> Shape:
    outputs = verdict.outputs if verdict else ()
    return next((tensor.shape for tensor in outputs if tensor.port == port), ())


def _argument_specs(node: Node, arguments: Arguments[Spec]) -> ArgumentSpecs:
    specs: list[ArgumentSpec] = [
        (name, tuple(value) if isinstance(value, list) else value)
        for name, value in arguments.items()
    ]
    specs += [(name, CallArgument(value)) for name, value in call_arguments(node).items()]
    return tuple(specs)
