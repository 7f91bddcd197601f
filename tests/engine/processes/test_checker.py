"""The checker's process speaks its protocol, and the command line its exit codes."""

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
SOUND = TEMPLATE.document
WRONG = chain(node("x", "Input", shape=[4], name="x"), node("d", "LSTM", units=2, name="d"))


class Asked:
    """The process, as its parent sees it: a socket for copies, and one to the last of them."""

    def __init__(self) -> None:
        self.control, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "engine.processes.checker"],
                stdin=theirs, stderr=subprocess.DEVNULL, cwd=ROOT,
            )  # fmt: skip
        self.ready = self.copy()

    def copy(self) -> dict[str, Any]:
        """Ask for a fresh copy, and return what it says when it is warm."""
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self.control, [b"+"], [theirs.fileno()])
        self.lines = ours.makefile("rwb")
        ours.close()
        answer: dict[str, Any] = json.loads(self.lines.readline())
        return answer


def test_keras_is_imported_before_copies_are_forked() -> None:
    script = (
        "import sys; from engine.processes import checker, nursery;"
        "needed = {'keras', 'engine.check.whole', 'engine.check.summary'};"
        "nursery.keep = lambda _: print(needed - set(sys.modules));"
        "checker.main()"
    )
    command = [sys.executable, "-c", script]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout == "set()\n"


@pytest.fixture(scope="module")
def process() -> Iterator[Asked]:
    asked = Asked()
    assert asked.ready["type"] == "ready"
    assert set(asked.ready["versions"]) == {"keras", "jax", "python"}
    yield asked
    asked.control.close()
    assert asked.process.wait(20) == 0
    with pytest.raises(ProcessLookupError):
        os.kill(asked.ready["pid"], 0)


def ask(process: Asked, line: bytes) -> dict[str, Any]:
    process.lines.write(line + b"\n")
    process.lines.flush()
    answer: dict[str, Any] = json.loads(process.lines.readline())
    return answer


def request(**fields: Any) -> bytes:
    return json.dumps(fields).encode()


def test_a_verdict(process: Asked) -> None:
    answer = ask(process, request(id=7, type="check", document=SOUND.to_json()))
    assert (answer["id"], answer["type"], answer["verdict"]["ok"]) == (7, "verdict", True)
    assert answer["verdict"]["totals"]["trainable"] == 9962


def test_a_summary_and_a_preview(process: Asked) -> None:
    answer = ask(process, request(id=1, type="summary", document=SOUND.to_json()))
    assert "Total params: 9,962" in answer["text"]
    assert "GlobalAveragePooling2D" in answer["text"]
    answer = ask(process, request(id=2, type="summary", document=WRONG.to_json()))
    assert [one["code"] for one in answer["problems"]] == ["wrong_rank"]
    answer = ask(process, request(id=3, type="preview", data="digits"))
    assert (answer["type"], answer["preview"]["rows"]) == ("preview", 1797)
    assert ask(process, request(id=4, type="preview", data="gone"))["type"] == "problems"


def test_a_fresh_copy_has_not_to_import_anything(process: Asked) -> None:
    old, lines = process.ready["pid"], process.lines
    process.ready = process.copy()
    assert lines.readline() == b""  # the old one is dead before the new one begins
    assert process.ready["pid"] != old
    answer = ask(process, request(id=1, type="check", document=SOUND.to_json()))
    assert answer["verdict"]["ok"]


def test_tensorflow_comes_when_it_is_needed(process: Asked) -> None:
    maps = Path(f"/proc/{process.ready['pid']}/maps")
    assert "tensorflow" not in maps.read_text()
    text = chain(
        node("x", "Input", shape=[1], dtype="string"),
        node("y", "TextVectorization", vocabulary=["a", "b"], output_sequence_length=3),
    )
    answer = ask(process, request(id=1, type="check", document=text.to_json()))
    assert answer["verdict"]["nodes"]["y"]["outputs"][0]["shape"] == [None, 3]
    assert "tensorflow" in maps.read_text()


@pytest.mark.parametrize(
    ("line", "id", "code"),
    [
        (b"no JSON", None, "not_a_request"),
        (b"[1]", None, "not_a_request"),
        (b"[" * 100_000, None, "not_a_request"),
        (request(id=5, type="explode"), 5, "not_a_request"),
        (request(id=6, type="check"), 6, "not_a_document"),
        (request(id=7, type="check", document={"version": 9}), 7, "unknown_version"),
    ],
)
def test_a_broken_request_is_answered(
    process: Asked, line: bytes, id: int | None, code: str
) -> None:
    answer = ask(process, line)
    assert (answer["id"], answer["type"]) == (id, "problems")
    assert [one["code"] for one in answer["problems"]] == [code]


@pytest.fixture
def file(tmp_path: Path) -> Any:
    def write(document: Document) -> str:
        path = tmp_path / "model.json"
        path.write_text(json.dumps(document.to_json()), encoding="utf-8")
        return str(path)

    return write


def test_check_says_shapes_and_problems(file: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["check", file(SOUND)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[1] == "conv_1    Conv2D                  8×8×32    320"
    assert said[-1] == (
        "610,624 multiply-adds for each example, 1.32 MB of activations for each batch"
    )
    assert command_line.main(["check", file(WRONG)]) == 1
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
        "  Choose one under “Training”.\n"
    )


def test_check_as_json(file: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["check", file(SOUND), "--json"]) == 0
    verdict = json.loads(capsys.readouterr().out)
    assert verdict["nodes"]["pool"]["outputs"] == [
        {"port": "output", "shape": [None, 32], "dtype": "float32"}
    ]


def test_what_cannot_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command_line.main(["check", str(tmp_path / "gone.json")]) == 2
    assert "No such file" in capsys.readouterr().err
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"version": 7}')))
    assert command_line.main(["summary", "-"]) == 2
    assert "it is 7" in capsys.readouterr().err


def test_catalogue_summary_and_code(file: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["catalogue"]) == 0
    assert json.loads(capsys.readouterr().out)["layers"][0]["name"] == "Input"
    assert command_line.main(["summary", file(SOUND)]) == 0
    assert "Total params: 9,962" in capsys.readouterr().out
    assert command_line.main(["code", file(SOUND), "--backend", "jax"]) == 0
    compile(capsys.readouterr().out, "model.py", "exec")
    assert command_line.main(["train", file(SOUND), "--device", "toaster"]) == 2
    assert "device" in capsys.readouterr().err
