"""`python -m engine legacy theano`: what it says is missing."""

import argparse
from pathlib import Path

import pytest

from engine.commands import legacy
from engine.commands.files import WRONG
from engine.machine import theano

THEANO = argparse.Namespace(engine="theano")


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
    monkeypatch.delenv(legacy.NAMED, raising=False)
    monkeypatch.setattr(theano, "OWN", tmp_path / "absent")
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
    assert legacy.NAMED in said


def test_the_interpreter_that_is_named_comes_first(
    programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_program(programs, "python3.8", "3.8 True")
    a_program(programs, "mine", "3.8 True")
    assert [*legacy.interpreters()] == [str(programs / "python3.8")]
    monkeypatch.setenv(legacy.NAMED, str(programs / "mine"))
    assert next(legacy.interpreters()) == str(programs / "mine")
    a_program(programs, "mine", "3.9 True")
    assert [*legacy.interpreters()] == [str(programs / "python3.8")]


def test_what_fails_is_told(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_program(programs, "python3.8", "3.8 True")
    (programs / "python3.8").write_text("#!/bin/sh\n[ $1 = -c ] && echo 3.8 True && exit\nexit 3\n")
    with pytest.raises(legacy.MissingError, match=r"python3\.8 failed"):
        legacy.create(programs / "environment")
