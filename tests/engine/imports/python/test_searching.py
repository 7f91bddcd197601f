"""Models in scikit-learn's wrappers, and searches for the best of their parameters."""

import pytest

from engine.imports.graph_builder import Imported
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
