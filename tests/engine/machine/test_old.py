"""The old interpreters: whether they are there, their variables, what is kept on the disk."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from engine.machine import old
from engine.machine.backends import get
from engine.machine.installed import backend_version, installed
from engine.machine.old import ENGINES, OldEngine, cntk
from engine.machine.old.cntk import LINKED
from engine.machine.old.theano import bound


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a person."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def install(engine: OldEngine) -> None:
    """Leave what the installed packages of an engine would leave."""
    engine.own.parent.mkdir(parents=True)
    engine.own.touch()
    name = engine.requirement.replace("==", "-")
    packages = engine.folder / "lib" / f"python{engine.python}" / "site-packages"
    (packages / f"{name}.dist-info").mkdir(parents=True)
    (packages / "keras-2.3.1.dist-info").mkdir()


def test_an_interpreter_is_known_by_its_packages(tmp_path: Path) -> None:
    theano = replace(ENGINES["theano"], root=tmp_path)
    assert theano.interpreter() is None
    install(theano)
    assert theano.interpreter() == tmp_path / ".venv-theano" / "bin" / "python"
    packages = theano.folder / "lib" / "python3.8" / "site-packages"
    (packages / "keras-2.3.1.dist-info").rmdir()
    assert theano.interpreter() is None


def test_cntk_needs_its_libraries_under_their_old_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = replace(ENGINES["cntk"], root=tmp_path)
    install(engine)
    listing = tmp_path / "ldconfig"
    library = tmp_path / "libmpi.so.40"
    library.touch()
    listing.write_text(f"#!/bin/sh\necho '1 libs found'\necho '\tlibmpi.so.40 (x) => {library}'\n")
    listing.chmod(0o755)
    monkeypatch.setattr(cntk, "LDCONFIG", (str(listing),))
    assert engine.lacking() == ["libmpi_cxx.so.40"]
    listing.write_text(listing.read_text() + f"echo '\tlibmpi_cxx.so.40 (x) => {library}'\n")
    assert engine.lacking() == []
    assert not engine.is_complete()
    engine.complete()
    assert engine.is_complete()
    folder = tmp_path / ".venv-cntk" / "lib" / "mpi"
    assert {path.name for path in folder.iterdir()} == set(LINKED)
    variables = engine.variables({"LD_LIBRARY_PATH": "/mine"}, None)
    assert variables["LD_LIBRARY_PATH"] == f"{folder}:/mine"
    assert "OMP_NUM_THREADS" not in variables
    library.unlink()  # as an update of the system may do
    assert not engine.is_complete()


def test_where_nothing_lists_libraries_they_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cntk, "LDCONFIG", ("/nowhere/ldconfig",))
    assert ENGINES["cntk"].lacking() == sorted(LINKED.values())


def test_the_version_of_a_backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert backend_version(get("jax")) == installed("jax")
    theano = replace(ENGINES["theano"], root=tmp_path)
    monkeypatch.setitem(old.ENGINES, "theano", theano)
    assert backend_version(get("theano")) is None
    install(theano)
    assert backend_version(get("theano")) == "1.0.5"


@pytest.mark.parametrize("id", ENGINES)
def test_nothing_of_a_person_reaches_an_engine(id: str, tmp_path: Path, home: Path) -> None:
    present = {"PATH": "/bin", "PYTHONPATH": "/mine", "KERAS_HOME": "/mine"}
    variables = replace(ENGINES[id], root=tmp_path).variables(present, 2)
    assert variables["KERAS_BACKEND"] == id
    assert variables["KERAS_HOME"] == str(home / ".cache" / "layerloom" / id / "keras")
    assert variables["PYTHONPATH"] == ""
    assert variables["OMP_NUM_THREADS"] == "2"
    assert variables["PATH"] == "/bin"


@pytest.mark.parametrize(
    ("name", "linked"),
    [("old", "-L{libs} -lopenblasp-r0-1.2"), ("of me", ""), ("a,b", "")],
)
def test_theano_multiplies_with_the_blas_of_its_numpy(
    name: str, linked: str, tmp_path: Path, home: Path
) -> None:
    """A path that would divide the flags is left out; those of a person don't count."""
    theano = replace(ENGINES["theano"], root=tmp_path / name)
    libs = theano.folder / "lib" / "python3.8" / "site-packages" / "numpy.libs"
    libs.mkdir(parents=True)
    (libs / "libopenblasp-r0-1.2.so").touch()
    variables = theano.variables({"THEANO_FLAGS": "device=cuda", "THEANORC": "/mine"}, None)
    kept = home / ".cache" / "layerloom" / "theano" / "modules"
    assert variables["THEANO_FLAGS"] == (
        f"device=cpu,floatX=float32,openmp=False,base_compiledir={kept},blas.ldflags="
        + linked.format(libs=libs)
    )
    assert variables["THEANORC"] == ""
    assert variables["OMP_NUM_THREADS"] == "1"


def test_programs_that_were_not_used_for_long_make_room(tmp_path: Path) -> None:
    modules = tmp_path / "modules" / "compiledir_Linux"
    for at, name in enumerate(("tmp_new", "tmp_old", "tmp_older")):
        (modules / name).mkdir(parents=True)
        (modules / name / "mod.so").write_bytes(bytes(100))
        os.utime(modules / name / "mod.so", (1000 - at, 1000 - at))
    (modules / "lock_dir").mkdir()
    bound(tmp_path, most=300)
    assert len(list(modules.iterdir())) == 4
    bound(tmp_path, most=150)
    assert sorted(path.name for path in modules.iterdir()) == ["lock_dir", "tmp_new"]
    bound(tmp_path / "absent", most=0)
