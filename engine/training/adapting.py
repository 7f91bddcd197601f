"""Adapts preprocessing layers to the training rows: means, boundaries, vocabularies."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from engine.document import Document
from engine.graph.adaptable import learns
from engine.graph.names import names
from engine.graph.ports import Outline
from engine.problems import Phrase, phrase
from engine.training.rows import Rows


def adapt(model: keras.Model, document: Document, rows: Rows) -> Iterator[Phrase]:
    """Adapt each layer that needs it to its input for `rows`; yield a log line for each.

    In topological order, so that the input of a layer comes from already adapted layers. The
    adapted values belong to the trained model and are never written into the document.
    """
    outline = Outline(document)
    index = outline.index(document.main.id)
    layer_names, labels = names(index), outline.titles(document.main.id)
    for key in index.order:
        node = index.nodes[key]
        what = learns(node) if node.shares is None else None
        if what is None:
            continue
        layer = model.get_layer(layer_names[key])
        layer.adapt(_layer_input(model, layer, rows, document.training.batch_size))
        yield phrase(
            "“{name}” learned {what} from {count:,} training rows.",
            name=labels[key],
            what=what,
            count=len(rows),
        )


def _layer_input(model: keras.Model, layer: Any, rows: Rows, batch: int) -> np.ndarray:
    """The input of the layer's first call for these rows."""
    tensor = layer.input
    for model_input, values in zip(model.inputs, rows.inputs, strict=True):
        if model_input is tensor:
            return values
    preceding = keras.Model(model.inputs, tensor)
    return np.asarray(preceding.predict(rows.x, batch_size=batch, verbose=0))
