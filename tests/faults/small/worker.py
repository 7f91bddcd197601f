"""A worker without Keras: its epochs take milliseconds. Only the standard library."""

import fcntl
import json
import os
import queue
import sys
import threading
import time
from pathlib import Path
from typing import Any

EPOCH = 0.005
SHARED = "shared"
"""The file that says that two workers were in one folder at once."""


def emit(type: str, **fields: Any) -> None:
    """Write an event."""
    sys.stdout.write(json.dumps({"type": type, **fields}) + "\n")
    sys.stdout.flush()


def listen(commands: "queue.Queue[dict[str, Any]]") -> None:
    """Read commands until the parent has ended; then end."""
    for line in sys.stdin:
        commands.put(json.loads(line))
    os._exit(1)


def enter(folder: Path) -> None:
    """Note if another worker is in the folder of a run; the lock ends with this process."""
    lock = os.open(folder / "lock", os.O_CREAT | os.O_RDWR)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        (folder / SHARED).touch()


def train(command: dict[str, Any], commands: "queue.Queue[dict[str, Any]]") -> str:
    """Count epochs, of which most are checkpoints; return how the run ended.

    Those before the checkpoint from which it goes on are told again, as by workers with Keras.
    """
    enter(Path(command["output"]))
    checkpoint = Path(command["output"], "checkpoint.npz")
    begun = json.loads(checkpoint.read_text()) if command["start"] else 0
    for phase in ("starting", "loading data", "building", "training"):
        emit("phase", phase=phase)
    for epoch in range(1, command["document"]["training"]["epochs"] + 1):
        if epoch > begun:
            time.sleep(EPOCH)
        emit("epoch", epoch=epoch, metrics={"loss": 1 / epoch}, seconds=EPOCH * epoch)
        if epoch <= begun:
            continue
        if epoch % 3:
            new = checkpoint.with_suffix(".new")
            new.write_text(json.dumps(epoch))
            new.rename(checkpoint)
        paused = False
        while paused or not commands.empty():
            type = commands.get()["type"]
            if type == "stop":
                return "stopped"
            if (type == "pause") != paused and type in {"pause", "resume"}:
                paused = not paused
                emit("phase", phase="paused" if paused else "training")
    return "finished"


def main() -> None:
    """Serve one run."""
    commands: queue.Queue[dict[str, Any]] = queue.Queue()
    threading.Thread(target=listen, args=(commands,), daemon=True).start()
    while (command := commands.get())["type"] != "train":
        pass
    outcome = train(command, commands)
    emit("phase", phase="evaluating")
    emit("ended", outcome=outcome, seconds=1.0)
    os._exit(0)


if __name__ == "__main__":
    main()
