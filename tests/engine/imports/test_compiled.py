"""Compile settings are imported; objects that are not in the catalogue are reported."""

from typing import Any

import keras
import pytest
from keras import layers

from engine.document import ObjectSpec
from engine.imports.graph_builder import Imported
from tests.engine.keras_models import read, small

pytestmark = pytest.mark.filterwarnings(  # Keras on JAX
    "ignore:__array__ implementation:DeprecationWarning"
)


def compiled(**fields: Any) -> Imported:
    """A small model with one or two outputs, compiled, exported and imported."""
    start = keras.Input((4,), name="start")
    ends = [layers.ReLU(name="a")(start), layers.ReLU(name="b")(start)]
    single = not isinstance(fields.get("loss"), list | dict)
    model = keras.Model(start, ends[0] if single else ends)
    model.compile(**fields)
    return read(model.to_json())


def test_optimizer_loss_and_metrics_are_imported() -> None:
    imported = compiled(
        optimizer=keras.optimizers.SGD(0.002, momentum=0.9, nesterov=True),
        loss=keras.losses.BinaryCrossentropy(from_logits=True),
        metrics=["accuracy", "mae", keras.metrics.MeanSquaredError(name="off")],
    )
    training = imported.document.training
    assert imported.problems == ()
    values = {"learning_rate": 0.002, "momentum": 0.9, "nesterov": True}
    assert training.optimizer == ObjectSpec(class_="SGD", params=values)
    assert training.loss == ObjectSpec(class_="BinaryCrossentropy", params={"from_logits": True})
    assert training.metrics == (
        ObjectSpec(class_="MeanAbsoluteError"),
        ObjectSpec(class_="MeanSquaredError", params={"name": "off"}),
    )


def test_schedules_are_imported() -> None:
    schedule = keras.optimizers.schedules.CosineDecay(0.1, 1_000)
    imported = compiled(optimizer=keras.optimizers.Adam(schedule), loss="mse")
    assert imported.document.training.optimizer.params["learning_rate"] == {
        "class": "CosineDecay",
        "params": {"initial_learning_rate": 0.1, "decay_steps": 1_000},
    }


@pytest.mark.parametrize("form", [list, dict])
def test_settings_of_each_output_are_imported(form: type) -> None:
    values: tuple[list[Any], ...] = (["mse", "mae"], [["mae"], ["mse"]], [1.0, 0.5])
    parts = [dict(zip("ab", items, strict=True)) if form is dict else items for items in values]
    imported = compiled(optimizer="adam", loss=parts[0], metrics=parts[1], loss_weights=parts[2])
    a, b = imported.document.training.outputs
    assert imported.problems == ()
    assert (a.loss, a.weight) == (ObjectSpec(class_="MeanSquaredError"), 1.0)
    assert (b.loss, b.weight) == (ObjectSpec(class_="MeanAbsoluteError"), 0.5)
    assert b.metrics == (ObjectSpec(class_="MeanSquaredError"),)


@pytest.mark.parametrize(
    "value",
    [
        {"optimizer": {"class_name": "Mine", "config": {}}},
        {"loss": {"class_name": "function", "config": "my_loss"}},
        {"loss": "my_loss"},
        {"metrics": [["mine"]]},
        {"weighted_metrics": ["mae"]},
        {"optimizer": 3},
        {"loss": [1, 2]},
        {"metrics": {"d": 3}},
    ],
)
def test_unknown_objects_are_reported(value: dict[str, Any]) -> None:
    imported = read(small(compile_config=value))
    (problem,) = imported.problems
    assert problem.code == "import_training"
