"""Operations of keras.ops as nodes: the check agrees with Keras."""

import keras
import pytest

from engine.build import build_model
from engine.check import check
from engine.document import Document
from tests.engine.op_cases import op_documents

CASES = [pytest.param(document, id=name) for name, document in op_documents()]


@pytest.mark.parametrize("document", CASES)
def test_check_agrees_with_keras(document: Document) -> None:
    verdict = check(document)
    assert [problem for problem in verdict.problems if problem.severity == "error"] == []
    model = build_model(document)
    made = [one for one in model.operations if not isinstance(one, keras.layers.InputLayer)]
    assert len(made) == 1
    outputs = keras.tree.flatten(made[0].output)
    told = verdict.nodes["op"]
    assert [(one.shape, one.dtype) for one in told.outputs] == [
        (tuple(one.shape), one.dtype) for one in outputs
    ]
    assert made[0].name.startswith(document.main.nodes[-1].layer.removeprefix("ops."))
