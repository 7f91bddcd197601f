"""One pure function per document version: version n → version n + 1, on plain JSON values.

To change the document's schema: increase `VERSION` in engine.document, and add a function that
migrates the previous version. Never change a function that has been released.
"""

from collections.abc import Callable
from typing import Any

from engine.document import VERSION
from engine.problems import Problem, problem


def migrate(value: Any) -> dict[str, Any] | Problem:
    """Migrate plain JSON values from any known version to the present one."""
    if not isinstance(value, dict):
        return problem("not_a_document")
    version = value.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version <= VERSION:
        return problem(
            "unknown_version.none" if version is None else "unknown_version",
            version=repr(version)[:40],
            newest=VERSION,
        )
    document: dict[str, Any] = value
    for step in range(version, VERSION):
        document = STEPS[step](document)
    return document


def _list_inputs(document: dict[str, Any]) -> dict[str, Any]:
    """Version 2 lists a graph's inputs; version 1 ordered them by their position on the canvas.

    Malformed values are left unchanged: validation reports them.
    """
    graphs = document.get("graphs")
    if isinstance(graphs, list):
        document = {**document, "graphs": [_with_inputs(graph) for graph in graphs]}
    return {**document, "version": 2}


def _with_inputs(graph: Any) -> Any:
    if not isinstance(graph, dict) or not isinstance(graph.get("nodes"), list):
        return graph
    inputs = sorted(filter(_is_input, graph["nodes"]), key=_canvas_order)
    return {"inputs": [node["id"] for node in inputs], **graph}


def _is_input(node: Any) -> bool:
    return (
        isinstance(node, dict) and node.get("layer") == "Input" and isinstance(node.get("id"), str)
    )


def _canvas_order(node: dict[str, Any]) -> tuple[float, float, str]:
    """Return a sort key: top to bottom, left to right on the canvas."""
    position = node.get("position")
    y, x = (position.get(axis) if isinstance(position, dict) else 0.0 for axis in "yx")
    return _number(y), _number(x), node["id"]


def _number(value: Any) -> float:
    return value if isinstance(value, int | float) else 0.0


STEPS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _list_inputs}
