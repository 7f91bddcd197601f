"""Forks copies of a process that has imported Keras; each copy runs one script.

    python -I script_server.py

takes a JSON line for each script, {"script": name, "folder": …, "arguments": […]}, and answers
with a JSON line: the exit status and what the script printed. KERAS_BACKEND chooses the backend.
Importing TensorFlow costs several seconds of processor time, a copy some milliseconds. A copy has
no other state than a new process has: importing starts no thread and initializes no device.
"""

import gc
import json
import os
import runpy
import signal
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any, BinaryIO

SECONDS = 300
"""After this time, a script is ended by SIGALRM."""


def main() -> None:
    """Answer one request after the other until standard input closes."""
    import keras
    import sklearn.datasets  # noqa: F401

    backend = os.environ.pop("KERAS_BACKEND")
    assert keras.backend.backend() == backend
    assert threading.active_count() == 1
    gc.freeze()
    for line in sys.stdin:
        print(json.dumps(_answer(json.loads(line), backend)), flush=True)


def _answer(request: dict[str, Any], backend: str) -> dict[str, Any]:
    """Run a script in a copy of this process; return its exit status and its output."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        copy = os.fork()
        if copy == 0:
            _run(request, backend, output, errors)
        status = os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1])
        texts = [_text(file) for file in (output, errors)]
    return {"status": status, "output": texts[0], "errors": texts[1]}


def _run(request: dict[str, Any], backend: str, output: BinaryIO, errors: BinaryIO) -> None:
    """Run the script as `python -I script …` would, and exit."""
    signal.alarm(SECONDS)
    status = 1
    try:
        with Path(os.devnull).open("rb") as nothing:
            os.dup2(nothing.fileno(), 0)
        os.dup2(output.fileno(), 1)
        os.dup2(errors.fileno(), 2)
        os.chdir(request["folder"])
        tempfile.tempdir = request["folder"]  # what a process leaves that ends with os._exit
        sys.argv = [request["script"], *request["arguments"]]
        status = _exit_status(request["script"])
        if os.environ.get("KERAS_BACKEND", backend) != backend:
            sys.stderr.write(f"The script sets KERAS_BACKEND, but runs on {backend}.\n")
            status = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _exit_status(script: str) -> int:
    try:
        runpy.run_path(str(Path(script).resolve()), run_name="__main__")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


def _text(file: BinaryIO) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")


if __name__ == "__main__":
    main()
