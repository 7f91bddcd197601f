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


GRU = "model = keras.Sequential([keras.Input((6, 4)), {layer}])"
OLD = "from keras.layers.recurrent import GRU, GRUCell\n"
BEFORE = "GRU(units=5, reset_after=False)"
GRUS = {
    "today": ("", "layers.GRU(5)", "GRU(units=5)", 0),
    "an old module": (OLD, "GRU(5)", BEFORE, 1),
    "TensorFlow 1": ("import tensorflow.compat.v1 as tf\n", "layers.GRU(5)", BEFORE, 1),
    "arguments of Keras 1": (
        "", "layers.GRU(output_dim=5)",
        "GRU(units=5, recurrent_activation='hard_sigmoid', reset_after=False)", 0,
    ),
    "a stated order": (OLD, "GRU(5, reset_after=True)", "GRU(units=5)", 0),
    "cuDNN": (OLD, "layers.CuDNNGRU(5)", "GRU(units=5)", 0),
    "a cell": (OLD, "layers.RNN(GRUCell(5))",
               "RNN(cell={'class': 'GRUCell', 'params': {'units': 5, 'reset_after': False}})", 1),
    "a wrapper": (OLD, "layers.Bidirectional(GRU(5))", "Bidirectional(layer={'class': 'GRU', "
                  "'params': {'units': 5, 'reset_after': False}})", 1),
}  # fmt: skip


@pytest.mark.parametrize(("imports", "layer", "expected", "named"), GRUS.values(), ids=GRUS)
def test_the_order_of_a_gru_is_that_of_its_version(
    imports: str, layer: str, expected: str, named: int
) -> None:
    imported = read(imports + GRU.format(layer=layer))
    assert summary(imported.document) == [expected]
    assert sum("GRU layers have" in item.message for item in imported.problems) == named


ADADELTA = """
from {module}.models import Sequential
from {module}.layers import Dense
from {module}.optimizers import {name}
model = Sequential([Dense(1, input_shape=(4,))])
model.compile({name}({rate}), "mse")
"""


@pytest.mark.parametrize(
    ("name", "now", "then"),
    [("Adadelta", 0.001, 1.0), ("Adagrad", 0.001, 0.01), ("Adamax", 0.001, 0.002),
     ("Nadam", 0.001, 0.002)],
)  # fmt: skip
def test_a_learning_rate_that_had_another_default_is_named(
    name: str, now: float, then: float
) -> None:
    source = ADADELTA.format(module="keras", name=name, rate="")
    (problem,) = read(source, "").problems
    assert problem.message == (
        f"Of the training: the learning rate of {name}: it is {now} as in Keras since 2.4, "
        f"and was {then} before by default (line 6)."
    )
    as_text = source.replace(f"{name}(), ", f"'{name.lower()}', ")
    assert [item.message for item in read(as_text, "").problems] == [problem.message]


@pytest.mark.parametrize("fit", ["epochs=1", "nb_epoch=1"])
def test_a_stated_learning_rate_is_kept_where_it_is_today_s_default(fit: str) -> None:
    source = ADADELTA.format(module="keras", name="Adadelta", rate="lr=0.001")
    imported = read(f"{source}model.fit(x, y, {fit})", "")
    assert imported.document.training.optimizer.params == {}
    assert imported.problems == ()


def test_a_decay_of_keras_1_begins_at_the_rate_of_its_time() -> None:
    source = ADADELTA.format(module="keras", name="Adadelta", rate="decay=0.1")
    imported = read(f"{source}model.fit(x, y, nb_epoch=1)", "")
    (rate,) = imported.document.training.optimizer.params.values()
    assert rate == {
        "class": "InverseTimeDecay",
        "params": {"initial_learning_rate": 1.0, "decay_steps": 1, "decay_rate": 0.1},
    }
    assert "was 1.0 before" in read(source, "").problems[0].message


STARS = """
import tensorflow as tf
from keras import Sequential
from keras.layers import *
model = Sequential([Dense(1, input_shape=(4,))])
model.compile("adadelta", "mse")
"""


def test_a_star_import_may_be_of_any_version() -> None:
    (problem,) = read(STARS, "").problems
    assert "the learning rate of Adadelta" in problem.message


