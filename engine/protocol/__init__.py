"""The protocol between a worker and its parent process: commands in, events out, as JSON lines.

Commands go to the worker's standard input, events come from a descriptor of their own, so that
a stray print can't break the protocol. The worker reads commands on a separate thread, also while
it trains, and answers one that it can't handle with a log event. If a Stop goes unanswered, the
parent sends SIGTERM, then SIGKILL to the process group.
"""

from engine.protocol.commands import COMMAND, PROTOCOL, Command, Stop, Train, TrainText, When
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
    log_message,
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
    "TrainText",
    "When",
    "line",
    "log_message",
]


def line(message: Frozen) -> bytes:
    """Return a message as one JSON line."""
    return message.model_dump_json(by_alias=True).encode() + b"\n"
