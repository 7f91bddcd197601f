"""Sources with several models, of which one is taken or chosen."""

from textwrap import dedent

import pytest

from engine.imports.asking import SourceModel, Unread
from engine.imports.files import read_model
from engine.imports.graph_builder import Imported
from engine.imports.python import from_python
from tests.engine.imports.questions import HEAD, TWO, params


def test_the_trained_model_is_taken_and_all_are_listed() -> None:
    result = from_python(TWO)
    assert isinstance(result, Imported)
    assert result.models == (
        SourceModel(index=0, name="small", line=4, layers=2, trained=True, readable=True),
        SourceModel(index=1, name="big", line=8, layers=3, trained=False, readable=True),
    )
    assert result.taken == 0
    assert len(result.document.graphs[0].nodes) == 2


def test_another_model_can_be_chosen() -> None:
    result = from_python(TWO, choice=1)
    assert isinstance(result, Imported)
    assert (result.taken, len(result.models)) == (1, 2)
    assert params(result.document) == [{"shape": [8]}, {"units": 3}, {"units": 2}]


ONE = HEAD + "model = keras.Sequential([keras.Input((8,)), layers.Dense(2)])\n"


@pytest.mark.parametrize(
    ("source", "file", "title"),
    [
        (TWO, "gan.py", "Small"),
        (ONE, "my_ConvNet.py", "My ConvNet"),
        (ONE, "C:\\work\\gan.py", "Gan"),
        (ONE, "../deep/net.v2.py", "Net.v2"),
        (ONE, "model.py", "Imported"),
        (ONE, "a\x07\n.py", "A"),
        (ONE, "", "Imported"),
        (f'"""\nTitle: Digits of a clock\n"""\n{ONE}', "gan.py", "Digits of a clock"),
        (ONE.replace("([k", "(name='judge', layers=[k"), "gan.py", "Judge"),
    ],
)
def test_a_document_has_the_name_of_its_model_or_its_file(
    source: str, file: str, title: str
) -> None:
    result = read_model(source.encode(), file)
    assert isinstance(result, Imported)
    assert result.document.name == title


def test_a_choice_that_the_source_does_not_have_is_refused() -> None:
    result = from_python(TWO, choice=2)
    assert isinstance(result, list)
    assert [problem.message for problem in result] == ["The source has only 2 models."]


@pytest.mark.parametrize(
    ("outputs", "listed"),
    [("part(inputs)", ["part", "model"]), ("block(3)(inputs), block(2)(inputs)", ["model"])],
)
def test_a_model_that_another_one_calls_is_listed_unless_it_is_a_block(
    outputs: str, listed: list[str]
) -> None:
    result = from_python(
        HEAD
        + dedent(
            f"""
            def block(units):
                return keras.Sequential([layers.Dense(units)])
            inputs = keras.Input((8,))
            part = keras.Model(inputs, layers.Dense(2)(inputs)) if "part" in "{outputs}" else None
            model = keras.Model(inputs, [{outputs}])
            """
        )
    )
    assert isinstance(result, Imported)
    assert [model.name for model in result.models] == listed


UNREADABLE = HEAD + dedent(
    """
    first = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
    inputs = keras.Input((4,))
    second = keras.Model(inputs, layers.Nonsense()(inputs))
    """
)


def test_another_model_is_taken_only_with_a_word() -> None:
    result = from_python(UNREADABLE)
    assert isinstance(result, Imported)
    assert [problem.message for problem in result.problems] == [
        "The model of line 6 could not be read; the one of line 4 was taken instead."
    ]
    assert [model.readable for model in result.models] == [True, False]
    assert result.taken == 0


def test_a_chosen_model_that_cannot_be_read_leaves_the_others_to_choose() -> None:
    result = from_python(UNREADABLE, choice=1)
    assert isinstance(result, Unread)
    assert (result.taken, result.questions) == (1, ())
    assert [problem.code for problem in result.problems] == ["python_line", "python_no_model"]
    assert [model.name for model in result.models] == ["first", "second"]
