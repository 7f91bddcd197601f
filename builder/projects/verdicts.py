"""Verdicts as sockets send them: whole, or as what changed since the one before."""

from collections.abc import Mapping
from typing import TypeAlias, get_args

from builder.wire.messages import Judged, VerdictField
from engine.check.verdict import NodeVerdict, Verdict
from engine.document import MAIN

Said: TypeAlias = tuple[int, Verdict]
"""A verdict with the revision of the document that it is on."""
_FIELDS: tuple[VerdictField, ...] = get_args(VerdictField)
_Graphs: TypeAlias = Mapping[str, Mapping[str, NodeVerdict]]


def whole(said: Said) -> Judged:
    """Return a verdict as whoever knows none is sent it."""
    revision, verdict = said
    return Judged(revision=revision, verdict=verdict)


def since(before: Said | None, said: Said) -> Judged:
    """Return a verdict as whoever knows the one before is sent it."""
    if before is None:
        return whole(said)
    (base, old), (revision, new) = before, said
    changed = _changed(_graphs(old), _graphs(new))
    same = tuple(name for name in _FIELDS if getattr(old, name) == getattr(new, name))
    rest: dict[str, object] = {name: Verdict.model_fields[name].default for name in same}
    nodes = changed.pop(MAIN, {})
    return Judged(
        revision=revision,
        base=base,
        verdict=new.model_copy(update={"nodes": nodes, "graphs": changed, **rest}),
        gone=_gone(_graphs(old), _graphs(new)),
        same=same,
    )


def _graphs(verdict: Verdict) -> _Graphs:
    return {MAIN: verdict.nodes, **verdict.graphs}


def _changed(old: _Graphs, new: _Graphs) -> dict[str, dict[str, NodeVerdict]]:
    """The nodes of which something else is said than before, by graph."""
    graphs = {
        graph: {id: said for id, said in nodes.items() if old.get(graph, {}).get(id) != said}
        for graph, nodes in new.items()
    }
    return {graph: nodes for graph, nodes in graphs.items() if nodes}


def _gone(old: _Graphs, new: _Graphs) -> dict[str, tuple[str, ...]]:
    """The nodes of which nothing is said any more, by graph."""
    graphs = {
        graph: tuple(id for id in nodes if id not in new.get(graph, {}))
        for graph, nodes in old.items()
    }
    return {graph: ids for graph, ids in graphs.items() if ids}
