"""The check of a document that is to train on an engine with Keras 2.3.1."""

import pytest

from engine.check import check
from engine.document import Document, Target
from tests.engine.documents import chain, node
from tests.engine.runs import document


def errors(made: Document) -> list[str]:
    """The codes of the errors."""
    return [each.code for each in check(made).problems if each.severity == "error"]


def test_a_model_that_keras_2_has_is_valid() -> None:
    assert errors(document("iris", "theano")) == []
    assert errors(document("digits_convolution", "theano")) == []
    assert errors(document("digits_convolution", "cntk")) == []


@pytest.mark.parametrize(
    ("template", "training", "code"),
    [
        ("copy_attention", {}, "keras2_layer"),
        ("iris", {"optimizer": {"class": "AdamW", "params": {}}}, "keras2_training"),
        ("iris", {"precision": "mixed_float16"}, "keras2_setting"),
    ],
)
def test_what_keras_2_lacks_is_an_error_only_where_it_counts(
    template: str, training: dict[str, object], code: str
) -> None:
    assert code in errors(document(template, "theano", **training))
    assert code not in errors(document(template, "jax", **training))


def test_what_only_one_of_them_cannot_compute_is_named_with_the_reason() -> None:
    dilated = {"filters": 2, "kernel_size": 3, "dilation_rate": 2}
    made = chain(node("in", "Input", shape=[8, 8, 3]), node("it", "Conv2D", **dilated))

    def on(backend: str) -> list[tuple[str | None, str]]:
        there = made.model_copy(update={"target": Target(backend=backend)})
        found = [each for each in check(there).problems if each.node == "it"]
        return [(each.param, each.message) for each in found if each.severity == "error"]

    assert on("theano") == []
    ((param, message),) = on("cntk")
    assert param == "dilation_rate"
    assert "CNTK does not compute dilation_rate = 2 as Keras 3 does: it has no" in message


def test_one_click_chooses_another_engine() -> None:
    made = document("iris", "theano", optimizer={"class": "AdamW", "params": {}})
    found = next(each for each in check(made).problems if each.code == "keras2_training")
    assert found.param == "optimizer"
    assert found.fix is not None
    assert found.fix.label == "Train on JAX"
    assert found.fix.operations == ({"type": "set", "path": ["target", "backend"], "value": "jax"},)
