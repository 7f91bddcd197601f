"""Importing arbitrary bytes or JSON yields a document or problems, never an exception."""

import json
import tracemalloc
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import keras
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keras import layers

from engine import templates
from engine.imports.files import read_model
from engine.imports.graph_builder import Imported
from engine.imports.keras_json import from_keras_json
from engine.imports.python import from_python
from tests.engine.keras_models import call, image, old, old_model, read, small


def functional() -> dict[str, Any]:
    """A small functional model's JSON as Keras 3 writes it."""
    start = keras.Input((4,), name="start")
    left, right = layers.Dense(3, name="l")(start), layers.Dense(3, name="r")(start)
    model = keras.Model(start, layers.Add(name="sum")([left, right]), name="small")
    value: dict[str, Any] = json.loads(model.to_json())
    adam = {"class_name": "Adam", "config": {"learning_rate": 0.1}}
    return {**value, "compile_config": {"optimizer": adam, "loss": "mse", "metrics": ["mae"]}}


SLICE = {"slice_spec": [{"start": None, "stop": None, "step": None}, 0]}
GOOD = [
    functional(),
    old_model(image(), old("ReLU", "r", call("image"))),
    old_model(
        image(),
        old("TFOpLambda", "f", ["image", 0, 0, {"y": 1.0, "name": None}], function="math.add"),
        old("SlicingOpLambda", "g", ["f", 0, 0, SLICE], function="__operators__.getitem"),
    ),
]
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths to all values nested in a JSON value."""
    yield path
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from paths(item, (*path, key))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_mutated_model_never_raises(data: st.DataObject) -> None:
    value = deepcopy(data.draw(st.sampled_from(GOOD)))
    for _ in range(data.draw(st.integers(1, 3))):
        *path, last = data.draw(st.sampled_from([path for path in paths(value) if path]))
        inner = value
        for step in path:
            inner = inner[step]
        if data.draw(st.booleans()):
            inner[last] = data.draw(JSON_VALUES)
        else:
            del inner[last]
    answer = from_keras_json(value)
    assert isinstance(answer, Imported) or answer


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200) | JSON_VALUES.map(lambda value: json.dumps(value).encode()))
def test_arbitrary_bytes_yield_a_document_or_problems(data: bytes) -> None:
    answer = read_model(data)
    assert isinstance(answer, Imported) or answer


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "python_no_model"),
        (b"\xff\xfe", "import_unknown_file"),
        (b"\x89HDF\r\n\x1a\n", "import_bad_hdf5"),
        (b"PK\x03\x04", "import_bad_archive"),
        (b"{}", "import_unknown_file"),
        (b"[1]", "import_unknown_file"),
        (b'{"class_name": "Dense", "config": {}}', "not_a_keras_model"),
        (b'{"class_name": NaN}', "unreadable"),
        (b'{"class_name": 1e400}', "unreadable"),
        (b"[" * 100_000, "unreadable"),
        (b'{"a":' * 100_000, "unreadable"),
        (b'{"version": 1, "graphs": 3}', "bad_document"),
        (b"x = (", "python_syntax"),
    ],
)
def test_invalid_files_yield_specific_problems(data: bytes, code: str) -> None:
    answer = read_model(data)
    assert isinstance(answer, list)
    assert answer[0].code == code


def test_documents_and_doubly_encoded_json_are_read() -> None:
    document = templates.load()[0].document
    assert read(document.to_json()) == Imported(document=document, placed=True)
    assert read(json.dumps(json.dumps(small()))) == read(small())
    assert read("\ufeff" + json.dumps(small())) == read(small())


def refusal(value: dict[str, Any]) -> str:
    """The message for a model that can't be read."""
    answer = from_keras_json(value)
    assert isinstance(answer, list)
    return answer[0].message


def test_histories_of_missing_layers_are_reported_by_name() -> None:
    assert "“ghost”, which does not exist" in refusal(
        old_model(image(), old("ReLU", "r", call("ghost")))
    )
    later = old("ReLU", "r", [["image", 7, 0, {}]])
    assert "“image”, which does not exist" in refusal(old_model(image(), later))


def test_more_than_a_document_can_hold_is_refused() -> None:
    value = small()
    value["config"]["layers"] += [{"class_name": "ReLU", "config": {}}] * 10_001
    assert "10,000 layers" in refusal(value)
    calls = old("ReLU", "r", *[call("image")] * 10_001)
    assert "10,000 layers" in refusal(old_model(image(), calls))
    edges = old("Add", "sum", call(*["image"] * 40_001))
    assert "40,000 connections" in refusal(old_model(image(), edges))


