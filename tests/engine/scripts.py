"""Runs generated scripts, and runs of the app, each in a process of its own."""

import atexit
import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from engine.machine.backends import BACKENDS
from engine.protocol import EVENT, RunEvent, Train, line

ROOT = Path(__file__).parents[2]
SERVER = Path(__file__).with_name("script_server.py")


def run(source: str, folder: Path, *arguments: str, fresh: bool = False) -> str:
    """Run a script in a folder, where it is train.py; return what it prints.

    The process is a copy of one that has imported Keras with the backend that the source names
    (see script_server.py), or, with `fresh`, a new one.
    """
    (folder / "train.py").write_text(source, encoding="utf-8")
    done = _in_new_process(folder, arguments) if fresh else _in_copy(source, folder, arguments)
    assert done["status"] == 0, done["errors"][-3000:]
    return str(done["output"])


FEED = """
import hashlib
import os
import sys

import keras


def fit(model, *arguments, **named):
    digest = hashlib.sha256()
    for value in keras.tree.flatten((arguments, named, model.get_weights())):
        if hasattr(value, "tobytes"):
            digest.update(f"{value.dtype} {value.shape}".encode() + value.tobytes())
        else:
            assert value is None or isinstance(value, str | bool | int | float | list), value
            digest.update(repr(value).encode())
    print("fed", digest.hexdigest())
    sys.exit()


keras.Model.fit = fit
"""
TRAIN = """
import os
import sys

os.environ["KERAS_BACKEND"] = "{backend}"
sys.path.insert(0, {root!r})

from pathlib import Path

from engine.data.built_in import BUILT_IN
from engine.data.stores import located
from engine.protocol import COMMAND, line
from engine.training.commands import Commands
from engine.training.run import train

events = []
command = COMMAND.validate_json({command!r})
own = located(command.data, command.document.training.data, Path({rows!r}))
ended = train(command, BUILT_IN.plus(own), events.append, Commands())
with open("events", "wb") as file:
    file.writelines(line(event) for event in [*events, ended])
"""


def fed(source: str, folder: Path) -> str:
    """A digest of what a script gives to `fit`, and of the weights it begins with.

    Two scripts with the same digest train alike; this takes a fraction of training them.
    """
    digests = [line for line in run(FEED + source, folder).splitlines() if line.startswith("fed")]
    assert len(digests) == 1
    return digests[0]


def events(command: Train, rows: Path | None = None) -> list[RunEvent]:
    """The events of a run, which trains into `command.output`.

    `rows` is the folder that holds the rows of its own data sets. It needs no worker: what is
    tested is the run, not its process.
    """
    backend = command.document.target.backend
    text, folder = line(command).decode(), str(rows or "")
    script = TRAIN.format(backend=backend, root=str(ROOT), command=text, rows=folder)
    run(script, Path(command.output))
    lines = Path(command.output, "events").read_bytes().splitlines()
    return [EVENT.validate_json(text) for text in lines]


def _in_copy(source: str, folder: Path, arguments: tuple[str, ...]) -> dict[str, Any]:
    named = re.search(r'os\.environ\["KERAS_BACKEND"\] = "(\w+)"', source)
    server = _server(named[1] if named else BACKENDS[0].id)
    assert server.stdin
    assert server.stdout
    request = {"script": "train.py", "folder": str(folder), "arguments": arguments}
    server.stdin.write(json.dumps(request) + "\n")
    server.stdin.flush()
    answer: dict[str, Any] = json.loads(server.stdout.readline())
    return answer


@cache
def _server(backend: str) -> "subprocess.Popen[str]":
    """The process that is copied for scripts on a backend; it ends with this one."""
    server = subprocess.Popen(
        [sys.executable, "-I", str(SERVER)],
        env=_environment() | {"KERAS_BACKEND": backend},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdin
    atexit.register(server.stdin.close)
    return server


def _in_new_process(folder: Path, arguments: tuple[str, ...]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-I", "train.py", *arguments],
        cwd=folder,
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return {"status": done.returncode, "output": done.stdout, "errors": done.stderr}


def _environment() -> dict[str, str]:
    """Without KERAS_BACKEND, so that a script must choose its backend itself."""
    inherited = {name: value for name, value in os.environ.items() if name != "KERAS_BACKEND"}
    return {**inherited, "PYTHONWARNINGS": ""}
