"""The file formats that trained models are written in. A new format is one object in this list.

Importing this imports no machine-learning library: exporters import theirs when they write.
"""

from engine.export.exporter import Exporter
from engine.export.keras_file import KERAS

EXPORTERS: tuple[Exporter, ...] = (KERAS,)

EVERY_RUN = (KERAS,)
"""The formats in which every run leaves its model."""
