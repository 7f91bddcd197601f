"""The difference between two verdicts: what a page that has the older one must be sent."""

from collections.abc import Mapping
from typing import Literal, TypeAlias, get_args

from engine.check.verdict import NodeVerdict, Verdict
from engine.document import MAIN, Id
from engine.values import Frozen

VerdictField: TypeAlias = Literal[
    "inputs", "outputs", "bound", "fed", "chosen", "divided", "prepared", "problems"
]
_FIELDS: tuple[VerdictField, ...] = get_args(VerdictField)
_Graphs: TypeAlias = Mapping[str, Mapping[str, NodeVerdict]]


class Difference(Frozen):
    """`verdict` holds only nodes that changed, `gone` lists by graph the nodes that have no
    verdict any more, and `same` lists the fields of the verdict that did not change."""

    verdict: Verdict
    gone: dict[Id, tuple[Id, ...]] = {}
    same: tuple[VerdictField, ...] = ()


def difference(old: Verdict, new: Verdict) -> Difference:
    """Return the difference from the old verdict to the new one."""
    changed = _changed(_graphs(old), _graphs(new))
    same = tuple(name for name in _FIELDS if getattr(old, name) == getattr(new, name))
    rest: dict[str, object] = {name: Verdict.model_fields[name].default for name in same}
    nodes = changed.pop(MAIN, {})
    return Difference(
        verdict=new.model_copy(update={"nodes": nodes, "graphs": changed, **rest}),
        gone=_gone(_graphs(old), _graphs(new)),
        same=same,
    )


def _graphs(verdict: Verdict) -> _Graphs:
    return {MAIN: verdict.nodes, **verdict.graphs}


def _changed(old: _Graphs, new: _Graphs) -> dict[str, dict[str, NodeVerdict]]:
    """Return the verdicts of nodes that changed, by graph."""
    graphs = {
        graph: {id: node for id, node in nodes.items() if old.get(graph, {}).get(id) != node}
        for graph, nodes in new.items()
    }
    return {graph: nodes for graph, nodes in graphs.items() if nodes}


def _gone(old: _Graphs, new: _Graphs) -> dict[str, tuple[str, ...]]:
    """Return the ids of nodes that have no verdict any more, by graph."""
    graphs = {
        graph: tuple(id for id in nodes if id not in new.get(graph, {}))
        for graph, nodes in old.items()
    }
    return {graph: ids for graph, ids in graphs.items() if ids}
