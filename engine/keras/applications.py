"""The architectures of keras.applications as Keras's JSON."""

import json
from collections.abc import Mapping
from typing import Any

import keras

from engine.keras.lean import without_tensorflow
from engine.keras.weightless import without_weights
from engine.problems import Phrase, phrase


def application_json(name: str, arguments: Mapping[str, Any]) -> dict[str, Any] | Phrase:
    """Return the JSON of `keras.applications.name(**arguments)`, or why Keras refuses it.

    No weights are loaded or allocated, and layers are numbered from the start.
    """
    build = getattr(keras.applications, name, None)
    if build is None:
        return phrase("keras.applications has no {name}", name=name)
    keras.utils.clear_session(free_memory=False)
    try:
        with without_tensorflow(), without_weights():
            model = build(**{**arguments, "weights": None})
            value: dict[str, Any] = json.loads(model.to_json())
    except Exception as error:
        why = str(error)[:200]
        return phrase("keras.applications.{name} refuses this: {why}", name=name, why=why)
    return value
