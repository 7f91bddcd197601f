"""The command `legacy`: sets up the old interpreter of an engine, as `make legacy-theano` does."""

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from engine.commands.files import VALID, WRONG
from engine.machine import theano
from engine.problems import sentence

VERSION = "3.8"
"""The newest Python that Theano runs on."""
NAMED = "LAYERLOOM_THEANO_PYTHON"
"""The variable that names such an interpreter."""
LOCK = theano.ROOT / "requirements-theano.lock"
WARMED = ("iris", "digits_convolution", "waves_lstm")
"""Templates that are trained once: Theano keeps what it has compiled for them."""
ASKED = (
    "import sys, sysconfig, pathlib;"
    "print('%d.%d' % sys.version_info[:2]);"
    "print(pathlib.Path(sysconfig.get_paths()['include'], 'Python.h').exists())"
)


class MissingError(Exception):
    """Something is not on this machine; the message says what, and what to do."""


def legacy(arguments: argparse.Namespace) -> int:
    """Set up the old interpreter of an engine."""
    assert arguments.engine == "theano"
    try:
        set_up()
    except MissingError as missing:
        _say(str(missing))
        return WRONG
    return VALID


def set_up() -> None:
    """Create the environment, unless there is one, and warm the cache. Raises MissingError."""
    if shutil.which("g++") is None:
        raise MissingError(
            sentence("Theano compiles with g++, which is missing: install it (apt install g++).")
        )
    folder = theano.ROOT / theano.ENVIRONMENT
    if theano.python() is None:
        create(folder)
    _say(sentence("Compiling what most models need: this takes a few minutes the first time."))
    for template in WARMED:
        if problem := asyncio.run(_warm(template)):
            raise MissingError(sentence("Theano does not train here: {why}", why=problem))
    _say(sentence("Theano is ready: choose it under “Training”."))


def create(folder: Path) -> None:
    """Create an environment with the pinned packages. Raises MissingError."""
    interpreter = next(interpreters(), None)
    if interpreter is not None:
        _run(interpreter, "-m", "venv", "--clear", str(folder))
    elif uv := shutil.which("uv"):
        options = ("--python", VERSION, "--seed", "--clear")
        _run(uv, "venv", "--quiet", *options, str(folder))
    else:
        raise MissingError(
            sentence(
                "Theano needs Python {version} with its headers: install uv, which brings it, or "
                "name one with {variable}.",
                version=VERSION,
                variable=NAMED,
            )
        )
    pip = (str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet")
    options = ("--disable-pip-version-check", "--require-hashes", "-r", str(LOCK))
    _run(*pip, *options)


def interpreters() -> Iterator[str]:
    """Yield the usable interpreters: the one that is named, and that of the PATH."""
    for name in filter(None, (os.environ.get(NAMED), f"python{VERSION}")):
        if (path := shutil.which(name)) and _is_usable(path):
            yield path


def _is_usable(interpreter: str) -> bool:
    """Whether an interpreter has the version, and the headers that Theano compiles with."""
    command = [interpreter, "-c", ASKED]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return asked.stdout.split() == [VERSION, "True"]


async def _warm(template: str) -> str | None:
    """Train a template for an epoch; return why it fails, if it does."""
    from engine.processes.executors.local import LocalExecutor
    from engine.protocol import EndedEvent, Train
    from engine.templates import find

    found = find(template)
    assert found is not None
    values = found.document.to_json()
    values["target"] |= {"backend": "theano", "device": "cpu"}
    values["training"] |= {"epochs": 1}
    with tempfile.TemporaryDirectory(prefix="layerloom-") as name:
        output = Path(name, "output")
        output.mkdir()
        command = Train.model_validate({"document": values, "output": str(output)})
        executor = LocalExecutor(spare=False, data=Path(name, "data"))
        handle = await executor.start(command.as_text())
        ends = [event async for event in handle.events() if isinstance(event, EndedEvent)]
        await executor.close()
    problem = ends[-1].problem
    return f"{problem.message} {problem.detail or ''}" if problem else None


def _run(*command: str) -> None:
    """Run a command. Raises MissingError with what it says if it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        why = (done.stderr or done.stdout).strip()[-2_000:]
        raise MissingError(sentence("{command} failed: {why}", command=command[0], why=why))


def _say(words: str) -> None:
    sys.stderr.write(words + "\n")
