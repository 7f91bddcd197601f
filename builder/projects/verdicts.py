"""Verdicts as sockets send them: complete, or as the difference from the previous one."""

from collections.abc import Mapping
from typing import TypeAlias, get_args

from builder.wire.messages import Checked, VerdictField
from engine.check.verdict import NodeVerdict, Verdict
from engine.document import MAIN

VerdictAt: TypeAlias = tuple[int, Verdict]
"""A verdict, with the revision of its document."""
_FIELDS: tuple[VerdictField, ...] = get_args(VerdictField)
_Graphs: TypeAlias = Mapping[str, Mapping[str, NodeVerdict]]


def whole(verdict_at: VerdictAt) -> Checked:
    """Return the complete verdict, for tabs that have none."""
    revision, verdict = verdict_at
    return Checked(revision=revision, verdict=verdict)


def since(before: VerdictAt | None, now: VerdictAt) -> Checked:
    """Return the difference from the previous verdict, for tabs that have that one."""
    if before is None:
        return whole(now)
    (base, old), (revision, new) = before, now
    changed = _changed(_graphs(old), _graphs(new))
    same = tuple(name for name in _FIELDS if getattr(old, name) == getattr(new, name))
    rest: dict[str, object] = {name: Verdict.model_fields[name].default for name in same}
    nodes = changed.pop(MAIN, {})
    return Checked(
        revision=revision,
        base=base,
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
