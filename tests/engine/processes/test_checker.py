"""The protocol of the checker's process, and the output and exit codes of the command line."""

import io
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine import __main__ as command_line
from engine.document import Document
from engine.templates import find
from tests.engine.documents import chain, node

ROOT = Path(__file__).resolve().parents[3]
TEMPLATE = find("digits_residual")
assert TEMPLATE is not None
VALID = TEMPLATE.document
INVALID = chain(node("x", "Input", shape=[4], name="x"), node("d", "LSTM", units=2, name="d"))


class Checker:
    """The checker's fork server: a socket to request copies, and one to the last copy."""

    def __init__(self) -> None:
        self.control, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "engine.processes.checker"],
                stdin=theirs, stderr=subprocess.DEVNULL, cwd=ROOT,
            )  # fmt: skip
        self.ready = self.copy()

    def copy(self) -> dict[str, Any]:
        """Request a new copy; return its "ready" answer."""
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self.control, [b"+"], [theirs.fileno()])
        self.lines = ours.makefile("rwb")
        ours.close()
        return self.read()

    def read(self) -> dict[str, Any]:
        """Return an answer, with its body as text."""
        head: dict[str, Any] = json.loads(self.lines.readline())
        return {**head, "body": self.lines.read(head["length"]).decode()}


@pytest.fixture(scope="module")
def process() -> Iterator[Checker]:
    checker = Checker()
    assert checker.ready["type"] == "ready"
    assert set(checker.ready["versions"]) == {"keras", "jax", "python"}
    yield checker
    checker.control.close()
    assert checker.process.wait(20) == 0
    with pytest.raises(ProcessLookupError):
        os.kill(checker.ready["pid"], 0)


def send(process: Checker, line: bytes) -> dict[str, Any]:
    process.lines.write(line)
    process.lines.flush()
    return process.read()


def ask(process: Checker, value: Any = None, **fields: Any) -> dict[str, Any]:
    """Ask with a JSON value as the body."""
    body = b"" if value is None else json.dumps(value).encode()
    return send(process, json.dumps({"length": len(body), **fields}).encode() + b"\n" + body)


def codes(answer: dict[str, Any]) -> list[str]:
    return [problem["code"] for problem in json.loads(answer["body"])]


def test_check_is_answered_with_a_verdict(process: Checker) -> None:
    answer = ask(process, VALID.to_json(), id=7, type="check")
    verdict = json.loads(answer["body"])
    assert (answer["id"], answer["type"], verdict["ok"]) == (7, "verdict", True)
    assert verdict["totals"]["trainable"] == 9962


def test_the_errors_of_a_verdict(process: Checker) -> None:
    answer = ask(process, INVALID.to_json(), id=1, type="errors")
    assert (answer["type"], codes(answer)) == ("errors", ["wrong_rank"])
    assert codes(ask(process, VALID.to_json(), id=2, type="errors")) == []
    unreadable = ask(process, {"version": 9}, id=3, type="errors")
    assert (unreadable["type"], codes(unreadable)) == ("problems", ["unknown_version"])


def test_a_summary_and_a_preview(process: Checker) -> None:
    answer = ask(process, VALID.to_json(), id=1, type="summary", stored=True)
    assert "Total params: 9,962" in answer["body"]
    assert "GlobalAveragePooling2D" in answer["body"]
    assert codes(ask(process, INVALID.to_json(), id=2, type="summary")) == ["wrong_rank"]
    answer = ask(process, id=3, type="preview", data="digits")
    assert (answer["type"], json.loads(answer["body"])["rows"]) == ("preview", 1797)
    assert ask(process, id=4, type="preview", data="gone")["type"] == "problems"


def test_a_new_copy_replaces_the_old_one(process: Checker) -> None:
    old, lines = process.ready["pid"], process.lines
    process.ready = process.copy()
    assert lines.readline() == b""  # the old one is dead before the new one begins
    assert process.ready["pid"] != old
    answer = ask(process, VALID.to_json(), id=1, type="check")
    assert json.loads(answer["body"])["ok"]


