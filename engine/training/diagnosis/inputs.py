"""What the inputs show: values that are not scaled where they reach weights."""

from collections.abc import Sequence

import numpy as np

from engine.catalogue import load, traits_of
from engine.document import Document, Edge
from engine.graph.fixes import insert
from engine.graph.index import GraphIndex, index_graph
from engine.graph.index import inputs as model_inputs
from engine.problems import At, Fix, Problem, phrase, problem
from engine.training.diagnosis.remedies import near
from engine.training.rows import Rows

SAMPLE = 1000
LARGE = 30.0
"""Values beyond this are not scaled."""
PIXELS = 255


def input_findings(document: Document, rows: Rows) -> list[Problem]:
    """Return which inputs reach weights without being scaled."""
    sample = np.linspace(0, len(rows) - 1, min(SAMPLE, len(rows))).astype(int)
    arrays, _ = rows.read(np.unique(sample))
    index = index_graph(document.main)
    found = []
    for node, values in zip(model_inputs(document.main), arrays, strict=True):
        if values.dtype.kind not in "fiu":
            continue
        finite = values[np.isfinite(values)]
        size = float(np.abs(finite).max(initial=0))
        edge = _unscaled(document, node) if size > LARGE else None
        if edge is None:
            continue
        name = index.nodes[node].name or node
        found.append(
            problem(
                "unscaled_input",
                At(node=node),
                name=name,
                size=near(size),
                spread=near(float(finite.std())),
                fix=_scale(index, _edges(document, node), finite),
            )
        )
    return found


def _edges(document: Document, node: str) -> Sequence[Edge]:
    return [edge for edge in document.main.edges if edge.source == node]


def _unscaled(document: Document, node: str) -> Edge | None:
    """The edge over which values reach a layer that multiplies them by weights."""
    layers = {one.id: one.layer for one in document.main.nodes}
    for edge in _edges(document, node):
        layer = layers.get(edge.target) or ""
        if _multiplies(layer):
            return edge
        if traits_of(layer).keeps_values and _unscaled(document, edge.target):
            return edge
    return None


def _multiplies(layer: str) -> bool:
    """Whether a layer multiplies its input by weights that it learns."""
    entry = load().layer(layer)
    kernels = ("kernel_initializer", "depthwise_initializer")
    return entry is not None and any(entry.param(name) for name in kernels)


def _scale(index: GraphIndex, edges: Sequence[Edge], values: np.ndarray) -> Fix | None:
    """Insert a layer that scales; pictures of bytes have a known range."""
    if len(edges) != 1:
        return None
    if values.min() >= 0 and values.max() <= PIXELS and values.max() > PIXELS / 2:
        label = phrase("Scale the values to 0 to 1")
        return insert(index, edges[0], "Rescaling", {"scale": 1 / PIXELS}, label)
    return insert(index, edges[0], "Normalization", {}, phrase("Normalize the values"))
