"""Models as classes of other libraries: each layer is supported, or refused by name.

That the outputs equal Keras's is proven with real installs by `make test-versions`.
"""

import re
from typing import Any

import pytest

from engine import templates
from engine.catalogue import Entry
from engine.code import generate
from engine.code.modules.libraries import LIBRARIES
from engine.code.modules.supported import PARAMS
from engine.document import Document
from tests.engine import layer_cases, op_cases
from tests.engine.code.helpers import document, node

ENTRIES = [*layer_cases.entries(), *op_cases.ops()]


def case_of(entry: Entry) -> tuple[Document, str]:
    """A document with a layer or an op, and the id of its node."""
    if entry.kind == "op":
        return op_cases.op_document(entry), "op"
    return layer_cases.case_document(entry), "layer"


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_each_layer_is_written_or_refused_by_name(entry: Entry, library: str) -> None:
    case, node_id = case_of(entry)
    code = generate(case, "subclass", library)
    compile(code.source, code.filename, "exec")
    refusals = [problem for problem in code.problems if problem.severity == "error"]
    if not refusals:
        assert entry.name in LIBRARIES[library].writers
        assert code.source.splitlines()[-1].startswith("model = ")
        return
    title = LIBRARIES[library].title
    assert all(title in problem.message for problem in refusals)
    assert "raise NotImplementedError" in code.source
    if entry.name not in LIBRARIES[library].writers:
        named = [problem for problem in refusals if problem.node == node_id]
        assert entry.name in named[0].message if named else "text" in refusals[0].message


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_parameters_of_each_written_layer_are_listed(library: str) -> None:
    layers = {name for name in LIBRARIES[library].writers if not name.startswith("ops.")}
    plain = {"Identity", "Flatten", "Add", "Multiply", "Subtract", "Average", "Maximum", "Minimum"}
    assert layers - PARAMS.keys() <= plain


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("template", templates.load(), ids=lambda template: template.id)
def test_templates_compile(template: templates.Template, library: str) -> None:
    code = generate(template.document, "functional", library)
    compile(code.source, code.filename, "exec")
    assert code.form == "subclass"


TRAINED = {template.id: template for template in templates.load()}
UNTRAINED = {
    "diabetes": "EarlyStopping",
    "digits_two_outputs": "several outputs",
    "digits_vae": "GaussianNoise",
}


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("id", TRAINED)
def test_scripts_train_or_say_what_they_lack(id: str, library: str) -> None:
    code = generate(TRAINED[id].document, "script", library)
    compile(code.source, code.filename, "exec")
    assert code.form == "script"
    refusals = [problem.message for problem in code.problems if problem.severity == "error"]
    if refusals:
        assert UNTRAINED.get(id, "text") in " ".join(refusals)
        assert "train_epoch" not in code.source
    else:
        assert id not in UNTRAINED
        assert "    for epoch in range(1, EPOCHS + 1):" in code.source
        assert not re.search("^(import|from) keras", code.source, re.MULTILINE)


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "an optimizer": ({"optimizer": {"class": "RMSprop"}}, "the optimizer RMSprop"),
    "a parameter": (
        {"optimizer": {"class": "Adam", "params": {"clipnorm": 1.0}}},
        "clipnorm of Adam",
    ),
    "a schedule": (
        {
            "optimizer": {
                "class": "SGD",
                "params": {"learning_rate": {"class": "CosineDecay", "params": {"a": 1}}},
            }
        },
        "learning_rate of SGD",
    ),
    "a loss": ({"loss": {"class": "Poisson"}}, "the loss Poisson"),
    "a callback": ({"callbacks": [{"class": "TerminateOnNaN"}]}, "the callback TerminateOnNaN"),
}


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("name", REFUSED)
def test_training_without_a_counterpart_is_refused_by_name(name: str, library: str) -> None:
    settings, what = REFUSED[name]
    layers = document(
        node("a", "Input", shape=[8, 8, 1]),
        node("b", "Flatten"),
        node("score", "Dense", units=10),
        wires="a b score",
        training={"data": "digits", **settings},
    )
    (problem,) = generate(layers, "script", library).problems
    assert what in problem.message
    assert LIBRARIES[library].title in problem.message


@pytest.mark.parametrize("library", LIBRARIES)
def test_own_data_have_one_function(library: str) -> None:
    layers = document(
        node("a", "Input", shape=[3]),
        node("b", "Dense", units=1),
        wires="a b",
        training={"optimizer": {"class": "SGD", "params": {"momentum": 0.9, "nesterov": True}}},
    )
    source = generate(layers, "script", library).source
    assert "def load_data()" in source
    assert "momentum=0.9, nesterov=True" in source
    assert "squared_error" in source


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_parameter_without_a_counterpart_is_refused(library: str) -> None:
    layers = document(
        node("a", "Input", shape=[8, 8, 3]),
        node("b", "Conv2D", "stem", filters=2, kernel_size=3, data_format="channels_first"),
        wires="a b",
    )
    (problem,) = generate(layers, "subclass", library).problems
    assert (problem.graph, problem.node) == ("main", "b")
    assert problem.message == (
        f"“stem”: Conv2D has no counterpart in {LIBRARIES[library].title} here, "
        "because data_format is channels_first."
    )


@pytest.mark.parametrize("library", LIBRARIES)
def test_what_influences_only_training_is_named(library: str) -> None:
    layers = document(
        node("a", "Input", shape=[3]),
        node("b", "Dense", units=2, kernel_regularizer={"class": "L2"}, frozen=True),
        wires="a b",
    )
    (problem,) = generate(layers, "subclass", library).problems
    assert problem.severity == "note"
    assert "kernel_regularizer, trainable" in problem.message


@pytest.mark.parametrize("library", LIBRARIES)
def test_what_a_layer_inside_another_changes_in_training_is_named(library: str) -> None:
    params = {"units": 4, "dropout": 0.2, "kernel_regularizer": {"class": "L2"}}
    inner = {"class": "LSTM", "params": params}
    layers = document(
        node("a", "Input", "wave", shape=[32, 1]),
        node("b", "Bidirectional", "memory", layer=inner),
        node("c", "Dense", "shape", units=3),
        wires="a b:sequences c",
        training={"data": "waves"},
    )
    (note,) = generate(layers, "subclass", library).problems
    assert note.severity == "note"
    assert {"dropout", "kernel_regularizer"} <= set(re.findall(r"\w+", note.message))
    messages = [problem.message for problem in generate(layers, "script", library).problems]
    assert any("of dropout of “memory”" in message for message in messages)
    assert any("of kernel_regularizer of “memory”" in message for message in messages)
