"""What source does to a model and its training that a document does not hold is named."""

import pytest

from tests.engine.imports.python.reading import read, refusal, summary

MODEL = """
model = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
"""
COMPILED = f"""{MODEL}
model.compile("adam", "mse")
"""
NAMED = {
    "an attribute of the optimizer": (
        COMPILED + "model.optimizer.learning_rate = 0.5",
        "“.learning_rate” of the optimizer, set after it was created (line 8)",
    ),
    "an attribute of an optimizer with a name": (
        "opt = keras.optimizers.SGD(0.1)\nopt.learning_rate = 0.5" + COMPILED,
        "“.learning_rate” of the optimizer",
    ),
    "a setting that is assigned": (
        COMPILED + "model.optimizer.learning_rate.assign(0.5)",
        "the setting of the optimizer that assign(…) changes (line 8)",
    ),
    "a setting that the backend sets": (
        COMPILED + "keras.backend.set_value(model.optimizer.lr, 0.5)",
        "the setting of the optimizer that set_value(…) changes (line 8)",
    ),
    "a weight that the backend sets": (
        COMPILED + "keras.backend.set_value(model.layers[0].kernel, 0.5)",
        "the values that set_value(…) sets (line 8)",
    ),
    "a training loop": (
        MODEL + "opt = keras.optimizers.SGD()\nopt.apply_gradients(zip(g, model.weights))",
        "a training loop of its own with apply_gradients(…) (line 7)",
    ),
    "numbers of 64 bits": (
        "keras.mixed_precision.set_global_policy('float64')" + COMPILED,
        "the type of numbers that is set for all layers (line 4)",
    ),
    "two trainings": (
        COMPILED + "model.fit(x, y, epochs=2)\nmodel.fit(x, y, epochs=7)",
        "an earlier training with fit(…) (line 8)",
    ),
    "steps that end an epoch early": (
        "from sklearn.datasets import load_iris\nx, y = load_iris(return_X_y=True)"
        + COMPILED.replace("mse", "sparse_categorical_crossentropy")
        + "model.fit(x, y, steps_per_epoch=2)",
        "steps_per_epoch of fit(…): each epoch takes all rows instead (line 9)",
    ),
    "weights of losses that are not known": (
        MODEL + "model.compile('adam', 'mse', loss_weights=w)",
        "loss_weights of compile(…) (line 6)",
    ),
    "a model from a file that is trained": (
        MODEL + "other = keras.models.load_model('other.keras')\nother.compile('adam', 'mse')",
        "The model of line 6 could not be read; the one of line 5 was taken instead.",
    ),
}


@pytest.mark.parametrize(("source", "named"), NAMED.values(), ids=NAMED)
def test_what_a_document_does_not_hold_is_named(source: str, named: str) -> None:
    (problem,) = read(source).problems
    assert named in problem.message


def test_how_steps_are_taken_is_held() -> None:
    source = """
        keras.mixed_precision.set_global_policy("mixed_float16")
        model = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
        model.compile("adam", "mse", jit_compile=False, steps_per_execution=8)
        model.fit(x, y, shuffle=False)
        """
    imported = read(source)
    training = imported.document.training
    assert (training.precision, training.jit_compile) == ("mixed_float16", False)
    assert (training.steps_per_execution, training.shuffle) == (8, False)
    assert imported.problems == ()


OWN = """
class Own(keras.Model):
    def {name}(self, *args, **kwargs):
        return {{}}
x = keras.Input((4,))
model = Own(x, layers.Dense(3)(x))
model.compile("adam", "mse")
"""
STEPS = ("train_step", "test_step", "predict_step", "compute_loss", "compute_metrics", "fit",
         "make_train_function")  # fmt: skip


@pytest.mark.parametrize("name", STEPS)
def test_a_training_of_its_own_is_named(name: str) -> None:
    (problem,) = read(OWN.format(name=name)).problems
    assert problem.message == f"Of the training: {name}(…) of Own (line 10)."


def test_a_step_that_is_set_on_the_model_is_named() -> None:
    (problem,) = read(f"{COMPILED}model.train_step = lambda data: {{}}").problems
    assert "train_step(…), which is set on the model (line 8)" in problem.message


NOT_NAMED = {
    "the usual type of numbers": "keras.backend.set_floatx('float32')" + COMPILED,
    "reading a setting": COMPILED + "print(model.optimizer.lr, model.optimizer.get_config())",
    "one training": COMPILED + "model.fit(x, y)",
}


@pytest.mark.parametrize("source", NOT_NAMED.values(), ids=NOT_NAMED)
def test_what_changes_nothing_is_not_named(source: str) -> None:
    assert read(source).problems == ()


@pytest.mark.parametrize("metrics", ["", ", metrics=['mae', 'mse']"])
def test_the_weight_of_a_single_loss_is_kept(metrics: str) -> None:
    source = f"{MODEL}model.compile('adam', 'mse', loss_weights=[0.5]{metrics})"
    (output,) = read(source).document.training.outputs
    assert output.loss is not None
    assert (output.loss.class_, output.weight) == ("MeanSquaredError", 0.5)
    assert len(output.metrics or ()) == (2 if metrics else 0)


@pytest.mark.parametrize(("arguments", "epochs"), [("epochs=5, initial_epoch=2", 3), ("", 1)])
def test_epochs_begin_with_the_initial_one(arguments: str, epochs: int) -> None:
    document = read(f"{COMPILED}model.fit(x, y, {arguments})").document
    assert document.training.epochs == epochs


