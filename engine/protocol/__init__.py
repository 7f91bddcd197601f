"""The protocol between a worker and whoever started it: commands in, events out, as JSON lines.

Commands go to the worker's standard input, events come from a descriptor of their own, so that
a stray print can't break the protocol. The worker reads commands on a thread of their own, also
while it trains; one that it can't follow is answered with a log event. Where a Stop goes
unanswered, SIGTERM follows, then SIGKILL to the process group.
"""

from engine.protocol.commands import COMMAND, PROTOCOL, Command, Stop, Train, When
from engine.protocol.events import (
    EVENT,
    ArtefactEvent,
    BatchEvent,
    Confusion,
    EndedEvent,
    EpochEvent,
    EvaluationEvent,
    LogEvent,
    Outcome,
    Phase,
    PhaseEvent,
    RunEvent,
    StartedEvent,
)
from engine.values import Frozen

__all__ = [
    "COMMAND",
    "EVENT",
    "PROTOCOL",
    "ArtefactEvent",
    "BatchEvent",
    "Command",
    "Confusion",
    "EndedEvent",
    "EpochEvent",
    "EvaluationEvent",
    "LogEvent",
    "Outcome",
    "Phase",
    "PhaseEvent",
    "RunEvent",
    "StartedEvent",
    "Stop",
    "Train",
    "When",
    "line",
]


def line(message: Frozen) -> bytes:
    """Return a message as one JSON line."""
    return message.model_dump_json(by_alias=True).encode() + b"\n"
