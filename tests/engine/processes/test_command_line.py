"""`python -m engine`: standard output, standard error and exit codes."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import templates
from engine.__main__ import main
from engine.catalogue import load
from engine.document import Document
from engine.imports.keras_json import from_keras_json
from engine.keras.build import build_model
from engine.processes.executors.process import ROOT
from tests.engine.archives import CONFIG, packed, read, replace_kernel, with_weights
from tests.engine.documents import chain, node

pytestmark = pytest.mark.filterwarnings(  # Keras on JAX
    "ignore:__array__ implementation:DeprecationWarning"
)
VALID = next(item.document for item in templates.load() if item.id == "iris")
INVALID = chain(node("x", "Input", name="x", shape=[4]), node("d", "Dense", name="d"))
MESSAGE = "“d” needs “units”."


def write(document: Document, folder: Path) -> str:
    """The path of a document's file."""
    path = folder / "document.json"
    path.write_text(json.dumps(document.to_json()), encoding="utf-8")
    return str(path)


def test_the_catalogue(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalogue"]) == 0
    assert json.loads(capsys.readouterr().out) == load().model_dump(mode="json")


def test_check_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", write(VALID, tmp_path), "--json"]) == 0
    verdict = json.loads(capsys.readouterr().out)
    assert verdict["ok"] is True
    first = VALID.main.nodes[0].id
    tensor = {"port": "output", "shape": [None, 4], "dtype": "float32"}
    assert verdict["nodes"][first]["outputs"] == [tensor]
    assert verdict["totals"]["trainable"] == build_model(VALID).count_params()
    assert main(["check", write(INVALID, tmp_path), "--json"]) == 1
    (problem,) = [
        problem
        for problem in json.loads(capsys.readouterr().out)["problems"]
        if problem["severity"] == "error"
    ]
    assert {key: problem[key] for key in ("code", "node", "port", "param", "message")} == {
        "code": "missing_param",
        "node": "d",
        "port": None,
        "param": "units",
        "message": MESSAGE,
    }
    assert {"hint", "fix"} <= problem.keys()


def test_check_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", write(INVALID, tmp_path)]) == 1
    assert f"✗ {MESSAGE}" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["check", "summary", "code", "train"])
