"""Compile settings and calls of fit in sources of every version of Keras."""

from typing import Any

import pytest

from tests.engine.imports.python.reading import read

METRICS = {
    "sparse": ("Dense(10)", "sparse_categorical_crossentropy", "SparseCategoricalAccuracy"),
    "one-hot": ("Dense(10)", "categorical_crossentropy", "CategoricalAccuracy"),
    "binary": ("Dense(1)", "binary_crossentropy", "BinaryAccuracy"),
    "several labels": ("Dense(5)", "binary_crossentropy", "CategoricalAccuracy"),
    "one number": ("Dense(1)", "mse", "BinaryAccuracy"),
    "a loss function": ("Dense(10)", "SPARSE", "SparseCategoricalAccuracy"),
    "logits": ("Dense(10)", "LOGITS", "SparseCategoricalAccuracy"),
}
SPELLINGS = {
    "SPARSE": "keras.losses.sparse_categorical_crossentropy",
    "LOGITS": "keras.losses.SparseCategoricalCrossentropy(from_logits=True)",
}


@pytest.mark.parametrize("name", ["accuracy", "acc"])
@pytest.mark.parametrize(("layer", "loss", "metric"), METRICS.values(), ids=METRICS)
def test_accuracy_means_what_keras_makes_of_it(
    name: str, layer: str, loss: str, metric: str
) -> None:
    written = SPELLINGS.get(loss, repr(loss))
    source = f"""
        model = keras.Sequential([keras.Input((4,)), layers.{layer}])
        model.compile("adam", loss={written}, metrics=["{name}"])
        """
    imported = read(source)
    assert imported.problems == ()
    assert [item.class_ for item in imported.document.training.metrics] == [metric]


@pytest.mark.parametrize(
    "rows",
    ["y = keras.utils.to_categorical(y)", "y = secret.encode(y)"],
    ids=["encoded by Keras", "encoded elsewhere"],
)
def test_one_hot_targets_are_bound_as_one_hot(rows: str) -> None:
    source = f"""
        import secret
        from keras.datasets import mnist
        (x, y), _ = mnist.load_data()
        {rows}
        model = keras.Sequential([keras.Input((784,)), layers.Dense(10, activation="softmax")])
        model.compile("adam", "categorical_crossentropy")
        model.fit(x.reshape(-1, 784) / 255, y)
        """
    document = read(source).document
    assert document.training.data == "mnist"
    assert [(item.column, item.encoding) for item in document.training.bindings] == [
        ("digit", "one_hot")
    ]


def decayed(rate: float, decay: float) -> dict[str, Any]:
    """The learning rate of Keras 2's argument `decay`."""
    params = {"initial_learning_rate": rate, "decay_steps": 1, "decay_rate": decay}
    return {"learning_rate": {"class": "InverseTimeDecay", "params": params}}


OPTIMIZERS = {
    "keras.optimizers.RMSprop(lr=0.01)": ("RMSprop", {"learning_rate": 0.01}),
    "keras.optimizers.legacy.Adam(0.01, decay=0.0)": ("Adam", {"learning_rate": 0.01}),
    "tf.optimizers.Adam(1e-4)": ("Adam", {"learning_rate": 0.0001}),
    "tf.keras.optimizers.SGD(momentum=0.9)": ("SGD", {"momentum": 0.9}),
    "'rmsprop'": ("RMSprop", {}),
    "keras.optimizers.SGD(lr=0.1, decay=0.02)": ("SGD", decayed(0.1, 0.02)),
    "keras.optimizers.Adam(decay=1e-6)": ("Adam", decayed(0.001, 1e-6)),
}


@pytest.mark.parametrize(("written", "expected"), OPTIMIZERS.items(), ids=OPTIMIZERS)
def test_optimizers(written: str, expected: tuple[str, dict[str, Any]]) -> None:
    source = f"""
        import tensorflow as tf
        model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
        model.compile(optimizer={written}, loss="mse")
        """
    imported = read(source)
    optimizer = imported.document.training.optimizer
    assert (optimizer.class_, optimizer.params) == expected
    assert imported.problems == ()


FITS = {
    "nothing said": ("model.fit(x, y)", 1, 0.0),
    "a split": ("model.fit(x, y, validation_split=0.3, epochs=4)", 4, 0.3),
    "Keras 1": ("model.fit(x, y, nb_epoch=6)", 6, 0.0),
    "a loop of its own": ("model.train_on_batch(x, y)", 10, 0.2),
}


@pytest.mark.parametrize(("call", "epochs", "split"), FITS.values(), ids=FITS)
def test_fit_has_keras_s_defaults(call: str, epochs: int, split: float) -> None:
    source = f"""
        x = y = None
        model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
        model.compile(loss="mse")
        {call}
        """
    training = read(source).document.training
    assert (training.epochs, training.split) == (epochs, split)
    assert training.optimizer.class_ == "RMSprop"


LEFT_OUT = {
    "a custom loss": ('model.compile("adam", loss=my_loss)', "the loss my_loss"),
    "a callback": ("model.fit(x, y, callbacks=[Mine()])", "the callback Mine"),
    "class weights": ("model.fit(x, y, class_weight=weights)", "class_weight of fit(…)"),
    "negative class weights": (
        "model.fit(x, y, class_weight={0: -1})", "class_weight of fit(…)",
    ),
    "sample weights": ("model.fit(x, y, sample_weight=[1, 2])", "sample_weight of fit(…)"),
    "shuffling of batches": ('model.fit(x, y, shuffle="batch")', "shuffle of fit(…)"),
    "loaded weights": ('model.load_weights("w.h5")', "the weights that load_weights(…) loads"),
    "a training loop": ("model.train_on_batch(x, y)", "train_on_batch(…)"),
    "an added loss": ("model.add_loss(1.0)", "add_loss(…)"),
    "a decaying rate": (
        'model.compile(keras.optimizers.SGD(decay=x), "mse")', "decay of SGD",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("body", "what"), LEFT_OUT.values(), ids=LEFT_OUT)
def test_what_training_settings_can_t_hold_is_named(body: str, what: str) -> None:
    source = f"""
        def my_loss(a, b): return a
        class Mine(keras.callbacks.Callback): pass
        model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
        x = y = open("rows")
        {body}
        """
    (problem,) = read(source).problems
    assert problem.code == "python_left_out"
    assert what in problem.message


def test_a_function_with_arguments_given_by_partial_is_read() -> None:
    source = """
from functools import partial
model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
loss = partial(keras.losses.binary_crossentropy, from_logits=True)
model.compile("adam", loss, [partial(keras.metrics.binary_accuracy, threshold=0.3)])
"""
    training = read(source).document.training
    assert training.loss is not None
    assert (training.loss.class_, training.loss.params) == (
        "BinaryCrossentropy",
        {"from_logits": True},
    )
    assert [(each.class_, each.params) for each in training.metrics] == [
        ("BinaryAccuracy", {"threshold": 0.3})
    ]


def test_an_own_function_with_arguments_given_by_partial_is_named() -> None:
    source = """
from functools import partial
def mine(target, output, weight): return 0
model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
model.compile("adam", partial(mine, weight=2))
"""
    assert "the loss mine" in read(source).problems[0].message
