"""Prints documents of architectures of keras.applications, {name: document}, as JSON."""

import json
import os
import sys

# JAX compiles to draw the first weights, for each of their shapes.
os.environ |= {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3"}

import keras

from engine.imports.graph_builder import Imported
from engine.imports.keras_json import from_keras_json

SMALLEST = {"InceptionResNetV2": 75, "InceptionV3": 75, "Xception": 71}
"""The smallest images of an architecture; those of the others have 32 pixels a side."""


def main() -> None:
    """Import each architecture that the arguments name."""
    documents = {}
    for name in sys.argv[1:]:
        side = SMALLEST.get(name, 32)
        build = getattr(keras.applications, name)
        model = build(weights=None, input_shape=(side, side, 3), classes=10)
        imported = from_keras_json(json.loads(model.to_json()))
        assert isinstance(imported, Imported), imported
        assert imported.document
        documents[name] = imported.document.to_json()
    print(json.dumps(documents))


main()
