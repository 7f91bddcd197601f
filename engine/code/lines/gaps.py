"""Why nodes of a graph can't be written; generated code says it in comments.

The problems are those that `engine.graph` reports to the check, and those that the check found.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from engine.graph.index import GraphIndex
from engine.graph.kinds import MODEL
from engine.graph.ports import Outline
from engine.graph.structure import Structure
from engine.graph.waiting import no_tensors_inside, unknown_outputs, waiting
from engine.problems import At, Problem, problem, quoted


def fails(problem: Problem) -> bool:
    """Return whether a problem of a node keeps it from being written.

    A problem parameter does not: code shows it, as far as it can be written.
    """
    if not _leaves_gap(problem):
        return False
    if problem.param is None:
        return True
    return problem.port is not None or problem.code == "missing_param"


def _leaves_gap(problem: Problem) -> bool:
    """Whether code is incomplete because of a problem: not because of a dangling edge."""
    return problem.severity == "error" and problem.code != "dangling_edge"


def empty_calls(
    outline: Outline,
    checked: Structure,
    without_tensors: Collection[str],
    recursive: Collection[str],
) -> Iterator[tuple[str, Problem]]:
    """Yield the nodes that call a sub-model which can't be written, with the problem."""
    if not without_tensors and not recursive:
        return
    for key, owner in checked.index.owners.items():
        if owner is None or owner.layer != MODEL:
            continue
        sub, name = owner.graph or "", checked.names[key]
        at = At(graph=checked.index.graph.id, node=key)
        if sub in recursive:
            yield key, problem("endless_graph", at, name=name)
        elif sub in without_tensors:
            yield key, no_tensors_inside(outline, sub, at, name)


def inside(
    index: GraphIndex,
    titles: Mapping[str, str],
    empty: Mapping[str, Problem],
    causes: Mapping[str, Sequence[Problem]],
) -> Iterator[Problem]:
    """Yield why sub-models can't be written, at the nodes that call them."""
    for key in empty:
        owner = index.owners[key]
        for cause in causes.get(owner.graph or "", ()) if owner else ():
            at = At(graph=index.graph.id, node=key)
            yield problem("code_inside", at, name=titles[key], why=quoted(cause))


def consequences(
    outline: Outline,
    checked: Structure,
    failed: Collection[str],
    available: Mapping[str, Collection[str]],
) -> Iterator[Problem]:
    """Yield the ports that don't exist, and the nodes that wait for others."""
    index = checked.index
    ports = {key: outline.ports(index.graph.id, key) for key in index.all_ids}
    known = {key: port.output_names for key, port in ports.items() if port}
    yield from unknown_outputs(index, checked.names, known, available)
    if len(available) < len(index.nodes):
        yield from waiting(index, checked.names, failed, available)


def others(
    index: GraphIndex, errors: Iterable[Problem], known: Iterable[Problem]
) -> Iterator[Problem]:
    """Yield the errors of this graph and its layers that are not `known` yet.

    What follows a model without outputs says so itself.
    """
    places = {(problem.node, problem.code) for problem in known}
    for error in errors:
        here = error.graph == index.graph.id and (not error.node or error.node in index.nodes)
        if here and error.code != "no_outputs" and (error.node, error.code) not in places:
            yield error


def notes(problems: Iterable[Problem]) -> dict[str | None, list[Problem]]:
    """Return the problems that become comments, by node; None for those of the graph."""
    result: dict[str | None, list[Problem]] = {}
    for each in problems:
        if each.severity in ("error", "note"):
            result.setdefault(each.node, []).append(each)
    return result
