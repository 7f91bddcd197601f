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
from engine.training.adapters import bare
from engine.training.generators import generators
from engine.training.moments import Moments
from engine.training.rows import Rows, bytes_of


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
        blocks = _layer_inputs(model, layer, rows, document.training.batch_size)
        layer.adapt(_learnable(layer, blocks) if rows.held is None else next(blocks))
        yield phrase(
            "“{name}” learned {what} from {count:,} training rows.",
            name=labels[key],
            what=what,
            count=len(rows),
        )


def _layer_inputs(
    model: keras.Model, layer: Any, rows: Rows, batch_size: int
) -> Iterator[np.ndarray]:
    """Yield the inputs of the layer's first call for these rows, in blocks that fit in memory."""
    tensor = layer.input
    own = [number for number, model_input in enumerate(model.inputs) if model_input is tensor]
    preceding = None if own else keras.Model(model.inputs, tensor)
    drawn: list[Any] | None = None
    for positions in rows.blocks(batch_size, 0 if own else bytes_of(tensor)):
        inputs, _ = rows.read(positions)
        if preceding is None:
            yield inputs[own[0]]
        else:
            values = preceding.predict(bare(inputs), batch_size=batch_size, verbose=0)
            # PyTorch draws a number for each call, of which a script needs one for all rows.
            drawn = drawn or [generator.value for generator in generators()]
            for generator, state in zip(generators(), drawn, strict=True):
                generator.assign(state)
            yield np.asarray(values)


def _learnable(layer: Any, blocks: Iterator[np.ndarray]) -> np.ndarray | Iterator[np.ndarray]:
    """Return what `adapt` learns from in place of all rows.

    Mean and variance are computed here: for anything but an array, Keras imports TensorFlow, on
    JAX too. Two rows that have them stand for all rows.
    """
    if isinstance(layer, keras.layers.Normalization):
        moments = Moments()
        for block in blocks:
            moments.add(block)
        deviation = np.sqrt(moments.variance)
        return np.stack([moments.mean - deviation, moments.mean + deviation])
    return (block[:, np.newaxis] if block.ndim == 1 else block for block in blocks)
