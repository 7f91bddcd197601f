"""Code for Keras 2.3.1: its names, arguments and defaults; what it lacks is refused by name."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine import templates
from engine.catalogue import Entry, keras2, load
from engine.code import generate
from engine.document import Document
from tests.engine import layer_cases, op_cases
from tests.engine.documents import document, node
from tests.engine.old_engines import MARKS, run

FILE = Path(keras2.__file__).with_name("signatures.json")
SIGNATURES: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))["signatures"]
PLACED = [entry for entry in load().layers if not entry.refused and entry.name != "Input"]
CLASSES = {
    entry.name: entry
    for entry in load().objects
    if not entry.refused and entry.kind in ("loss", "metric", "optimizer", "callback", "schedule")
}
OLD = (3, 8)


def case_of(entry: Entry) -> Document:
    """A document with a layer or an op."""
    return op_cases.op_document(entry) if entry.kind == "op" else layer_cases.case_document(entry)


def one(layer: str, shape: list[int] = [6], **params: Any) -> Document:  # noqa: B006
    """A document with one layer."""
    nodes = [node("in", "Input", shape=shape), node("it", layer, **params)]
    entry = load().layer(layer)
    assert entry is not None
    return document(nodes, [f"in > it.{entry.inputs[0].name}"])


def source(made: Document, form: str = "functional") -> str:
    """The code of a document, of which nothing is refused."""
    code = generate(made, form, "keras-2")  # type: ignore[arg-type]
    assert [problem.message for problem in code.problems] == []
    ast.parse(code.source, feature_version=OLD)
    return code.source


def calls(text: str) -> Iterator[tuple[str, ast.Call]]:
    """The calls of Keras in a source, by their full paths."""
    for call in ast.walk(ast.parse(text, feature_version=OLD)):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            path = ast.unparse(call.func)
            path = f"keras.{path}" if path.startswith("layers.") else path
            if path in SIGNATURES:
                yield path, call
            assert path in SIGNATURES or path in ("keras.Model",), path


@pytest.mark.parametrize("entry", PLACED, ids=lambda entry: entry.name)
def test_each_layer_is_written_or_refused_by_name(entry: Entry) -> None:
    code = generate(case_of(entry), "functional", "keras-2")
    errors = [problem for problem in code.problems if problem.severity == "error"]
    if keras2.counterpart(entry) is None:
        assert any(entry.name in problem.message for problem in errors)
        assert f"{entry.path}(" not in code.source
        return
    assert errors == []
    for path, call in calls(code.source):
        names = [param[0] for param in SIGNATURES[path]]
        assert len(call.args) <= len(names)
        given = {keyword.arg for keyword in call.keywords}
        assert given <= set(names[len(call.args) :])
        required = {param[0] for param in SIGNATURES[path] if len(param) == 1}
        assert required <= given | set(names[: len(call.args)])


def test_most_layers_of_keras_2_are_known() -> None:
    written = [entry.name for entry in PLACED if keras2.counterpart(entry)]
    assert len(written) == 66


def test_other_names_and_defaults() -> None:
    assert "layers.LeakyReLU(alpha=0.2)" in source(one("LeakyReLU", negative_slope=0.2))
    assert "layers.GRU(4, reset_after=True)" in source(one("GRU", [5, 6], units=4))
    weighed = source(one("Dense", units=2, kernel_regularizer="l2"))
    assert "kernel_regularizer=keras.regularizers.l2()" in weighed
    strong = {"class": "L2", "params": {"l2": 0.1}}
    assert "keras.regularizers.l2(0.1)" in source(one("Dense", units=2, kernel_regularizer=strong))
    drawn = {"class": "HeNormal", "params": {"seed": 1}}
    assert "keras.initializers.he_normal(seed=1)" in source(
        one("Dense", units=2, kernel_initializer=drawn)
    )
    scaled = source(one("Dense", units=2, kernel_initializer="variance_scaling"))
    assert "keras.initializers.VarianceScaling()" in scaled


def trained(**training: Any) -> Document:
    """The template iris with other settings of its training."""
    iris = next(each.document for each in templates.load() if each.id == "iris")
    made = iris.model_dump(mode="json", by_alias=True)
    made["training"] |= training
    return Document.model_validate(made)


def test_a_script_trains_with_what_keras_2_has() -> None:
    text = source(trained(optimizer={"class": "Adadelta", "params": {}}), "script")
    assert 'os.environ["KERAS_BACKEND"] = "theano"' in text
    assert "optimizer=keras.optimizers.Adadelta(learning_rate=0.001)" in text
    assert "np.random.seed(SEED)" in text
    assert "return_dict" not in text
    assert "strict" not in text
    assert 'model.save("iris_flowers.h5")' in text or ".h5" in text
    assert "# Needs: keras==2.3.1, Theano==1.0.5" in text
    assert text.index("from __future__") < text.index("import os")


REFUSED = {
    "an optimizer": ({"optimizer": {"class": "AdamW"}}, "the optimizer AdamW"),
    "a schedule": (
        {
            "optimizer": {
                "class": "SGD",
                "params": {
                    "learning_rate": {
                        "class": "ExponentialDecay",
                        "params": {
                            "initial_learning_rate": 0.1,
                            "decay_steps": 5,
                            "decay_rate": 0.9,
                        },
                    }
                },
            }
        },
        "the schedule ExponentialDecay",
    ),
    "a default that it can't have": (
        {"optimizer": {"class": "Adagrad"}},
        "initial_accumulator_value = 0.1 for the optimizer Adagrad",
    ),
    "a metric": ({"metrics": [{"class": "F1Score"}]}, "the metric F1Score"),
    "a loss": ({"loss": {"class": "Dice"}}, "the loss Dice"),
    "a callback": ({"callbacks": [{"class": "SwapEMAWeights"}]}, "the callback SwapEMAWeights"),
    "a precision": ({"precision": "mixed_float16"}, "precision = “mixed_float16”"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_script_that_would_lack_something_is_refused(case: str) -> None:
    settings, named = REFUSED[case]
    code = generate(trained(**settings), "script", "keras-2")
    assert code.form == "function"
    assert any(named in problem.message for problem in code.problems)
    assert "fit(" not in code.source


CONV = {"filters": 2, "kernel_size": 3, "padding": "same"}


@pytest.mark.parametrize(
    ("layer", "params", "named"),
    [
        ("Dense", {"units": 2, "activation": "gelu"}, "the activation gelu"),
        ("Dense", {"units": 2, "activation": "hard_sigmoid"}, "the activation hard_sigmoid"),
        (
            "MaxPooling2D",
            {"padding": "same"},
            "Theano does not compute padding = “same” as Keras 3 does",
        ),
        (
            "Conv2D",
            {**CONV, "strides": 2},
            "Theano does not compute padding = “same” as Keras 3 does",
        ),
        (
            "Conv2D",
            {**CONV, "kernel_size": [3, 2]},
            "Theano does not compute padding = “same” as Keras 3 does",
        ),
        ("Conv2D", CONV, ""),
        ("GaussianNoise", {"stddev": 0.5, "seed": 3}, "seed = 3"),
    ],
)
def test_values_that_keras_2_lacks_are_named(layer: str, params: Any, named: str) -> None:
    shape = [8, 8, 3] if layer.endswith("2D") else [6]
    code = generate(one(layer, shape, **params), "functional", "keras-2")
    messages = " ".join(problem.message for problem in code.problems)
    assert named in messages
    assert bool(named) == any(problem.node == "it" for problem in code.problems)


@pytest.mark.parametrize("name", CLASSES)
def test_each_object_is_known_or_named(name: str) -> None:
    entry = CLASSES[name]
    lacking = [lack.owner for lack in keras2.of_object(entry.kind, name, {}, "theano")]
    assert bool(lacking) == (keras2.counterpart(entry) is None or name == "Adagrad")
    assert set(lacking) <= {name}


@MARKS["theano"]
def test_the_signatures_are_those_of_the_installed_keras() -> None:
    script = Path("engine/legacy/signatures.py")
    assert run("theano", script.read_text(encoding="utf-8")) == FILE.read_text(encoding="utf-8")


BUILD = """
import json, sys
failed = []
for name, source in json.load(sys.stdin).items():
    try:
        exec(source, {"__name__": name})
    except Exception as error:
        failed.append("%s: %r" % (name, error))
print(json.dumps(failed))
"""


@MARKS["theano"]
def test_each_layer_can_be_built_there() -> None:
    known = [entry for entry in PLACED if keras2.counterpart(entry) and entry.name != "Flatten"]
    sources = {entry.name: source(case_of(entry)) for entry in known}
    sources["Flatten"] = source(one("Flatten", [5, 6]))  # a vector is refused there
    assert json.loads(run("theano", BUILD, sources).splitlines()[-1]) == []
