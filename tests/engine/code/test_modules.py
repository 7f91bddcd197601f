"""Models as classes of other libraries: each layer is supported, or refused by name.

That the outputs equal Keras's is proven with real installs by `make test-versions`.
"""

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
