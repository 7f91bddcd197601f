"""Layers that learn from the training rows before training: means, boundaries, vocabularies."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from engine.document import Document
from engine.graph.adaptable import learns
from engine.graph.index import index_graph
from engine.graph.names import names
from engine.training.rows import Rows


def adapt(model: keras.Model, document: Document, rows: Rows) -> Iterator[str]:
    """Show each layer that has to learn what reaches it of `rows`; yield what was learned.

    From the inputs on, so that a layer sees what those before it have learned to make. The
    values are never written into the document: they belong to the trained model.
    """
    wires = index_graph(document.main)
    called = names(wires)
    for key in wires.order:
        node = wires.nodes[key]
        what = learns(node) if node.shares is None else None
        if what is None:
            continue
        layer = model.get_layer(called[key])
        layer.adapt(_reaching(model, layer, rows, document.training.batch_size))
        yield f"“{called[key]}” learned {what} from {len(rows):,} training rows."


def _reaching(model: keras.Model, layer: Any, rows: Rows, batch: int) -> np.ndarray:
    """What the rows are when they come to the layer's first call."""
    tensor = layer.input
    for given, values in zip(model.inputs, rows.inputs, strict=True):
        if given is tensor:
            return values
    before = keras.Model(model.inputs, tensor)
    return np.asarray(before.predict(rows.x, batch_size=batch, verbose=0))
