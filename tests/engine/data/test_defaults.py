"""Losses and metrics of outputs for which the document sets none."""

import pytest

from engine.data.defaults import choose
from engine.document import ObjectSpec, Training

METRICS = {
    "SparseCategoricalCrossentropy": "SparseCategoricalAccuracy",
    "CategoricalCrossentropy": "CategoricalAccuracy",
    "BinaryCrossentropy": "MeanAbsoluteError",
    "MeanSquaredError": "MeanAbsoluteError",
}


@pytest.mark.parametrize(("loss", "metric"), METRICS.items(), ids=METRICS)
def test_without_data_the_loss_says_what_is_measured(loss: str, metric: str) -> None:
    chosen = choose(Training(loss=ObjectSpec(class_=loss)), "n1", None, None)
    assert [spec.class_ for spec in chosen.metrics] == [metric]
