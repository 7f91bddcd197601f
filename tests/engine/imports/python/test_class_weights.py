"""Class weights of fit(…) are read; generated scripts' own come back."""

from typing import Any

import pytest

from engine.code import generate
from engine.graph.index import outputs
from engine.imports.graph_builder import Imported
from engine.imports.python import from_python
from tests.engine.imports.python.reading import read
from tests.engine.runs import weighed

CLASS_WEIGHTS = {
    "by number": ("class_weight={2: 4, 0: 1.5}", (1.5, 1.0, 4.0)),
    "of one output by name": ('class_weight={"out": {0: 1, 1: 2}}', (1.0, 2.0)),
    "computed": ("class_weight=dict(enumerate(balanced))", "balanced"),
    "by the classes": ("class_weight=dict(zip(np.unique(y), balanced))", "balanced"),
    "none": ("class_weight=None", None),
}


@pytest.mark.parametrize(("argument", "expected"), CLASS_WEIGHTS.values(), ids=CLASS_WEIGHTS)
def test_class_weights_are_read(argument: str, expected: object) -> None:
    source = f"""
        import numpy as np
        from sklearn.utils.class_weight import compute_class_weight
        y = np.load("y.npy")
        balanced = compute_class_weight(class_weight="balanced", classes=np.unique(y), y=y)
        model = keras.Sequential([keras.Input((4,)), layers.Dense(3, name="out")])
        model.fit(np.load("x.npy"), y, {argument})
        """
    answer = read(source)
    assert answer.problems == ()
    outputs = answer.document.training.outputs
    assert [output.class_weights for output in outputs] == ([expected] if expected else [])


@pytest.mark.parametrize("template", ["iris", "digits_two_outputs"])
@pytest.mark.parametrize("weights", ["balanced", (1.0, 4.0, 1.0)])
def test_class_weights_of_a_script_come_back(template: str, weights: Any) -> None:
    document = weighed(template, weights)
    answer = from_python(generate(document, "script").source)
    assert isinstance(answer, Imported)
    assert answer.problems == ()
    (own,) = (output for output in answer.document.training.outputs if output.class_weights)
    whole = (*weights, *(1.0,) * 7) if template != "iris" and weights != "balanced" else weights
    assert (own.node, own.class_weights) == (outputs(answer.document.main)[0], whole)
