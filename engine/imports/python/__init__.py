"""Convert Keras code to a document by interpreting its syntax tree. Nothing is executed."""

from engine.imports.python.reading import from_python
from engine.imports.python.tools import Tools

__all__ = ["Tools", "from_python"]
