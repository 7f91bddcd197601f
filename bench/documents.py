"""Documents of known size for benchmarks."""

import json
from collections.abc import Iterator
from typing import Any

from engine.document import MAIN, Document, Edge, Graph, Node
from engine.graph.layout import lay_out


class Builder:
    """Collects nodes and edges in lists until `document` is called."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []

    def add(self, layer: str, *sources: str, **params: Any) -> str:
        """Add a node with edges from `sources` (in order) and return its id."""
        node = f"n{len(self.nodes)}"
        self.nodes.append(Node(id=node, layer=layer, params=params))
        for order, source in enumerate(sources):
            self.connect(source, node, order=float(order))
        return node

    def connect(self, source: str, target: str, port: str = "inputs", order: float = 0) -> None:
        """Add an edge from the output of a node to a port of another."""
        id = f"e{len(self.edges)}"
        self.edges.append(Edge(id=id, source=source, target=target, target_port=port, order=order))

    def document(self, name: str) -> Document:
        """The finished document."""
        graph = Graph(id=MAIN, nodes=tuple(self.nodes), edges=tuple(self.edges))
        return Document(name=name, graphs=(graph,))


def chain(length: int, *, spread: bool = False) -> Document:
    """A chain of Dense layers of different widths; `length` counts the input, too.

    With `spread`, the nodes have distinct positions on the canvas.
    """
    build = Builder()
    x = build.add("Input", shape=[16])
    for index in range(length - 1):
        x = build.add("Dense", x, units=8 + index % 7, activation="relu")
    document = build.document(f"chain of {length}")
    return lay_out(document) if spread else document


def resnet50() -> Document:
    """ResNet50 as `keras.applications` builds it (He et al., 2015): 177 layers, 25.6 M weights."""
    build = Builder()
    x = build.add("Input", shape=[224, 224, 3])
    x = build.add("ZeroPadding2D", x, padding=3)
    x = _convolution(build, x, 64, 7, strides=2)
    x = build.add("Activation", x, activation="relu")
    x = build.add("ZeroPadding2D", x, padding=1)
    x = build.add("MaxPooling2D", x, pool_size=3, strides=2)
    for filters, blocks, strides in _STACKS:
        for block in range(blocks):
            x = _block(build, x, filters, strides if block == 0 else 1, project=block == 0)
    x = build.add("GlobalAveragePooling2D", x)
    build.add("Dense", x, units=1000, activation="softmax")
    return build.document("ResNet50")


def application(name: str) -> Document:
    """An architecture of keras.applications, imported from its own JSON."""
    import keras
    from keras.src.backend.common import global_state

    from engine.imports.graph_builder import Imported
    from engine.imports.keras_json import from_keras_json

    with keras.StatelessScope(initialize_variables=False):  # takes no time for weights
        text = getattr(keras.applications, name)(weights=None).to_json()
    global_state.set_global_attribute("uninitialized_variables", [])
    imported = from_keras_json(json.loads(text))
    assert isinstance(imported, Imported), imported
    return imported.document


def unet(depth: int = 4) -> Document:
    """A U-Net (Ronneberger et al., 2015): an encoder, a decoder, and a skip at each resolution."""
    build = Builder()
    x = build.add("Input", shape=[256, 256, 3])
    skips = []
    for level in range(depth):
        x = _twice(build, x, 64 * 2**level)
        skips.append(x)
        x = build.add("MaxPooling2D", x)
    x = _twice(build, x, 64 * 2**depth)
    for level in reversed(range(depth)):
        x = build.add("Conv2DTranspose", x, filters=64 * 2**level, kernel_size=2, strides=2)
        x = build.add("Concatenate", skips[level], x)
        x = _twice(build, x, 64 * 2**level)
    build.add("Conv2D", x, filters=2, kernel_size=1, activation="softmax")
    return build.document("U-Net")


def modules() -> Document:
    """Modules as in Inception: four branches, each with widths of its own, that are joined."""
    build = Builder()

    def conv(source: str, filters: int, size: int) -> str:
        params = {"filters": filters, "kernel_size": size, "padding": "same"}
        return build.add("BatchNormalization", build.add("Conv2D", source, **params))

    x = build.add("Input", shape=[32, 32, 3])
    for number in range(3):
        widths = iter(range(8 + 8 * number, 80, 2 + number))
        one = conv(x, next(widths), 1)
        three = conv(conv(x, next(widths), 1), next(widths), 3)
        five = conv(conv(conv(x, next(widths), 1), next(widths), 3), next(widths), 3)
        last = conv(conv(x, next(widths), 1), next(widths), 1)
        x = build.add("Concatenate", one, three, five, last)
    build.add("Dense", build.add("GlobalAveragePooling2D", x), units=10)
    return build.document("modules")


def _twice(build: Builder, x: str, filters: int) -> str:
    same = {"filters": filters, "kernel_size": 3, "padding": "same", "activation": "relu"}
    return build.add("Conv2D", build.add("Conv2D", x, **same), **same)


def transformer(blocks: int = 3) -> Document:
    """A transformer (Vaswani et al., 2017): an encoder, and a decoder that attends to it."""
    build = Builder()
    encoded = _embedded(build)
    for _ in range(blocks):
        encoded = _attend(build, encoded, encoded)
        encoded = _feed_forward(build, encoded)
    x = _embedded(build)
    for _ in range(blocks):
        x = _attend(build, x, x, use_causal_mask=True)
        x = _attend(build, x, encoded)
        x = _feed_forward(build, x)
    build.add("Dense", x, units=8000, activation="softmax")
    return build.document("Transformer")


def _embedded(build: Builder) -> str:
    tokens = build.add("Input", shape=[64], dtype="int32")
    return build.add("Embedding", tokens, input_dim=8000, output_dim=128)


def _attend(build: Builder, x: str, other: str, **params: Any) -> str:
    attended = build.add("MultiHeadAttention", num_heads=4, key_dim=32, **params)
    build.connect(x, attended, "query")
    build.connect(other, attended, "value")
    return build.add("LayerNormalization", build.add("Add", x, attended))


def _feed_forward(build: Builder, x: str) -> str:
    hidden = build.add("Dense", x, units=512, activation="relu")
    x = build.add("Add", x, build.add("Dense", hidden, units=128))
    return build.add("LayerNormalization", x)


_STACKS = ((64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2))


def _convolution(build: Builder, x: str, filters: int, kernel_size: int, **params: Any) -> str:
    x = build.add("Conv2D", x, filters=filters, kernel_size=kernel_size, **params)
    return build.add("BatchNormalization", x, epsilon=1.001e-5)


def _block(build: Builder, x: str, filters: int, strides: int, *, project: bool) -> str:
    shortcut = _convolution(build, x, 4 * filters, 1, strides=strides) if project else x
    x = _convolution(build, x, filters, 1, strides=strides)
    x = build.add("Activation", x, activation="relu")
    x = _convolution(build, x, filters, 3, padding="same")
    x = build.add("Activation", x, activation="relu")
    x = _convolution(build, x, 4 * filters, 1)
    x = build.add("Add", shortcut, x)
    return build.add("Activation", x, activation="relu")


def edits(document: Document, count: int) -> Iterator[Document]:
    """`document` with one parameter changed, to another value each time, as when typing."""
    graph = document.main
    index = next(i for i, node in reversed(list(enumerate(graph.nodes))) if node.layer == "Dense")
    for step in range(count):
        node = graph.nodes[index]
        changed = node.model_copy(update={"params": node.params | {"units": 1001 + step}})
        nodes = (*graph.nodes[:index], changed, *graph.nodes[index + 1 :])
        yield document.model_copy(update={"graphs": (graph.model_copy(update={"nodes": nodes}),)})
