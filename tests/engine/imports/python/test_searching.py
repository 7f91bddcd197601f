"""Models in scikit-learn's wrappers, and searches for the best of their parameters."""

import pytest

from engine.imports.asking import Unread
from engine.imports.graph_builder import Imported
from engine.imports.python import from_python
from tests.engine.imports.python.reading import HEAD, read, summary

SKLEARN = (
    HEAD
    + """
from keras.wrappers.scikit_learn import KerasClassifier
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

def build(units=3, activation="relu", optimizer="adam"):
    model = keras.Sequential([keras.Input((4,)), layers.Dense(units, activation)])
    model.compile(optimizer, "mse")
    return model

def needs(sizes):
    model = keras.Sequential([keras.Input((4,))])
    for size in sizes:
        model.add(layers.Dense(size))
    model.compile("adam", "mse")
    return model
"""
)
TRIES = "the values that GridSearchCV(…) tries; "
SEARCHES = {
    "the first of each": (
        """
        grid = dict(units=[5, 7], optimizer=["sgd"], epochs=[3, 6], batch_size=[16, 32])
        search = GridSearchCV(estimator=KerasClassifier(build_fn=build), param_grid=grid)
        search.fit(x, y)
        """,
        ["Dense(units=5, activation='relu')"],
        TRIES + "the first of each is taken: units=5, optimizer='sgd', epochs=3, batch_size=16",
        ("SGD", 3, 16),
    ),
    "parameters without a default": (
        """
        search = GridSearchCV(KerasClassifier(needs, batch_size=8), {"sizes": [[5, 6], [7]]})
        search.fit(x, y, epochs=4)
        """,
        ["Dense(units=5)", "Dense(units=6)"],
        TRIES + "the first of each is taken: sizes=[5, 6]",
        ("Adam", 4, 8),
    ),
    "a pipeline, and a list of grids": (
        """
        steps = [("scale", StandardScaler())]
        steps.append(("net", KerasClassifier(build_fn=build, epochs=2, verbose=0)))
        grids = [{"net__units": (9,), "net__model__activation": ["tanh"]}, {"net__units": [1]}]
        search = GridSearchCV(Pipeline(steps), grids, cv=3)
        """,
        ["Dense(units=9, activation='tanh')"],
        TRIES + "the first of each is taken: units=9, activation='tanh'",
        ("Adam", 2, 32),
    ),
    "values that are not known keep the defaults of the function": (
        """
        grid = {"units": numpy.array([5, 7])}
        search = GridSearchCV(KerasClassifier(build), grid)
        """,
        ["Dense(units=3, activation='relu')"],
        TRIES + "the first model is taken",
        ("Adam", 10, 32),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("source", "layers", "what", "fit"), SEARCHES.values(), ids=SEARCHES)
def test_a_search_gives_the_first_model_that_it_tries(
    source: str, layers: list[str], what: str, fit: tuple[str, int, int]
) -> None:
    imported = read(source, SKLEARN)
    assert summary(imported.document) == layers
    (problem,) = imported.problems
    assert what in problem.message
    assert _fit(imported) == fit


def test_a_wrapper_trains_the_model_in_it_as_it_is_told() -> None:
    imported = read(
        """
        from scikeras.wrappers import KerasRegressor
        def create(units):
            return keras.Sequential([keras.Input((4,)), layers.Dense(units)])
        net = KerasRegressor(model=create, units=6, loss="mse", optimizer="sgd", epochs=7)
        net.fit(x, y, batch_size=5)
        """
    )
    assert imported.problems == ()
    assert summary(imported.document) == ["Dense(units=6)"]
    assert _fit(imported) == ("SGD", 7, 5)
    loss = imported.document.training.loss
    assert loss is not None
    assert loss.class_ == "MeanSquaredError"


def _fit(imported: Imported) -> tuple[str, int, int]:
    training = imported.document.training
    return training.optimizer.class_, training.epochs, training.batch_size


# --- KerasTuner ----------------------------------------------------------------------------------

TUNER = (
    HEAD
    + """
import keras_tuner as kt

def build(hp):
    model = keras.Sequential([keras.Input((4,))])
    for i in range(hp.Int("depth", 1, 3, default=2)):
        model.add(layers.Dense(hp.Int(f"units_{i}", min_value=5, max_value=9)))
    if hp.Boolean("dropout"):
        model.add(layers.Dropout(hp.Float("rate", 0.1, 0.5)))
    model.add(layers.Dense(1, activation=hp.Choice("activation", ["relu", "tanh"])))
    model.compile("sgd", "mse")
    return model
"""
)
FIRST = ["Dense(units=5)", "Dense(units=5)", "Dense(units=1, activation='relu')"]
DEFAULTS = "depth=2, units_0=5, units_1=5, dropout=False, activation='relu'"
TUNED = {
    "a tuner": (
        """
        tuner = kt.RandomSearch(build, objective="val_loss")
        tuner.search(x, y, epochs=4, batch_size=8)
        """,
        FIRST, DEFAULTS, ("SGD", 4, 8),
    ),
    "a tuner with an optimizer": (
        """
        tuner = kt.GridSearch(hypermodel=build, optimizer="adam")
        tuner.search(x, y)
        best = tuner.get_best_models()[0]
        """,
        FIRST, DEFAULTS, ("Adam", 1, 32),
    ),
    "the best values": (
        """
        tuner = kt.Hyperband(build)
        best = tuner.get_best_hyperparameters(num_trials=1)[0]
        model = tuner.hypermodel.build(best)
        model.fit(x, y, epochs=6)
        """,
        FIRST, DEFAULTS, ("SGD", 6, 32),
    ),
    "a function that nobody calls": ("", FIRST, DEFAULTS, ("SGD", 10, 32)),
    "a HyperModel": (
        """
        class Net(kt.HyperModel):
            def build(self, hp):
                return build(hp)
            def fit(self, hp, model, x, y):
                return model.fit(x, y, batch_size=hp.Int("batch", 16, 32))
        tuner = kt.BayesianOptimization(Net())
        tuner.search(x, y, epochs=3)
        """,
        FIRST, DEFAULTS, ("SGD", 10, 32),
    ),
    "values that are set before": (
        """
        hp = kt.HyperParameters()
        hp.Fixed("depth", value=1)
        hp.Choice("activation", values=["relu", "tanh"], default="tanh")
        tuner = kt.RandomSearch(build, hyperparameters=hp)
        """,
        ["Dense(units=5)", "Dense(units=1, activation='tanh')"],
        "depth=1, activation='tanh', units_0=5, dropout=False", ("SGD", 10, 32),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("source", "layers", "values", "fit"), TUNED.values(), ids=TUNED)
def test_a_tuner_gives_the_model_that_it_builds_first(
    source: str, layers: list[str], values: str, fit: tuple[str, int, int]
) -> None:
    imported = read(source, TUNER)
    assert summary(imported.document) == layers
    (problem,) = imported.problems
    assert f"the values that KerasTuner tries; the first model is taken, with {values}" in (
        problem.message
    )
    assert _fit(imported) == fit


def test_an_argument_that_is_only_called_like_hyperparameters_is_asked_for() -> None:
    source = """
def net(hp):
    return keras.Sequential([keras.Input((4,)), layers.Dense(hp.units)])
"""
    answer = from_python(HEAD + source)
    assert isinstance(answer, Unread)
    assert [question.text for question in answer.questions] == ["hp.units"]


def test_models_without_hyperparameters_name_none() -> None:
    source = "model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])\nmodel.fit(x, y)"
    assert read("build(kt.HyperParameters())\n" + source, TUNER).problems == ()
