"""Models as Keras 2 and TensorFlow.js save them: structure and compile settings in JSON.

Every one of these formats has a model config and a training config, in the form of Keras 2.
"""

from collections.abc import Mapping
from typing import Any

from engine.imports import keras_1
from engine.imports.graph_builder import Imported
from engine.imports.keras_1_json import is_keras_1, to_keras_2
from engine.imports.keras_json import from_keras_json
from engine.problems import Problem

MAX_NESTING = 100
_SEQUENCES = ("__tuple__", "TensorShape")
_WRAPPERS = ("MeanMetricWrapper", "LossFunctionWrapper")


def from_saved(model: Any, training: Any, version: str) -> Imported | list[Problem]:
    """The document for a model config and a training config that Keras `version` wrote.

    Never raises for bad input: returns problems for what is no Keras model.
    """
    model = _plain(model, 0)
    if not isinstance(model, dict):
        return from_keras_json(model)
    value: Mapping[str, Any] = {**model, "keras_version": version}
    if is_keras_1(value):
        value = to_keras_2(value)
    settings = _plain(training, 0)
    if isinstance(settings, dict):
        value = {**value, "compile_config": _compile_config(settings)}
    return from_keras_json(value)


def _plain(value: Any, depth: int) -> Any:
    """JSON with lists for tuples and shapes, which Keras 2 wrote as objects."""
    if depth > MAX_NESTING:
        return None
    if isinstance(value, list):
        return [_plain(item, depth + 1) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("class_name") in _SEQUENCES and isinstance(value.get("items"), list):
        return [_plain(item, depth + 1) for item in value["items"]]
    return {key: _plain(item, depth + 1) for key, item in value.items()}


def _compile_config(training: Mapping[str, Any]) -> dict[str, Any]:
    """A training config as the compile config of Keras 3."""
    config = {key: _object(value) for key, value in training.items() if key != "optimizer_config"}
    optimizer = training.get("optimizer_config")
    if isinstance(optimizer, dict) and isinstance(optimizer.get("config"), dict):
        settings, gone = keras_1.optimizer(optimizer["config"])
        schedule = keras_1.decayed(settings.get("learning_rate"), optimizer["config"].get("decay"))
        if "decay" in gone and schedule is not None:
            settings["learning_rate"] = {"class_name": "InverseTimeDecay", "config": schedule}
            gone.remove("decay")
        unknown = {key: optimizer["config"][key] for key in gone}  # reported as left out
        optimizer = {**optimizer, "config": {**settings, **unknown}}
    return {**config, "optimizer": optimizer}


def _object(value: Any) -> Any:
    """A loss or a metric, at any depth, as Keras 3 writes it."""
    if isinstance(value, list):
        return [_object(item) for item in value]
    if not isinstance(value, dict):
        return value
    config = value.get("config")
    if "class_name" not in value or not isinstance(config, dict):
        return {key: _object(item) for key, item in value.items()}
    if value["class_name"] in _WRAPPERS and isinstance(config.get("fn"), str):
        return config["fn"]
    if config.get("reduction") == "auto":
        config = {**config, "reduction": "sum_over_batch_size"}
    return {**value, "config": config}
