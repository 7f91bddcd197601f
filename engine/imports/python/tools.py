"""What the interpreter asks of Keras, passed in by the process that has it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.document import Document
from engine.imports.python.specs import Spec
from engine.problems import Phrase

Shapes = Callable[[Document], Mapping[str, tuple[Spec, ...]]]
"""Return the outputs of each node of the main graph, by node id."""
Applications = Callable[[str, Mapping[str, Any]], Mapping[str, Any] | Phrase]
"""Return Keras's JSON of a model of keras.applications, or why it can't be built."""


@dataclass(frozen=True)
class Tools:
    """Functions that need Keras; None where the process has no Keras."""

    shapes: Shapes | None = None
    applications: Applications | None = None
