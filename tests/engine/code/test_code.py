"""Generated code is equal to the golden files, and has the other properties of its form.

Golden files are documents (tests/golden/<idea>.json) and the code that is generated from them
(<idea>.py, or <idea>_<form>.py). After an intended change, regenerate them and read the diff:

    UPDATE_GOLDEN=1 pytest tests/engine/code/test_code.py
"""

import ast
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import templates
from engine.code import Form, Style, generate
from engine.code.syntax.formatting import written_lines
from engine.document import Document
from engine.document.reading import read_document
from engine.problems import problem
from tests.engine.code.helpers import document, node, ruff_output
from tests.engine.graph.test_structure import MATRIX

GOLDEN = Path(__file__).parents[2] / "golden"
IDEAS = sorted(path.stem for path in GOLDEN.glob("*.json"))
OTHER_FORMS: dict[str, tuple[Form, ...]] = {
    "adapting": ("script",),
    "chain": ("sequential", "notebook"),
    "nesting": ("function", "sequential", "subclass"),
    "callbacks": ("script",),
    "constants": ("sequential", "notebook"),
    "feeding": ("script",),
    "freezing": ("script",),
    "frozen_stack": ("sequential",),
}
STYLED: tuple[tuple[str, Form], ...] = (("operations", "functional"), ("callbacks", "script"))
CLASSES: tuple[tuple[str, Style], ...] = (("chain", "flax"), ("chain", "torch"))
TRAINED: tuple[tuple[str, Style], ...] = (("measuring", "flax"), ("measuring", "torch"))
UPDATE = bool(os.environ.get("UPDATE_GOLDEN"))


def golden(idea: str) -> Document:
    read = read_document((GOLDEN / f"{idea}.json").read_bytes())
    assert isinstance(read, Document), read
    return read


Case = tuple[str, Form, Style, str]


def cases() -> list[Case]:
    result: list[Case] = [(idea, "functional", "keras", f"{idea}.py") for idea in IDEAS]
    for idea, forms in OTHER_FORMS.items():
        for form in forms:
            suffix = "ipynb" if form == "notebook" else "py"
            result.append((idea, form, "keras", f"{idea}_{form}.{suffix}"))
    result += [(idea, "subclass", style, f"{idea}_{style}.py") for idea, style in CLASSES]
    result += [(idea, "script", style, f"{idea}_script_{style}.py") for idea, style in TRAINED]
    result += [(idea, form, "tf.keras", f"{idea}_{form}_tf.py") for idea, form in STYLED]
    return result


@pytest.mark.parametrize(("idea", "form", "style", "file"), cases(), ids=str)
def test_golden(idea: str, form: Form, style: Style, file: str) -> None:
    code = generate(golden(idea), form, style)
    path = GOLDEN / file
    if UPDATE:
        path.write_text(code.source, encoding="utf-8")
    assert code.form == form
    assert code.source == path.read_text(encoding="utf-8")
    assert bool(code.problems) == (idea == "broken")


def test_no_golden_file_is_left_over() -> None:
    expected = {file for _, _, _, file in cases()} | {f"{idea}.json" for idea in IDEAS}
    assert {path.name for path in GOLDEN.iterdir()} == expected


def test_ruff_accepts_golden_files() -> None:
    assert ruff_output(GOLDEN) == ""


@pytest.mark.parametrize("idea", IDEAS)
def test_lines_of_a_node_contain_its_call(idea: str) -> None:
    """Each node's lines are complete statements that contain its layer, or the layer it shares."""
    code = generate(golden(idea), "functional")
    text = code.source.splitlines()
    nodes = {node.id: node for node in golden(idea).main.nodes}
    assert code.lines
    for id, (first, last) in code.lines.items():
        part = "\n".join(text[first - 1 : last])
        assert ast.parse(part.strip()).body
        if nodes[id].shares is None and nodes[id].layer != "Model":
            layer = nodes[id].layer
            assert ("[" if layer == "ops.get_item" else f"{layer}(") in part


@pytest.mark.parametrize("file", sorted(GOLDEN.glob("*.py")), ids=lambda path: path.name)
def test_lines_of_statements_agree_with_the_python_parser(file: Path) -> None:
    def parsed(body: list[ast.stmt]) -> Iterator[tuple[int, int | None]]:
        for statement in body:
            inner = getattr(statement, "body", None)
            for decorator in getattr(statement, "decorator_list", ()):
                yield decorator.lineno, decorator.end_lineno
            yield statement.lineno, None if inner else statement.end_lineno
            yield from parsed(inner or [])
            for handler in getattr(statement, "handlers", ()):
                yield handler.lineno, None
                yield from parsed(handler.body)

    source = file.read_text(encoding="utf-8")
    expected = list(parsed(ast.parse(source).body))
    actual = list(written_lines(source.splitlines()))
    assert [first for first, _ in actual] == [first for first, _ in expected]
    assert all(last in (None, end) for (_, end), (_, last) in zip(actual, expected, strict=True))


