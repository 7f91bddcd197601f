"""Kinds of nodes that are not Keras layers: model inputs, calls of sub-models, and ops."""

from engine.document import Node

INPUT = "Input"
MODEL = "Model"
OPS = "ops."
"""The prefix of the names of ops."""


def is_op(node: Node) -> bool:
    """Whether a node is an op: a function of keras.ops, which has no weights and can't be named.

    Keras numbers ops and unnamed layers together (add, add_1), so a layer whose name looks like
    that of an op in the graph is renamed.
    """
    return node.layer.startswith(OPS)
