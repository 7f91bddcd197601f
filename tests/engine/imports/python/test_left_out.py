"""What source does to a model and its training that a document does not hold is named."""

import pytest

from tests.engine.imports.python.reading import read

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
    "mixed precision": (
        "keras.mixed_precision.set_global_policy('mixed_float16')" + COMPILED,
        "the type of numbers that is set for all layers (line 4)",
    ),
    "two trainings": (
        COMPILED + "model.fit(x, y, epochs=2)\nmodel.fit(x, y, epochs=7)",
        "an earlier training with fit(…) (line 8)",
    ),
    "weights of losses that are not known": (
        MODEL + "model.compile('adam', 'mse', loss_weights=w)",
        "loss_weights of compile(…) (line 6)",
    ),
    "a clone that is trained": (
        MODEL + "other = keras.models.clone_model(model)\nother.compile('adam', 'mse')",
        "The model of line 6 could not be read; the one of line 5 was taken instead.",
    ),
}


@pytest.mark.parametrize(("source", "named"), NAMED.values(), ids=NAMED)
def test_what_a_document_does_not_hold_is_named(source: str, named: str) -> None:
    (problem,) = read(source).problems
    assert named in problem.message


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
