"""The old interpreter: whether it is there, and what Theano keeps on the disk."""

import os
from pathlib import Path

import pytest

from engine.machine import theano
from engine.machine.backends import get
from engine.machine.installed import backend_version, installed


def test_an_interpreter_is_known_by_its_packages(tmp_path: Path) -> None:
    python = tmp_path / "bin" / "python"
    assert not theano.has_theano(python)
    python.parent.mkdir()
    python.touch()
    packages = tmp_path / "lib" / "python3.8" / "site-packages"
    (packages / "Theano-1.0.5.dist-info").mkdir(parents=True)
    assert not theano.has_theano(python)
    (packages / "keras-2.3.1.dist-info").mkdir()
    assert theano.has_theano(python)


def test_the_version_of_a_backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert backend_version(get("jax")) == installed("jax")
    monkeypatch.setattr(theano, "OWN", tmp_path)
    assert backend_version(get("theano")) is None
    monkeypatch.setattr(theano, "has_theano", lambda _: True)
    assert backend_version(get("theano")) == "1.0.5"


def test_programs_that_were_not_used_for_long_make_room(tmp_path: Path) -> None:
    modules = tmp_path / "modules" / "compiledir_Linux"
    for at, name in enumerate(("tmp_new", "tmp_old", "tmp_older")):
        (modules / name).mkdir(parents=True)
        (modules / name / "mod.so").write_bytes(bytes(100))
        os.utime(modules / name / "mod.so", (1000 - at, 1000 - at))
    (modules / "lock_dir").mkdir()
    theano.bound_cache(tmp_path, most=300)
    assert len(list(modules.iterdir())) == 4
    theano.bound_cache(tmp_path, most=150)
    assert sorted(path.name for path in modules.iterdir()) == ["lock_dir", "tmp_new"]
    theano.bound_cache(tmp_path / "absent", most=0)
