"""Imports that may fail: what both ways bind differently is not known."""

import pytest

from engine.imports.graph_builder import Imported
from engine.imports.python import from_python
from tests.engine.imports.python.reading import HEAD, read, refusal, summary

MODEL = "\nmodel = keras.Sequential([keras.Input((4,)), layers.Dense(n)])\n"

DIFFERENT = {
    "a number": "try:\n    import foo\n    n = 3\nexcept ImportError:\n    n = 4",
    "a number before": "n = 3\ntry:\n    import foo\n    n = 4\nexcept ImportError:\n    pass",
    "any exception": "try:\n    from foo.bar import a\n    n = 3\nexcept:\n    n = 4",
    "several exceptions": (
        "try:\n    import foo\n    n = 3\nexcept (AttributeError, ImportError):\n    n = 4"
    ),
    "another clause": (
        "try:\n    import foo\n    n = 3\nexcept OSError:\n    pass\nexcept ImportError:\n    n = 4"
    ),
    "else": "n = 3\ntry:\n    import foo\nexcept ImportError:\n    pass\nelse:\n    n = 4",
    "an absent module": "try:\n    import foo\nexcept ImportError:\n    foo = None\n"
    "n = 3 if foo is None else 4",
}


@pytest.mark.parametrize("source", DIFFERENT.values(), ids=DIFFERENT)
def test_what_an_import_decides_is_not_known(source: str) -> None:
    assert "whether foo is installed is not known" in refusal(source + MODEL)


def test_layers_that_an_import_decides_are_not_known() -> None:
    source = """
        model = keras.Sequential([keras.Input((4,)), layers.Dense(2)])
        try:
            import foo
            model.add(layers.Dense(3))
        except ImportError:
            pass
        """
    assert "whether foo is installed is not known" in refusal(source)


SAME = {
    "a module of Keras": """
        try:
            from keras.layers import Dense
            n = 3
        except ImportError:
            from tensorflow.keras.layers import Dense
            n = 4
        """,
    "a module of Python 2": """
        try:
            import cPickle as pickle
            n = 3
        except ImportError:
            import pickle
            n = 4
        """,
    "a substitute": """
        try:
            from tqdm import tqdm
        except ImportError:
            def tqdm(values):
                return values
        for n in tqdm([2, 3]):
            pass
        """,
    "no other value": """
        n = 3
        try:
            import matplotlib.pyplot as plt
            plots = True
        except ImportError:
            plots = False
        if plots:
            plt.plot(n)
        """,
    "an end": """
        import sys
        try:
            import foo
            n = 3
        except ImportError:
            sys.exit("foo is missing")
        """,
    "another exception": """
        try:
            import foo
            n = 3
        except KeyError:
            n = 4
        """,
}


@pytest.mark.parametrize("source", SAME.values(), ids=SAME)
def test_usual_fallbacks_are_read(source: str) -> None:
    imported = read(source + MODEL.replace("\n", "\n        "))
    assert summary(imported.document) == ["Dense(units=3)"]
    assert imported.problems == ()


def test_callbacks_that_an_import_decides_are_named() -> None:
    source = """
try:
    from wandb.keras import WandbCallback
    callbacks = [WandbCallback()]
except ImportError:
    callbacks = []
n = 3
"""
    imported = from_python(HEAD + source + MODEL + "model.fit(x, y, callbacks=callbacks)")
    assert isinstance(imported, Imported)
    what = "callbacks of fit(…): whether wandb is installed is not known (line 13)"
    assert [problem.message for problem in imported.problems] == [f"Of the training: {what}."]
