"""Suggests, for inputs without an edge, the nearest node above whose tensor the layer accepts."""

from engine.check.clock import Clock
from engine.check.inference import Call, Failure, infer
from engine.check.visit import GraphCheck
from engine.graph.fixes import Fits
from engine.graph.kinds import MODEL
from engine.graph.ports import Outline

MISSING = "missing_input"


def suggest_sources(outline: Outline, check: GraphCheck, clock: Clock) -> None:
    """Replace the fixes of missing inputs by those whose shapes fit, now that shapes are known."""
    problems = check.structure.problems
    # The settings of these layers are wrong: nothing can be computed with them.
    invalid = {problem.node for problem in problems if problem.param}
    for at, problem in enumerate(problems):
        if problem.code == MISSING and problem.node and problem.port:
            exact = problem.node not in invalid
            fits = _test(outline, check, problem.node, clock) if exact else _anything
            loose, names = check.structure.loose, check.structure.names
            fix = loose.wire_to(problem.node, problem.port, names, fits)
            problems[at] = problem.model_copy(update={"fix": fix})


def _anything(_: str) -> bool:
    return True


def _test(outline: Outline, check: GraphCheck, node: str, clock: Clock) -> Fits:
    """Return whether a layer accepts the tensor of a source: all, where that can't be asked."""
    index = check.structure.index
    owner, ports = index.owners[node], outline.ports(index.graph.id, node)
    single = ports is not None and len(ports.required) == 1 and not index.incoming[node]
    if owner is None or owner.layer == MODEL or not ports or not single:
        return _anything
    text, port = check.structure.texts[owner.id], ports.required[0]

    def accepts(source: str) -> bool:
        spec = next(iter(check.tensors.get(source, {}).values()), None)
        if spec is None:
            return True
        arguments = ((port.name, (spec,) if port.variadic else spec),)
        call = Call(arguments, check.firsts.get(owner.id, arguments))
        return not isinstance(infer(owner, text, ports, call, clock), Failure)

    return accepts
