"""The libraries that models can be written for as classes, by the id of their target."""

from engine.code.modules.classes import Library
from engine.code.modules.nnx.library import FLAX
from engine.code.modules.torch.library import TORCH

LIBRARIES: dict[str, Library] = {"flax": FLAX, "torch": TORCH}
