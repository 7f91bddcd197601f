"""The states of PyTorch's random generators, as variables: of the processor, and of each GPU.

Keras draws the order of rows and the values that Dropout drops from them. TensorFlow and JAX have
none that matters: there Keras keeps what it draws with in variables of the model.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras


@dataclass(frozen=True)
class Generator:
    """The state of a generator."""

    read: Callable[[], Any]
    write: Callable[[Any], None]

    @property
    def value(self) -> Any:
        """The present state, as a tensor of bytes."""
        return self.read()

    def assign(self, value: Any) -> None:
        """Continue to draw as from this state on, a tensor or an array."""
        import torch

        self.write(torch.as_tensor(value, dtype=torch.uint8, device="cpu"))


def generators() -> list[Generator]:
    """Return the generators of the active backend."""
    if keras.backend.backend() != "torch":
        return []
    import torch

    found = [Generator(torch.get_rng_state, torch.set_rng_state)]
    if torch.cuda.is_available():
        found.append(Generator(torch.cuda.get_rng_state, torch.cuda.set_rng_state))
    return found
