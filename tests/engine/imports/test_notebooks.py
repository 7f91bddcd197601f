"""Notebooks are read as the Python source in their code cells."""

import json
from typing import Any

import pytest

from engine import templates
from engine.code import generate
from engine.imports.files import read_model
from engine.imports.graph_builder import Imported
from engine.problems import Problem

ALL = templates.load()
MODEL = """\
import keras
x = keras.Input((4,))
model = keras.Model(x, keras.layers.Dense(2)(x))
"""


def notebook(*cells: str, **fields: Any) -> bytes:
    """A notebook with code cells."""
    value = [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]
    return json.dumps({"cells": value, "nbformat": 4, "metadata": {}, **fields}).encode()


def read(data: bytes) -> Imported:
    answer = read_model(data)
    assert isinstance(answer, Imported), answer
    return answer


def messages(data: bytes) -> list[str]:
    answer = read_model(data)
    problems: Any = answer if isinstance(answer, list) else answer.problems
    assert all(isinstance(problem, Problem) for problem in problems)
    return [problem.message for problem in problems]


@pytest.mark.parametrize("template", ALL, ids=[template.id for template in ALL])
def test_the_notebook_of_a_template_is_read_like_its_script(template: templates.Template) -> None:
    script = read(generate(template.document, "script").source.encode())
    notebook = read(generate(template.document, "notebook").source.encode())
    assert (notebook.document, notebook.problems) == (script.document, script.problems)


@pytest.mark.parametrize(
    "command",
    [
        "%matplotlib inline",
        "!pip install keras \\\n  --upgrade",
        "%%bash\nif [ -f x ]; then\n  echo 1\nfi",
        "%%writefile model.py\nimport keras\nmodel = 3",
        "%%time\ny = 1",
        "keras.Model?",
        "?keras",
        "files = !ls",
        "text = '''\n%s\n''' % (3\n% 2)\n%time y = 1",
        "if True:\n    !ls\n    y = 1",
        "%%html\n<p>",
    ],
)
def test_commands_of_ipython_are_nothing(command: str) -> None:
    plain, other = read(notebook(MODEL)), read(notebook(command, MODEL, command))
    assert (other.document, other.problems) == (plain.document, ())


def test_a_cell_magic_that_runs_its_cell_keeps_it() -> None:
    assert read(notebook("%%time\n" + MODEL)).document == read(MODEL.encode()).document


@pytest.mark.parametrize(
    "magic", ["%%writefile model.py\n", "%%writefile {path}\n", "%%file m.py\n"]
)
def test_a_model_in_a_file_that_a_cell_writes_is_read_and_named(magic: str) -> None:
    """A notebook may only write modules that a pipeline runs."""
    imported = read(notebook("import os", magic + MODEL, "%%writefile setup.sh\nif [ -f x ]; then"))
    assert imported.document == read(MODEL.encode()).document
    assert [problem.message for problem in imported.problems] == [
        "Code cell 2 writes a module to a file; it was read as part of the notebook."
    ]


def test_problems_of_a_written_file_name_its_cell() -> None:
    written = "%%writefile m.py\nimport keras\nkeras.Model(a, b)"
    assert messages(notebook(written))[1].startswith("Line 3 of code cell 1: ")


def test_files_without_a_model_are_not_read() -> None:
    text = "This source creates no Keras model."
    assert messages(notebook("x = 1", "%%writefile m.py\ny = 2")) == [text]
    assert read(notebook(MODEL, "%%writefile m.py\n" + MODEL)).problems == ()


def test_problems_name_cells_and_lines() -> None:
    assert messages(notebook("import keras", "%%time\n\nkeras.Model(a, b)"))[0].startswith(
        "Line 3 of code cell 2: "
    )


def test_another_model_that_is_taken_is_named_with_its_cell() -> None:
    unread = "model = keras.models.load_model('m.keras')\nmodel.compile('adam', 'mse')"
    (problem,) = read(notebook("import os", MODEL, unread)).problems
    assert problem.message == (
        "The model of line 1 of code cell 3 could not be read; "
        "the one of line 3 of code cell 2 was taken instead."
    )


def test_a_cell_that_is_not_python_is_left_out_and_named() -> None:
    imported = read(notebook(MODEL, "!ls\n\nx = ("))
    assert imported.document == read(MODEL.encode()).document
    assert [problem.message for problem in imported.problems] == [
        "Code cell 2 was left out, because it is not Python: '(' was never closed."
    ]
    answer = read_model(notebook("import keras", MODEL + "x = ("))
    assert isinstance(answer, list)
    assert answer[0].code == "import_cell_left_out"


def test_the_indentation_of_a_cell_is_nothing() -> None:
    indented = "\n".join(f"  {line}" for line in MODEL.splitlines())
    assert read(notebook(indented)).document == read(MODEL.encode()).document


def test_old_notebooks_are_read() -> None:
    cells = [{"cell_type": "code", "input": [MODEL]}]
    value = {"nbformat": 3, "worksheets": [{"cells": cells}], "metadata": {}}
    assert read(json.dumps(value).encode()).document == read(MODEL.encode()).document


def test_notebooks_without_python_are_refused_by_name() -> None:
    r = {"kernelspec": {"language": "R"}}
    assert messages(notebook("x <- 1", metadata=r)) == [
        "This notebook is written in “r”, not in Python."
    ]
    assert messages(notebook()) == ["This notebook has no code that can be read."]


@pytest.mark.parametrize(
    "value",
    [
        {"cells": 3},
        {"cells": [3, None, {"cell_type": "code"}]},
        {"cells": [{"cell_type": "code", "source": 3}]},
        {"cells": [{"cell_type": "code", "source": [3, {"a": 1}]}]},
        {"cells": [{"cell_type": "code", "source": "%%"}]},
        {"cells": [{"cell_type": "code", "source": "\\\n'''\n!" + "(" * 10_000}]},
        {"cells": [{"cell_type": "code", "source": "x\0"}]},
        {"worksheets": [3, {"cells": {}}]},
        {"cells": [], "metadata": {"language_info": 3, "kernelspec": []}},
    ],
    ids=str,
)
def test_malformed_notebooks_are_refused(value: Any) -> None:
    assert isinstance(read_model(json.dumps({"nbformat": 4, **value}).encode()), list)
