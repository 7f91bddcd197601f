"""Source without annotations, and the code that needs it: that for Python 3.6."""

import ast

import pytest

from engine import templates
from engine.code import generate
from engine.code.syntax.annotations import without_annotations
from engine.document import Target
from engine.graph.keras2 import layer_problems

SOURCE = """
def größe(a: list[int], *b: "int", c: dict[str, int] = {}, **d: int) -> list[int]:
    # 1 -> 2
    x: int
    y: int | None = a[-1]  # über
    return lambda z: y
"""
PLAIN = """
def größe(a, *b, c = {}, **d) :
    # 1 -> 2
    pass
    y = a[-1]  # über
    return lambda z: y
"""


def test_only_annotations_are_left_out() -> None:
    assert without_annotations(SOURCE) == PLAIN
    assert without_annotations(PLAIN) == PLAIN


def scripts() -> dict[str, str]:
    """The scripts of the templates that CNTK can compute."""
    made = {
        each.id: each.document.model_copy(update={"target": Target(backend="cntk")})
        for each in templates.load()
        if not [*layer_problems(each.document, "cntk")]
    }
    return {id: generate(each, "script", "keras-2").source for id, each in made.items()}


@pytest.mark.parametrize(("template", "text"), scripts().items())
def test_scripts_for_cntk_are_for_python_3_6(template: str, text: str) -> None:
    module = ast.parse(text, feature_version=(3, 6))
    assert not [node for node in ast.walk(module) if isinstance(node, ast.AnnAssign)]
    assert not [node for node in ast.walk(module) if getattr(node, "annotation", None)]
    assert "annotations" not in text
    assert 'os.environ["KERAS_BACKEND"] = "cntk"' in text
    assert "# Needs: keras==2.3.1, cntk==2.7" in text
    assert "Python 3.6" in text
    assert ("layers.LSTM(" in text) == ("unroll=True" in text)
