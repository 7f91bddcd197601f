"""Sources that don't state what their model needs: what is asked, and what answers do."""

import json
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.imports.asking import Choices, Question, Unread
from engine.imports.files import read_model
from engine.imports.graph_builder import Imported
from engine.imports.python import from_python
from engine.imports.python.questions import MAX_ANSWERS, count_errors, read_answers
from tests.engine.imports.questions import HEAD, TWO, ask, params

CASES = {
    "a name": (
        """
        inputs = keras.Input((n_features,))
        model = keras.Model(inputs, layers.Dense(n_features)(inputs))
        """,
        [("n_features", 4, "number")],
        [6],
        [{"shape": [6]}, {"units": 6}],
    ),
    "an expression": (
        """
        import pandas as pd
        table = pd.read_csv("a.csv").values
        model = keras.Sequential([keras.Input((table.shape[1],)), layers.Dense(len(words))])
        """,
        [("table.shape[1]", 6, "number"), ("len(words)", 6, "number")],
        [5, 7],
        [{"shape": [5]}, {"units": 7}],
    ),
    "an assigned value": (
        """
        units = settings()["units"]
        model = keras.Sequential([keras.Input((2,)), layers.Dense(units), layers.Dense(units // 2)])
        """,
        [("units", 4, "number")],
        ["8"],
        [{"shape": [2]}, {"units": 8}, {"units": 4}],
    ),
    "parameters of a function that nobody calls": (
        """
        def build(input_shape, depth, deep, activation, rate=0.5):
            inputs = x = keras.Input(input_shape)
            for _ in range(depth):
                x = layers.Dense(4, activation=activation)(x)
            if deep:
                x = layers.Dropout(rate)(x)
            return keras.Model(inputs, x)
        """,
        [("depth", 4, "number"), ("deep", 4, "number"), ("input_shape", 4, "shape"),
         ("activation", 4, "text")],
        [1, "True", "9, 3", "tanh"],
        [{"shape": [9, 3]}, {"units": 4, "activation": "tanh"}, {"rate": 0.5}],
    ),
    "a Sequential model without an input shape": (
        "model = keras.Sequential([layers.Dense(3)])",
        [("input_shape", 3, "shape")],
        [[4]],
        [{"shape": [4]}, {"units": 3}],
    ),
    "a shape and a size": (
        "model = keras.Sequential([layers.Dense(classes)])",
        [("input_shape", 3, "shape"), ("classes", 3, "number")],
        ["(None, 4)", 2],
        [{"shape": [None, 4]}, {"units": 2}],
    ),
    "a subclassed model": (
        """
        class Net(keras.Model):
            def __init__(self):
                super().__init__()
                self.dense = layers.Dense(3)
            def call(self, x):
                return self.dense(x)
        model = Net()
        model.compile("adam", "mse")
        """,
        [("input_shape", 10, "shape")],
        ["4"],
        [{"shape": [4]}, {"units": 3}],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("source", "questions", "answers", "read"), CASES.values(), ids=CASES)
def test_asks_for_what_a_model_needs_and_reads_it_with_the_answers(
    source: str, questions: list[Any], answers: list[Any], read: list[Any]
) -> None:
    asked = ask(source)
    found = sorted((item.text, item.line, item.kind) for item in asked.questions)
    assert found == sorted(questions)
    assert asked.taken == 0
    assert asked.problems
    texts = {text: answer for (text, _, _), answer in zip(questions, answers, strict=True)}
    given = read_answers(json.dumps({item.key: texts[item.text] for item in asked.questions}))
    assert isinstance(given, dict)
    result = from_python(HEAD + dedent(source), answers=given)
    assert isinstance(result, Imported), result
    assert params(result.document) == read
    assert result.problems == ()


def test_does_not_ask_what_would_not_help() -> None:
    source = "inputs = keras.Input((4,))\nmodel = keras.Model(inputs, attention(inputs))"
    result = from_python(HEAD + source)
    assert isinstance(result, list)
    assert [problem.code for problem in result] == ["python_line", "python_no_model"]


def test_names_what_is_not_known_beside_the_questions() -> None:
    asked = ask("model = keras.Sequential([keras.Input((4,)), layers.Dense(table.shape[1])])")
    assert asked.problems[0].message.startswith("Line 3: units of Dense is not known:")


@pytest.mark.parametrize("answer", ["abc", -3, 10**30, (1, 2), None, "", ("a",)])
def test_a_wrong_answer_is_asked_again_with_a_problem(answer: Any) -> None:
    source = "model = keras.Sequential([keras.Input((4,)), layers.Dense(units)])"
    asked = ask(source, units=answer)
    (question,) = asked.questions
    assert isinstance(question, Question)
    assert question.problem is not None
    assert question.problem.message.endswith(" can't be the value of units (line 3).")


def test_only_the_wrong_answer_is_asked_again() -> None:
    source = "model = keras.Sequential([keras.Input((size,)), layers.Dense(units)])"
    asked = ask(source, units="abc", size=3)
    assert [question.text for question in asked.questions] == ["units"]


def test_a_wrong_shape_is_asked_again() -> None:
    asked = ask("model = keras.Sequential([layers.Dense(3)])", **{"3:shape": "large"})
    assert [question.problem is None for question in asked.questions] == [False]


@pytest.mark.parametrize(
    "text", ["", "[", "[]", "3", '{"a": NaN}', '{"a": 1, "a": 2}', " " * (MAX_ANSWERS + 1)]
)
def test_answers_that_are_not_a_json_object_are_refused(text: str) -> None:
    result = read_answers(text)
    assert not isinstance(result, dict)
    assert result.code == "python_answers"


def test_a_file_is_read_with_a_choice_and_answers() -> None:
    source = TWO.replace("Dense(2)", "Dense(classes)").encode()
    result = read_model(source, "two.py", choices=Choices(model=1, answers='{"classes": "("}'))
    assert isinstance(result, Unread)
    result = read_model(source, "two.py", choices=Choices(model=1, answers='{"classes": "10"}'))
    assert isinstance(result, Imported)
    assert params(result.document)[-1] == {"units": 10}


def test_questions_and_models_of_a_notebook_name_cells() -> None:
    cells = [HEAD, "small = keras.Sequential([keras.Input((4,)), layers.Dense(1)])",
             "\n\nlarge = keras.Sequential([keras.Input((4,)), layers.Dense(units)])"]  # fmt: skip
    notebook = {
        "nbformat": 4,
        "cells": [{"cell_type": "code", "source": text} for text in cells],
    }
    result = read_model(json.dumps(notebook).encode(), "a.ipynb")
    assert isinstance(result, Unread)
    assert [(model.cell, model.line) for model in result.models] == [(2, 1), (3, 3)]
    assert [(item.cell, item.line) for item in result.questions] == [(3, 3)]


VALUES = st.one_of(
    st.integers(), st.floats(), st.text(), st.none(), st.booleans(),
    st.lists(st.one_of(st.integers(), st.none(), st.text(), st.floats())).map(tuple),
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(VALUES, VALUES)
def test_no_answer_raises_or_becomes_an_invalid_layer(shape: Any, units: Any) -> None:
    source = f"{HEAD}model = keras.Sequential([layers.Dense(units)])"
    result = from_python(source, answers={"3:shape": shape, "units": units})
    assert not isinstance(result, list)
    assert result.document is None or count_errors(result.document) == 0