@pytest.mark.parametrize(
    ("module", "name", "rate"),
    [
        ("keras", "Adadelta", "learning_rate=0.5"),
        ("keras", "Adam", ""),
        ("tensorflow.keras", "Adadelta", ""),
    ],
)
def test_a_learning_rate_without_doubt_is_not_named(module: str, name: str, rate: str) -> None:
    assert read(ADADELTA.format(module=module, name=name, rate=rate), "").problems == ()


GATES = """
from {module} import LSTM
from keras.models import Sequential
model = Sequential()
model.add(LSTM(4, input_shape=(5, 3){more}))
model.compile({optimizer}, "mse")
model.fit(x, y{fit})
"""
HARD = "LSTM(units=4, recurrent_activation='hard_sigmoid')"
OF_GATES = {
    "Keras 1": ("keras.layers", "", "'sgd'", ", nb_epoch=3", HARD, "hard_sigmoid was"),
    "any version": ("keras.layers", "", "'sgd'", ", epochs=3", "LSTM(units=4)", ""),
    "an old argument": (
        "keras.layers", "", "SGD(lr=0.1)", ", epochs=3", "LSTM(units=4)", "as in Keras since 2.3",
    ),
    "an old module": (
        "keras.layers.recurrent", "", "'sgd'", ", epochs=3", "LSTM(units=4)", "since 2.3",
    ),
    "stated": (
        "keras.layers.recurrent", ", recurrent_activation='tanh'", "'sgd'", ", epochs=3",
        "LSTM(units=4, recurrent_activation='tanh')", "",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("module", "more", "optimizer", "fit", "layer", "named"), OF_GATES.values(), ids=OF_GATES
)
def test_the_gates_of_an_lstm_are_those_of_its_version(  # noqa: PLR0913, PLR0917
    module: str, more: str, optimizer: str, fit: str, layer: str, named: str
) -> None:
    source = GATES.format(module=module, more=more, optimizer=optimizer, fit=fit)
    imported = read("from keras.optimizers import SGD\n" + source, "")
    assert summary(imported.document) == [layer]
    messages = [item.message for item in imported.problems]
    assert [named in message for message in messages] == [True] * bool(named)


def test_a_thresholded_relu_has_its_threshold() -> None:
    source = "model = keras.Sequential([keras.Input((4,)), layers.ThresholdedReLU()])"
    assert summary(read(source).document) == ["ReLU(threshold=1.0)"]


FIRST_FITS = {
    "Keras 0": ("model.fit(x, y, show_accuracy=True)", 128, 100, 1.0, []),
    "Keras 1": ("model.fit(x, y, nb_val_samples=3)", 32, 10, 1.0, []),
    "Keras 2": (
        "model.fit(x, y)\nmodel.predict_classes(x)", 32, 1, None,
        ["the learning rate of Adadelta", "the number of epochs"],
    ),
    "words of both": (
        "model.fit(x, y, epochs=2)\nmodel.fit_generator(x, nb_epoch=3)", 32, 3, None,
        ["an earlier training", "the learning rate of Adadelta"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("fits", "size", "epochs", "rate", "named"), FIRST_FITS.values(), ids=FIRST_FITS
)
def test_training_has_the_defaults_of_its_version(
    fits: str, size: int, epochs: int, rate: float | None, named: list[str]
) -> None:
    source = f"""
from keras.models import Sequential
from keras.layers import Dense
model = Sequential([Dense(1, input_shape=(4,))])
model.compile("adadelta", "mse")
{fits}
"""
    imported = read(source, "")
    training = imported.document.training
    assert (training.batch_size, training.epochs) == (size, epochs)
    assert training.optimizer.params.get("learning_rate") == rate
    message = "".join(item.message for item in imported.problems)
    assert bool(message) == bool(named)
    assert all(name in message for name in named), message


HARD_SIGMOIDS = {
    "of the backend": (
        "from keras import backend as K", "layers.Lambda(lambda x: K.hard_sigmoid(x))(i)", 0,
    ),
    "of a layer, in TensorFlow": (
        "import tensorflow as tf", "layers.Activation('hard_sigmoid')(i)", 1,
    ),
    "a function, in TensorFlow": (
        "import tensorflow as tf", "tf.keras.activations.hard_sigmoid(i)", 1,
    ),
    "today": ("", "layers.Activation('hard_sigmoid')(i)", 0),
}  # fmt: skip


@pytest.mark.parametrize(("head", "call", "named"), HARD_SIGMOIDS.values(), ids=HARD_SIGMOIDS)
def test_hard_sigmoid_is_that_of_its_version_or_named(head: str, call: str, named: int) -> None:
    imported = read(f"{head}\ni = keras.Input((3,))\nmodel = keras.Model(i, {call})")
    assert len(imported.problems) == named
    if "backend" in head:
        assert summary(imported.document) == [
            "ops.multiply(x2=0.2)", "ops.add(x2=0.5)", "ops.clip(x_min=0.0, x_max=1.0)",
        ]  # fmt: skip


@pytest.mark.parametrize(("rate", "named"), [("", 1), ("1e-3", 0)])
def test_the_old_rate_of_lion_is_named(rate: str, named: int) -> None:
    imported = read(f"""
        import tensorflow as tf
        model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
        model.compile(tf.keras.optimizers.Lion({rate}), "mse")
        """)
    assert ["Lion" in item.message for item in imported.problems] == [True] * named


FIRST = {
    "mode": ("BatchNormalization(mode=2, input_shape=(3,))", "BatchNormalization()", "mode of"),
    "no mode": ("BatchNormalization(mode=0, input_shape=(3,))", "BatchNormalization()", ""),
    "dropped words": (
        "Embedding(9, 4, input_length=5, dropout=0.2)", "Embedding(input_dim=9, output_dim=4)",
        "dropout of Embedding",
    ),
    "no bias to remember": (
        "LSTM(4, input_dim=3, forget_bias_init='zero')",
        "LSTM(units=4, unit_forget_bias=False, recurrent_activation='hard_sigmoid')",
        "hard_sigmoid",
    ),
    "two sizes": (
        "Dense(3, 4, 'uniform')", "Dense(units=4, kernel_initializer='random_uniform')", "",
    ),
    "two sizes of a sequence": ("SimpleRNN(3, 4)", "SimpleRNN(units=4)", ""),
    "each step": ("TimeDistributedDense(4, input_shape=(5, 3))", "Dense(units=4)", ""),
}  # fmt: skip


@pytest.mark.parametrize(("layer", "expected", "named"), FIRST.values(), ids=FIRST)
def test_arguments_of_the_first_versions(layer: str, expected: str, named: str) -> None:
    imported = read(f"""
from keras.models import Sequential
from keras.layers import *
model = Sequential()
model.add({layer})
""", "")  # fmt: skip
    assert summary(imported.document) == [expected]
    assert [named in item.message for item in imported.problems] == [True] * bool(named)


TENSORFLOW = {
    "tf.math.top_k(i)[0]": "ops.top_k(k=1)",
    "tf.math.top_k(i, 2)[0]": "ops.top_k(k=2)",
    "tf.math.top_k(i, k=3)[0]": "ops.top_k(k=3)",
    "tf.nn.gelu(i)": "ops.gelu(approximate=False)",
    "tf.nn.gelu(i, True)": "ops.gelu()",
    "tf.argmax(i, 1, tf.int32)": "ops.argmax(axis=1)",
    "tf.argmax(i, output_type=tf.int32)": "ops.argmax(axis=0)",
    "tf.gather(i, [0], axis=1)": "ops.take(indices=[0], axis=1)",
    "tf.gather(i, [0])": "ops.take(indices=[0], axis=0)",
    "tf.math.floormod(i, 2.0)": "ops.mod(x2=2.0)",
    "tf.keras.activations.relu(i, 0.1, 6.0)": "ReLU(negative_slope=0.1, max_value=6.0)",
    "tf.keras.activations.relu(i, alpha=0.1)": "ReLU(negative_slope=0.1)",
    "tf.keras.backend.relu(i, 0.1)": "ReLU(negative_slope=0.1)",
    "abs(i)": "ops.abs()",
}


@pytest.mark.parametrize(("call", "expected"), TENSORFLOW.items(), ids=TENSORFLOW)
def test_a_default_of_tensorflow_replaces_no_argument(call: str, expected: str) -> None:
    source = f"import tensorflow as tf\ni = keras.Input((6, 4))\nmodel = keras.Model(i, {call})"
    assert summary(read(source).document) == [expected]