def test_what_is_left_out_several_times_is_named_once_with_its_lines() -> None:
    source = """
        model = keras.Sequential([keras.Input((4,)), layers.Dense(2)])
        model.layers[0].set_weights(first)
        model.layers[0].set_weights(second)
        """
    (problem,) = read(source).problems
    assert problem.message == "Weights: the weights that set_weights(…) loads (lines 6, 7)."


@pytest.mark.parametrize(("source", "reason"), [
    ("base = keras.applications.VGG16(input_tensor=secret.pictures())", "secret.pictures(…)"),
    ("model = keras.models.load_model('mine.keras')", "the model is loaded from a file"),
])  # fmt: skip
def test_a_model_that_cannot_be_known_is_the_reason_why_there_is_none(
    source: str, reason: str
) -> None:
    assert reason in refusal(f"import secret\n{source}")


CALLBACKS = """
class Mine(keras.callbacks.Callback): pass
model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, callbacks=[{callbacks}])
"""


def test_callbacks_that_need_code_are_named_together() -> None:
    source = CALLBACKS.format(
        callbacks="keras.callbacks.RemoteMonitor(), Mine(), keras.callbacks.History(), "
        "keras.callbacks.TerminateOnNaN()"
    )
    imported = read(source)
    assert [callback.class_ for callback in imported.document.training.callbacks] == [
        "TerminateOnNaN"
    ]
    (problem,) = imported.problems
    assert "Of the training: the callbacks RemoteMonitor, Mine (line 8)." in problem.message


HELD = {
    'ModelCheckpoint("m.keras", "loss", 0, True)': {"monitor": "loss", "save_best_only": True},
    'ModelCheckpoint(filepath="m.h5", save_freq="epoch", period=1, mode="max")': {"mode": "max"},
    'CSVLogger("log.csv", ";", append=True)': {"separator": ";"},
    'TensorBoard(log_dir="logs", histogram_freq=1, write_grads=True)': {"histogram_freq": 1},
    'BackupAndRestore("/tmp/backup", delete_checkpoint=False)': {"delete_checkpoint": False},
    "SwapEMAWeights(swap_on_epoch=True)": {"swap_on_epoch": True},
    "ReduceLROnPlateau(epsilon=0.1)": {"min_delta": 0.1},
}


@pytest.mark.parametrize(("call", "params"), HELD.items(), ids=HELD)
def test_callbacks_without_code_are_held(call: str, params: dict[str, object]) -> None:
    imported = read(CALLBACKS.format(callbacks=f"keras.callbacks.{call}"))
    (callback,) = imported.document.training.callbacks
    assert (callback.class_, callback.params) == (call.partition("(")[0], params)
    assert imported.problems == ()


@pytest.mark.parametrize(("call", "named"), [
    ('ModelCheckpoint("m.{epoch}.keras")',
     "filepath of ModelCheckpoint: one file is kept, not one for each epoch (line 8)"),
    ('ModelCheckpoint("m.keras", save_freq=10)',
     "save_freq of ModelCheckpoint: it is not held by a document (line 8)"),
])  # fmt: skip
def test_what_a_callback_does_besides_is_named(call: str, named: str) -> None:
    imported = read(CALLBACKS.format(callbacks=f"keras.callbacks.{call}"))
    assert len(imported.document.training.callbacks) == 1
    (problem,) = imported.problems
    assert named in problem.message


OBJECTS = """
def start(shape, dtype=None):
    return keras.random.normal(shape)
class Straight(keras.regularizers.Regularizer):
    def __call__(self, x):
        return 0
x = keras.Input((4,))
y = layers.Dense(2, kernel_initializer=start, activity_regularizer=Straight(){frozen})(x)
model = keras.Model(x, y)
"""


def test_own_initializers_and_regularizers_are_named_each() -> None:
    imported = read(OBJECTS.format(frozen=""))
    assert summary(imported.document) == ["Dense(units=2)"]
    assert [problem.message for problem in imported.problems] == [
        "Of the training: activity_regularizer of Dense, which is “Straight” of this source "
        "(line 11).",
        "Weights: kernel_initializer of Dense, which is “start” of this source (line 11).",
    ]


def test_the_own_initializer_of_a_layer_that_never_learns_is_refused() -> None:
    assert "kernel_initializer of Dense is “start”" in refusal(
        OBJECTS.format(frozen=", trainable=False")
    )


def test_arguments_of_fit_are_named_with_its_line() -> None:
    source = """
        from keras.datasets import mnist
        (x, y), (v, w) = mnist.load_data()
        model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(),
                                  keras.layers.Dense(10)])
        model.compile(own_optimizer, "mse")
        model.fit(x / 255, y, validation_data=(v, w))
        """
    (problem,) = read(source).problems
    assert problem.message == (
        "Of the training: validation_data of fit(…): a part of the rows is used instead (line 10), "
        "the optimizer: “own_optimizer” is not defined in this source (line 9)."
    )


def test_a_long_list_says_how_many_more_there_are() -> None:
    lines = "".join(f"model.layers[0].kernel.assign({n})\n" for n in range(25))
    (message,) = [item.message for item in read(MODEL + lines).problems]
    assert message.count(", ") == 19
    assert "6 more" in message
