"""The architectures of keras.applications as Keras's JSON."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest import mock

import keras
from keras.src.utils import file_utils

from engine.keras.lean import without_tensorflow
from engine.keras.weightless import without_weights
from engine.problems import Phrase, phrase


@contextmanager
def _without_files() -> Iterator[None]:
    """Let models load no weights within the block, so that none are downloaded."""
    with (
        mock.patch.object(file_utils, "get_file", return_value=""),
        mock.patch.object(keras.Model, "load_weights"),
    ):
        yield


def application_json(name: str, arguments: Mapping[str, Any]) -> dict[str, Any] | Phrase:
    """Return the JSON of `keras.applications.name(**arguments)`, or why Keras refuses it.

    No weights are loaded or allocated, and layers are numbered from the start. With the weights
    "imagenet", some architectures have one layer more.
    """
    build = getattr(keras.applications, name, None)
    if build is None:
        return phrase("keras.applications has no {name}", name=name)
    keras.utils.clear_session(free_memory=False)
    try:
        with without_tensorflow(), without_weights(), _without_files():
            model = build(**{"weights": None, **arguments})
            value: dict[str, Any] = json.loads(model.to_json())
    except Exception as error:
        why = str(error)[:200]
        return phrase("keras.applications.{name} refuses this: {why}", name=name, why=why)
    return value
