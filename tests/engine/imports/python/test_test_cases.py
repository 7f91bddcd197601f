"""Models that the tests of a library build: methods of classes that a framework runs."""

import pytest

from tests.engine.imports.python.reading import read, refusal, summary

CASE = """
import pytest
import unittest
import tensorflow as tf
from absl.testing import parameterized
from keras import layers, models
from keras.src import testing

@pytest.mark.skipif(True, reason="slow")
class ExportTest({base}):
    def setUp(self):
        self.units = 3

    @parameterized.named_parameters(("a", (1, 3)), ("b", (2, 3)))
    def test_shapes(self, shape):
        inputs = layers.Input((4,))
        model = models.Model(inputs, layers.Dense(2)(inputs))
        self.assertEqual(model.output_shape, shape)

    @unittest.skipIf(False, "never")
    def test_attributes(self):
        model = models.Sequential([layers.Input((4,)), layers.Dense(self.units)])
        model.compile("adam", "mse")
"""


@pytest.mark.parametrize(
    "base",
    ["unittest.TestCase", "parameterized.TestCase", "testing.TestCase", "tf.test.TestCase"],
)
def test_the_models_of_all_tests_can_be_chosen(base: str) -> None:
    imported = read(CASE.format(base=base), "")
    assert [model.layers for model in imported.models] == [2, 2]
    assert summary(imported.document) == ["Dense(units=3)"]
    assert imported.problems == ()


def test_a_method_of_another_decorator_is_not_read() -> None:
    source = CASE.format(base="object").replace("@unittest.skipIf(False, ", "@print(")
    imported = read(source, "")
    assert summary(imported.document) == ["Dense(units=2)"]


def test_a_class_with_an_unknown_base_is_not_run() -> None:
    assert refusal(CASE.format(base="layers.Nonsense"), "") == "This source creates no Keras model."
