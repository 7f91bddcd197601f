"""Train the model that is proposed for each kind of file, for one epoch.

    python -m tests.engine.training.proposal_cases FOLDER KIND…

prints JSON: by kind, how the run ended, the losses of its epochs, and what it measured. On the
active backend; all kinds in one process, because importing it takes long.
"""

import json
import sys
from pathlib import Path
from typing import Any

import keras

from engine.data.files.reading import as_data_sets
from engine.protocol import EpochEvent, EvaluationEvent, Frame, RunEvent, Train
from engine.training.commands import Commands
from engine.training.run import train
from tests.engine.training.kinds import KINDS, Kind, described, proposed


def trained(kind: Kind, folder: Path) -> dict[str, Any]:
    """Train what is proposed for a file."""
    description = described(kind, folder)
    proposal = proposed(description, keras.backend.backend())
    assert proposal is not None, "it needs another backend"
    trace(only=proposal.backend is not None)
    events: list[RunEvent | Frame] = []
    (folder / "run").mkdir()
    command = Train(document=proposal.document, output=str(folder / "run"))
    ended = train(command, as_data_sets(description, folder), events.append, Commands())
    measured = [event.metrics for event in events if isinstance(event, EvaluationEvent)]
    return {
        "outcome": ended.outcome,
        "problem": ended.problem.message if ended.problem else None,
        "losses": [event.metrics["loss"] for event in events if isinstance(event, EpochEvent)],
        "measured": measured[0] if measured else {},
    }


def trace(*, only: bool) -> None:
    """On TensorFlow, trace the functions of models that train nowhere else.

    Tracing takes seconds for each model. JAX compiles those that train there too.
    """
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        tf.config.run_functions_eagerly(not only)


if __name__ == "__main__":
    place, *names = sys.argv[1:]
    print(json.dumps({name: trained(KINDS[name], Path(place) / name) for name in names}))
