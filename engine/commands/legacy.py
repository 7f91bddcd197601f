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
from engine.machine import old
from engine.machine.old import OldEngine
from engine.problems import sentence

ASKED = (
    "import sys, sysconfig, pathlib;"
    "print('%d.%d' % sys.version_info[:2]);"
    "print(pathlib.Path(sysconfig.get_paths()['include'], 'Python.h').exists())"
)


class MissingError(Exception):
    """Something is not on this machine; the message says what, and what to do."""


def legacy(arguments: argparse.Namespace) -> int:
    """Set up the old interpreter of an engine."""
    try:
        set_up(old.get(arguments.engine))
    except MissingError as missing:
        _say(str(missing))
        return WRONG
    return VALID


def set_up(engine: OldEngine) -> None:
    """Create the environment, unless there is one, and train in it once. Raises MissingError."""
    title = engine.backend.title
    if lacking := engine.lacking():
        raise MissingError(
            sentence(
                "{engine} needs {what}, which this machine does not have: install it with "
                "“{install}”.",
                engine=title,
                what=", ".join(lacking),
                install=engine.install,
            )
        )
    if not engine.is_complete():
        create(engine)
    _say(sentence("Training with {engine} once, which takes a while the first time.", engine=title))
    for template in engine.warmed:
        if problem := asyncio.run(_warm(engine, template)):
            words = sentence("{engine} does not train here: {why}", engine=title, why=problem)
            raise MissingError(words)
    _say(sentence("{engine} is ready: choose it under “Training”.", engine=title))


def create(engine: OldEngine) -> None:
    """Create an environment with the pinned packages. Raises MissingError."""
    interpreter, folder = next(interpreters(engine), None), str(engine.folder)
    uv = shutil.which("uv") if engine.brought else None
    if interpreter is not None:
        _run(interpreter, "-m", "venv", "--clear", folder)
    elif uv is not None:
        _run(uv, "venv", "--quiet", "--python", engine.python, "--seed", "--clear", folder)
    else:
        raise MissingError(_without_python(engine))
    pip = (str(engine.own), "-m", "pip", "install", "--quiet")
    options = ("--disable-pip-version-check", "--require-hashes", "-r", str(engine.lock))
    _run(*pip, *options)
    engine.complete()


def _without_python(engine: OldEngine) -> str:
    """Say which Python is missing, and how to get it."""
    title, version, variable = engine.backend.title, engine.python, engine.variable
    if engine.brought:
        return sentence(
            "{engine} needs Python {version} with its headers: install uv, which brings it, or "
            "name one with {variable}.",
            engine=title,
            version=version,
            variable=variable,
        )
    return sentence(
        "{engine} needs Python {version}: build it, for example with pyenv, and name it with "
        "{variable}.",
        engine=title,
        version=version,
        variable=variable,
    )


def interpreters(engine: OldEngine) -> Iterator[str]:
    """Yield the usable interpreters: the one that is named, and that of the PATH."""
    for name in filter(None, (os.environ.get(engine.variable), f"python{engine.python}")):
        if (path := shutil.which(name)) and _is_usable(path, engine):
            yield path


def _is_usable(interpreter: str, engine: OldEngine) -> bool:
    """Whether an interpreter has the version, and the headers if the engine compiles with them."""
    command = [interpreter, "-c", ASKED]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    version, headers = (*asked.stdout.split(), "", "")[:2]
    return version == engine.python and (headers == "True" or not engine.headers)


async def _warm(engine: OldEngine, template: str) -> str | None:
    """Train a template for an epoch; return why it fails, if it does."""
    from engine.processes.executors.local import LocalExecutor
    from engine.protocol import EndedEvent, Train
    from engine.templates import find

    found = find(template)
    assert found is not None
    values = found.document.to_json()
    values["target"] |= {"backend": engine.backend.id, "device": "cpu"}
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