def test_lines_in_a_sequential_model() -> None:
    code = generate(golden("chain"), "sequential")
    text = code.source.splitlines()
    shown = {id: text[first - 1 : last] for id, (first, last) in code.lines.items()}
    assert shown["c"] == ["        layers.MaxPooling2D(),"]
    assert list(shown) == ["a", "b", "c", "d", "e", "f"]


def test_a_graph_that_is_not_a_linear_stack_becomes_functional() -> None:
    code = generate(golden("branch"), "sequential")
    assert code.form == "functional"
    assert [problem.code for problem in code.problems] == ["not_a_stack"]
    assert code.source == generate(golden("branch"), "functional").source


SILENT = {"empty", "no_inputs", "no_outputs", "unused_input"}
"""Problems that leave no gap in the code."""


@pytest.mark.parametrize("case", MATRIX)
def test_comments_are_the_messages_of_the_check(case: str) -> None:
    broken, problems = MATRIX[case]
    expected = [message for code, _, _, _, message, _ in problems if code not in SILENT]
    source = generate(broken, "functional").source
    comments = [line.removeprefix("# ") for line in source.splitlines() if line.startswith("# ")]
    assert sorted(set(comments) - {problem("code_without_output").message}) == sorted(expected)


def test_an_empty_document_in_every_form() -> None:
    forms: tuple[Form, ...] = ("functional", "sequential", "function", "script", "notebook")
    for form in forms:
        assert "no output yet" in generate(Document(), form).source


def test_code_does_not_depend_on_the_order_of_nodes_and_edges() -> None:
    main = golden("branch").main
    reversed_ = main.model_copy(update={"nodes": main.nodes[::-1], "edges": main.edges[::-1]})
    reversed__document = golden("branch").model_copy(update={"graphs": (reversed_,)})
    assert generate(reversed__document, "functional") == generate(golden("branch"), "functional")


def test_names_of_unnamed_layers_avoid_chosen_names() -> None:
    """Keras would name the first Dense "dense", which is the chosen name of the second."""
    code = generate(
        document(
            node("a", "Input", shape=[2]),
            node("b", "Dense", units=2),
            node("c", "Dense", "dense", units=2),
            wires="a b c",
        ),
        "functional",
    )
    assert 'name="dense_1"' in code.source
    assert 'name="dense"' in code.source


THIRD = {"CUDA_DEVICE_ORDER": "PCI_BUS_ID", "CUDA_VISIBLE_DEVICES": "2"}


@pytest.mark.parametrize(
    ("backend", "device", "expected"),
    [
        ("jax", "cpu", {"KERAS_BACKEND": "jax"}),
        ("torch", "gpu:0", {"KERAS_BACKEND": "torch"}),
        ("tensorflow", "gpu:2", {"KERAS_BACKEND": "tensorflow", **THIRD}),
        (
            "tensorflow",
            "gpu:0,2",
            {"KERAS_BACKEND": "tensorflow", **THIRD, "CUDA_VISIBLE_DEVICES": "0,2"},
        ),
        ("torch", "gpu:2,3", {"KERAS_BACKEND": "torch", **THIRD}),
        ("tensorflow", "cpu:0,1", {"KERAS_BACKEND": "tensorflow"}),
        (
            "jax",
            "cpu:0,1",
            {
                "KERAS_BACKEND": "jax",
                "JAX_PLATFORMS": "cpu",
                "XLA_FLAGS": "--xla_force_host_platform_device_count=2",
            },
        ),
    ],
)
def test_the_backend_is_chosen_before_keras_is_imported(
    backend: str, device: str, expected: dict[str, str]
) -> None:
    chosen = document(node("a", "Input", shape=[2]), target={"backend": backend, "device": device})
    source = generate(chosen, "script").source
    before = source[: source.index("import keras")]
    variables = {
        ast.literal_eval(statement.targets[0].slice): ast.literal_eval(statement.value)
        for statement in ast.parse(before).body
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Subscript)
    }
    assert variables == expected


def test_tf_keras_on_another_backend_is_a_problem() -> None:
    on_jax = document(node("a", "Input", shape=[2]), target={"backend": "jax", "device": "gpu:1"})
    code = generate(on_jax, "script", "tf.keras")
    assert [problem.code for problem in code.problems] == ["tf_keras_is_tensorflow"]
    assert "KERAS_BACKEND" not in code.source
    assert 'os.environ["CUDA_VISIBLE_DEVICES"] = "1"' in code.source


def test_a_notebook_is_valid() -> None:
    notebook = json.loads(generate(templates.load()[0].document, "notebook").source)
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids)
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert len(code) == 5
    assert all(cell["source"] for cell in code)


def test_without_validation_all_rows_are_for_training() -> None:
    first = templates.load()[0].document
    training = first.training.model_copy(update={"split": 0.0})
    source = generate(first.model_copy(update={"training": training}), "script").source
    assert "split_rows" not in source
    assert "x_validation" not in source
    assert "validation_data" not in source
    assert "model.evaluate(x_train, y_train, " in source