@pytest.mark.parametrize("content", ["{", "[]", '{"version": 99}', "\0"])
def test_invalid_documents_are_reported_on_standard_error(
    command: str, content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "broken.json"
    path.write_text(content, encoding="utf-8")
    assert main([command, str(path)]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("✗ ")
    assert main([command, str(tmp_path / "none")]) == 2
    assert "No such file" in capsys.readouterr().err


def test_a_dash_is_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def output_of(command: list[str], value: Any) -> str:
        data = io.BytesIO(json.dumps(value).encode())
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(data))
        assert main(command) == 0
        return capsys.readouterr().out

    whole = VALID.to_json()
    assert json.loads(output_of(["check", "-", "--json"], whole))["ok"] is True
    assert "Trainable params" in output_of(["summary", "-"], whole)
    assert output_of(["code", "-"], whole).startswith('"""')
    imported = from_keras_json(CONFIG)
    assert not isinstance(imported, list)
    assert json.loads(output_of(["import", "-"], CONFIG)) == imported.document.to_json()


def test_the_summary_is_that_of_keras(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summary", write(VALID, tmp_path)]) == 0
    assert "Total params" in capsys.readouterr().out
    assert main(["summary", write(INVALID, tmp_path)]) == 1
    output = capsys.readouterr()
    assert (output.out, MESSAGE in output.err) == ("", True)


@pytest.mark.parametrize("form", ["functional", "sequential", "function", "script", "notebook"])
def test_code_in_every_form_and_for_every_backend(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(VALID, tmp_path)
    for backend in ("tensorflow", "jax", "torch"):
        assert main(["code", path, "--form", form, "--backend", backend]) == 0
        output = capsys.readouterr()
        # Only complete programs choose the backend.
        assert (backend in output.out) == (form in ("script", "notebook"))
        assert output.err == ""


def test_code_of_an_invalid_document_contains_its_problems(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["code", write(INVALID, tmp_path)]) == 1
    output = capsys.readouterr()
    assert "# “d” needs “units”." in output.out
    assert "missing from the code" in output.err


def test_code_says_what_the_check_finds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wide = chain(
        node("image", "Input", shape=[8, 8, 1]),
        node("conv", "Conv2D", filters=4, kernel_size=99),
        node("flat", "Flatten"),
        node("score", "Dense", units=10),
        training={"data": "digits"},
    )
    path = write(wide, tmp_path)
    assert main(["code", path]) == 0
    assert "#" not in capsys.readouterr().out
    assert main(["code", path, "--check", "--form", "script", "--options"]) == 1
    output = capsys.readouterr().out
    assert "# The window of 99×99 does not fit" in output
    assert "parser.add_argument(" in output


def test_the_command_line_imports_no_web_server_or_database(tmp_path: Path) -> None:
    script = (
        "import sys; from engine.__main__ import main; code = main(sys.argv[1:]); "
        "print(sorted({'django', 'channels', 'builder', 'sqlite3'} & set(sys.modules)), "
        "file=sys.stderr); sys.exit(code)"
    )
    process = subprocess.run(
        [sys.executable, "-c", script, "check", write(VALID, tmp_path), "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (process.returncode, process.stderr) == (0, "[]\n")
    assert json.loads(process.stdout)["ok"] is True


def test_unknown_commands_are_reported(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["paint", "document.json"])
    assert ended.value.code == 2
    assert "invalid choice" in capsys.readouterr().err


def test_exit_codes_of_import(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "small.keras"
    file.write_bytes(packed())
    assert main(["import", str(file)]) == 0
    assert Document.model_validate_json(capsys.readouterr().out) == read(packed()).document
    file.write_bytes(packed(config={**CONFIG, "compile_config": {"loss": "mine"}}))
    assert main(["import", str(file)]) == 1
    assert "the loss mine" in capsys.readouterr().err
    for path in (str(tmp_path / "nothing"), __file__):
        assert main(["import", path]) == 2
        assert capsys.readouterr().out == ""


TWO_MODELS = """import keras
from keras import layers
first = keras.Sequential([keras.Input((4,)), layers.Dense(2)])
second = keras.Sequential([keras.Input((4,)), layers.Dense(classes)])
"""


def test_importing_lets_one_choose_and_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "two.py"
    file.write_text(TWO_MODELS, encoding="utf-8")
    assert main(["import", str(file), "--model", "1"]) == 2
    diagnostics = capsys.readouterr().err
    assert "--model 0: first, line 3\n--model 1: second, line 4" in diagnostics
    (question,) = (line for line in diagnostics.splitlines() if line.startswith("--answer "))
    assert question.endswith("=…: classes, line 4")
    key = question.removeprefix("--answer ").partition("=")[0]
    assert main(["import", str(file), "--model", "1", "--answer", f"{key}=7"]) == 0
    document = Document.model_validate_json(capsys.readouterr().out)
    assert document.main.nodes[-1].params == {"units": 7}
    with pytest.raises(SystemExit):
        main(["import", str(file), "--answer", "seven"])


def test_importing_writes_weights(tmp_path: Path) -> None:
    file = tmp_path / "small.keras"
    kernel = np.full((3, 2), 4, "float32")
    file.write_bytes(with_weights(lambda weights: replace_kernel(weights, data=kernel)))
    assert main(["import", str(file), "--weights", str(tmp_path / "out")]) == 0
    small = build_model(read(packed()).document)
    small.load_weights(tmp_path / "out.weights.h5")
    np.testing.assert_array_equal(small.get_weights()[0], kernel)
