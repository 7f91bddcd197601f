"""What people call a network, by the classes of its layers."""

from collections.abc import Set

from engine.catalogue import traits_of
from engine.problems import Phrase, phrase

ATTENTION = phrase("network with attention")
CONVOLUTIONAL_RECURRENT = phrase("convolutional recurrent network")
CONVOLUTIONAL = phrase("convolutional network")
RECURRENT = phrase("recurrent network")
DENSE = phrase("fully connected network")
OTHER = phrase("network")
KINDS = (ATTENTION, CONVOLUTIONAL_RECURRENT, CONVOLUTIONAL, RECURRENT, DENSE, OTHER)


def kind_of(layers: Set[str]) -> Phrase:
    """The kind of a network with layers of these classes."""
    convolutional = any("Conv" in layer for layer in layers)
    recurrent = any(traits_of(layer).states for layer in layers)
    if any("Attention" in layer for layer in layers):
        return ATTENTION
    if convolutional and recurrent:
        return CONVOLUTIONAL_RECURRENT
    if convolutional:
        return CONVOLUTIONAL
    if recurrent:
        return RECURRENT
    return DENSE if "Dense" in layers else OTHER