def test_refuses_deeply_nested_models() -> None:
    value = small()
    for _ in range(60):
        inner = value
        value = small()
        value["config"]["layers"].append(inner)
    assert "deeper than 50" in refusal(value)


def test_a_cycle_is_imported() -> None:
    first, last = old("ReLU", "one", call("two")), old("ReLU", "two", call("one"))
    document = read(old_model(image(), first, last)).document
    assert len(document.main.edges) == 2


def test_refuses_more_models_and_outputs_than_a_document_can_hold() -> None:
    inner = old_model(image(), old("ReLU", "r", call("image")))
    subs = [{**inner, "name": f"s{n}", "inbound_nodes": [call("image")]} for n in range(501)]
    assert "more than 500 models" in refusal(old_model(image(), *subs))
    outputs = [["image", 0, 0]] * 10_001
    assert "more than 10,000 outputs" in refusal(old_model(image(), outputs=outputs))


def test_invalid_unicode_is_refused_with_a_short_message() -> None:
    value = small()
    value["config"]["layers"][1]["config"]["name"] = "\ud800"
    assert refusal(value).endswith("it should be valid Unicode text.")


MODEL = """
import keras
x = keras.Input((4,))
model = keras.Model(x, keras.layers.Dense(2)(x))
"""
BOMBS = [
    "s = 'x'\nfor i in range(40):\n    s = f'{s}{s}'",
    "s = 'x'\nfor i in range(40):\n    s = f'{s!r:>900}{s!r:>900}'",
    "s = f'{1:150000000}'",
    "s = f'{1.5:.150000000f}'",
    "w = 150000000\ns = f'{1:{w}}'",
    "s = '%150000000d' % 1",
    "s = '%.150000000f' % 1",
    "s = '%*d' % (150000000, 1)",
    "s = b'%150000000d' % 1",
    "s = '%(a)s' * 9000 % {'a': 'x' * 90000}",
    "s = '%r' % [['x' * 90000] * 1000]",
    "s = str([['x' * 90000] * 1000])",
    "s = {(('x' * 90000,) * 1000,): 1}",
    "d = {}\nd[(('x' * 90000,) * 1000,)] = 1",
    "s = f\"{['x' * 90000] * 1000}\"",
    "s = b'x' * 300000000",
    "s = 'x' * 300000000",
    "s = [0] * 300000000",
    "s = (0,) * 300000000",
    "s = b'x'\nfor i in range(40):\n    s = s + s",
    "s = b'x'\nfor i in range(40):\n    s += s",
    "a = [0] * 90000\ns = [" + "*a," * 900 + "]",
    "a = [0] * 90000\nf(" + "*a," * 900 + ")",
    "a = [0] * 90000\ns = zip(" + "a," * 900 + ")",
    "a = [0] * 90000\nfor i in range(40):\n    a.extend(a)",
    "a = 'x' * 90000\ns = [a[1:] for i in range(9000)]",
    "a = [0] * 90000\ns = sum([a] * 900, [])",
    "s = 2 ** 10 ** 9",
    "s = 1 << 10 ** 9",
    "s = round(5, -10 ** 9)",
    "s = range(10 ** 9)",
]


@pytest.mark.parametrize("bomb", BOMBS, ids=[bomb[:40] for bomb in BOMBS])
def test_source_that_would_create_huge_values_takes_little_memory(bomb: str) -> None:
    tracemalloc.start()
    answer = from_python(MODEL + bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 40_000_000
    assert isinstance(answer, Imported)
    assert {problem.code for problem in answer.problems} <= {"python_endless"}


def test_strings_are_formatted_as_in_python() -> None:
    source = "\n".join(
        [
            "import keras",
            "x = keras.Input((4,), name=f'in_{7:03d}')",
            "y = keras.layers.Dense(2, name=f'{\"a\"!s:_>3}_{12:x}')(x)",
            "z = keras.layers.Dense(2, name='%s_%02d' % ('out', 3))(y)",
            "model = keras.Model(x, z)",
            "print(f'{model} {x.shape}')",
        ]
    )
    answer = from_python(source)
    assert isinstance(answer, Imported)
    names = [node.name for node in answer.document.main.nodes]
    assert (names, answer.problems) == (["in_007", "__a_c", "out_03"], ())
