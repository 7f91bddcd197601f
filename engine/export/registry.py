"""The file formats of trained models. A new format is one object in this list.

Importing this imports no machine-learning library; exporters import theirs when they write.
"""

from engine.export.exporter import Exporter
from engine.export.keras_file import KERAS

EXPORTERS: tuple[Exporter, ...] = (KERAS,)

EVERY_RUN = (KERAS,)
"""The formats in which every run saves its model."""
