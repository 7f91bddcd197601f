"""What an older Keras meant, where Keras 3 means something else by the same words."""

import pytest

from tests.engine.imports.python.reading import read, summary

LSTM = """
from {module} import ConvLSTM2D
from keras.models import Sequential
model = Sequential()
model.add(ConvLSTM2D(4, 3, input_shape=(None, 8, 8, 1){more}))
"""
OLD_DEFAULT = "ConvLSTM2D(filters=4, kernel_size=3, recurrent_activation='hard_sigmoid')"


@pytest.mark.parametrize(
    ("module", "more", "layer", "named"),
    [
        ("keras.layers.convolutional_recurrent", "", OLD_DEFAULT, 1),
        ("keras.layers.convolutional_recurrent", ", recurrent_activation='sigmoid'",
         "ConvLSTM2D(filters=4, kernel_size=3)", 0),
        ("keras.layers", "", "ConvLSTM2D(filters=4, kernel_size=3)", 0),
        ("tensorflow.keras.layers", "", "ConvLSTM2D(filters=4, kernel_size=3)", 1),
    ],
)  # fmt: skip
def test_defaults_of_keras_2_hold_where_its_modules_are_imported(
    module: str, more: str, layer: str, named: int
) -> None:
    imported = read(LSTM.format(module=module, more=more), "")
    assert summary(imported.document) == [layer]
    assert len(imported.problems) == named


LOSSES = {
    "keras.losses.kullback_leibler_divergence": "KLDivergence",
    "keras.losses.MSE": "MeanSquaredError",
    "'cosine_proximity'": "CosineSimilarity",
    "'logcosh'": "LogCosh",
}


@pytest.mark.parametrize(("written", "expected"), LOSSES.items(), ids=LOSSES)
def test_losses_by_older_names(written: str, expected: str) -> None:
    source = f"""
        model = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
        model.compile("adam", {written})
        """
    imported = read(source)
    assert imported.document.training.loss is not None
    assert imported.document.training.loss.class_ == expected
    assert imported.problems == ()


def test_a_function_that_keras_exports_is_read() -> None:
    source = """
        from tensorflow.python.util.tf_export import keras_export
        @keras_export("keras.applications.small.Small")
        def Small(units=3):
            x = keras.Input((4,))
            return keras.Model(x, layers.Dense(units)(x))
        """
    assert summary(read(source).document) == ["Dense(units=3)"]


def test_the_shape_of_a_tensor_has_tensorflow_s_methods() -> None:
    source = """
        x = keras.Input((4, 5))
        shape = x.shape.as_list()
        units = shape[1] + x.get_shape().ndims + x.shape[2].value
        model = keras.Model(x, layers.Dense(units)(x))
        """
    assert summary(read(source).document) == ["Dense(units=12)"]
