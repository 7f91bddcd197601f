"""Compare the metrics of a training run in the app with those of the training script.

    python -m tests.engine.accuracy_cases TEMPLATE…

prints a JSON line for each: the metrics of the last epoch of both, on the active backend.
"""

import json
import sys
import tempfile
from contextlib import chdir
from pathlib import Path
from typing import Any

import keras

from engine.code import generate
from engine.data.built_in import BUILT_IN
from engine.document import Document
from engine.protocol import EpochEvent, RunEvent, Train
from engine.training.commands import Commands
from engine.training.run import train
from tests.engine.runs import document

EPOCHS = 2


def run_in_app(trained: Document, folder: str) -> dict[str, float]:
    """Train like the app; return the metrics of the last epoch."""
    events: list[RunEvent] = []
    keras.utils.clear_session()
    command = Train(document=trained, output=folder)
    ended = train(command, BUILT_IN, events.append, Commands())
    assert ended.outcome == "finished", ended
    return dict([event for event in events if isinstance(event, EpochEvent)][-1].metrics)


def run_script(trained: Document, folder: str) -> dict[str, float]:
    """Run the training script; return the metrics of the last epoch."""
    histories: list[Any] = []
    fit = keras.Model.fit

    def record(*arguments: Any, **keywords: Any) -> Any:
        histories.append(fit(*arguments, **keywords, verbose=0))
        return histories[-1]

    source = generate(trained, "script").source
    keras.utils.clear_session()
    keras.Model.fit = record
    try:
        with chdir(folder):
            exec(compile(source, "train.py", "exec"), {"__name__": "__main__"})
    finally:
        keras.Model.fit = fit
    assert len(list(Path(folder).glob("*.keras"))) == 1
    return {name: values[-1] for name, values in histories[0].history.items()}


if __name__ == "__main__":
    answers, sys.stdout = sys.stdout, sys.stderr
    for name in sys.argv[1:]:
        shortened = document(name, keras.backend.backend(), epochs=EPOCHS)
        with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
            answer = {
                "template": name,
                "app": run_in_app(shortened, first),
                "script": run_script(shortened, second),
            }
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