def test_tensorflow_is_imported_when_it_is_needed(process: Checker) -> None:
    maps = Path(f"/proc/{process.ready['pid']}/maps")
    assert "tensorflow" not in maps.read_text()
    text = chain(
        node("x", "Input", shape=[1], dtype="string"),
        node("y", "TextVectorization", vocabulary=["a", "b"], output_sequence_length=3),
    )
    answer = ask(process, text.to_json(), id=1, type="check")
    assert json.loads(answer["body"])["nodes"]["y"]["outputs"][0]["shape"] == [None, 3]
    assert "tensorflow" in maps.read_text()


@pytest.mark.parametrize(
    ("line", "id", "code"),
    [
        (b"no JSON\n", None, "not_a_request"),
        (b"[1]\n", None, "not_a_request"),
        (b"[" * 100_000 + b"\n", None, "not_a_request"),
        (b'{"id": 5, "type": "explode", "length": 3}\nabc', 5, "not_a_request"),
        (b'{"id": 6, "type": "check"}\n', 6, "unreadable"),
        (b'{"id": 8, "type": "check", "length": 14}\n{"version": 9}', 8, "unknown_version"),
        (b'{"id": 9, "type": "check", "length": "x"}\n', 9, "unreadable"),
    ],
)
def test_a_broken_request_is_answered(
    process: Checker, line: bytes, id: int | None, code: str
) -> None:
    answer = send(process, line)
    assert (answer["id"], answer["type"], codes(answer)) == (id, "problems", [code])


@pytest.fixture
def file(tmp_path: Path) -> Any:
    def write(document: Document) -> str:
        path = tmp_path / "model.json"
        path.write_text(json.dumps(document.to_json()), encoding="utf-8")
        return str(path)

    return write


def test_check_prints_shapes_and_problems(file: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["check", file(VALID)]) == 0
    output = capsys.readouterr().out.splitlines()
    assert output[1] == "conv_1    Conv2D                  8×8×32    320"
    assert output[-1] == (
        "610,624 multiply-adds for each example, 1.32 MB of activations for each batch"
    )
    assert command_line.main(["check", file(INVALID)]) == 1
    assert capsys.readouterr().out == (
        "x  Input  4\n"
        "d  LSTM   ?\n"
        "0 parameters, 0 bytes\n"
        "0 multiply-adds for each example, 512 bytes of activations for each batch\n"
        "\n"
        "✗ LSTM needs a sequence. It takes (batch, timesteps, features); “x” gives (batch, 4).\n"
        "  Add the missing axis with Reshape, or give the Input another shape.\n"
        "  → Insert Reshape 4×1\n"
        "· No data set has been chosen, so the model can't be trained yet.\n"
        "  Choose a data set under “Data”.\n"
    )


def test_check_as_json(file: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["check", file(VALID), "--json"]) == 0
    verdict = json.loads(capsys.readouterr().out)
    assert verdict["nodes"]["pool"]["outputs"] == [
        {"port": "output", "shape": [None, 32], "dtype": "float32"}
    ]


def test_unreadable_documents(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command_line.main(["check", str(tmp_path / "gone.json")]) == 2
    assert "No such file" in capsys.readouterr().err
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"version": 7}')))
    assert command_line.main(["summary", "-"]) == 2
    assert "version 7" in capsys.readouterr().err


def test_catalogue_summary_and_code(file: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["catalogue"]) == 0
    assert json.loads(capsys.readouterr().out)["layers"][0]["name"] == "Input"
    assert command_line.main(["summary", file(VALID)]) == 0
    assert "Total params: 9,962" in capsys.readouterr().out
    assert command_line.main(["code", file(VALID), "--backend", "jax"]) == 0
    compile(capsys.readouterr().out, "model.py", "exec")
    assert command_line.main(["train", file(VALID), "--device", "toaster"]) == 2
    assert "device" in capsys.readouterr().err
