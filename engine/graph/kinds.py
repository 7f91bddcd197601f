"""Nodes that are not layers of Keras: the inputs of a model, calls of a sub-model, and ops."""

from engine.document import Node

INPUT = "Input"
MODEL = "Model"
OPS = "ops."
"""How the names of operations begin."""


def is_operation(node: Node) -> bool:
    """Whether a node is a function of keras.ops, which has neither weights nor a chosen name.

    Keras counts operations and unnamed layers together (add, add_1), and code can't name an
    operation: a layer that has such a name next to one gets another.
    """
    return node.layer.startswith(OPS)
