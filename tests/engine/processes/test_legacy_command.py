"""`python -m engine legacy …`: what it says is missing."""

import argparse
from dataclasses import replace
from pathlib import Path

import pytest

from engine.commands import legacy
from engine.commands.files import WRONG
from engine.machine import old
from engine.machine.old import ENGINES, cntk

THEANO = argparse.Namespace(engine="theano")
CNTK = argparse.Namespace(engine="cntk")


def a_program(folder: Path, name: str, prints: str = "") -> None:
    """A program that prints a text."""
    path = folder / name
    path.write_text(f"#!/bin/sh\necho {prints}\n")
    path.chmod(0o755)


@pytest.fixture(autouse=True)
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder in which programs are found, still empty."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    for id, engine in ENGINES.items():
        monkeypatch.delenv(engine.variable, raising=False)
        monkeypatch.setitem(old.ENGINES, id, replace(engine, root=tmp_path))
    return folder


def test_a_missing_compiler_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert legacy.legacy(THEANO) == WRONG
    assert "g++" in capsys.readouterr().err


def test_a_missing_interpreter_is_named(programs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a_program(programs, "g++")
    a_program(programs, "python3.8", "3.8 False")  # has no headers
    assert legacy.legacy(THEANO) == WRONG
    said = capsys.readouterr().err
    assert "Python 3.8 with its headers" in said
    assert "LAYERLOOM_THEANO_PYTHON" in said


def test_what_cntk_lacks_is_named(
    programs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cntk, "LDCONFIG", ("/nowhere/ldconfig",))
    assert legacy.legacy(CNTK) == WRONG
    said = capsys.readouterr().err
    assert "libmpi.so.40, libmpi_cxx.so.40" in said
    assert "apt install libopenmpi3" in said
    monkeypatch.setattr(cntk, "_shared_libraries", lambda: dict.fromkeys(cntk.LINKED.values(), "/"))
    a_program(programs, "uv")  # which has no Python that is so old
    assert legacy.legacy(CNTK) == WRONG
    said = capsys.readouterr().err
    assert "Python 3.6" in said
    assert "LAYERLOOM_CNTK_PYTHON" in said


def test_the_interpreter_that_is_named_comes_first(
    programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theano, own = ENGINES["theano"], ENGINES["cntk"]
    a_program(programs, "python3.8", "3.8 True")
    a_program(programs, "mine", "3.8 True")
    assert [*legacy.interpreters(theano)] == [str(programs / "python3.8")]
    monkeypatch.setenv(theano.variable, str(programs / "mine"))
    assert next(legacy.interpreters(theano)) == str(programs / "mine")
    a_program(programs, "mine", "3.9 True")
    assert [*legacy.interpreters(theano)] == [str(programs / "python3.8")]
    a_program(programs, "python3.6", "3.6 False")  # CNTK compiles nothing, and needs no headers
    assert [*legacy.interpreters(own)] == [str(programs / "python3.6")]


def test_what_fails_is_told(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_program(programs, "python3.8", "3.8 True")
    (programs / "python3.8").write_text("#!/bin/sh\n[ $1 = -c ] && echo 3.8 True && exit\nexit 3\n")
    with pytest.raises(legacy.MissingError, match=r"python3\.8 failed"):
        legacy.create(old.get("theano"))
