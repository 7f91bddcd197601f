"""The protocol between a worker and its parent process: commands in, events out, as JSON lines.

Commands go to the worker's standard input, events come from a descriptor of their own, so that
a stray print can't break the protocol. The worker reads commands on a separate thread, also while
it trains, and answers one that it can't handle with a log event. If a Stop goes unanswered, the
parent sends SIGTERM, then SIGKILL to the process group.
"""

from typing import Annotated, TypeAlias

from pydantic import Field, TypeAdapter

from engine.protocol.commands import (
    COMMAND,
    PROTOCOL,
    Command,
    How,
    Pause,
    Probe,
    Resume,
    Start,
    Stop,
    Train,
    TrainText,
    When,
)
from engine.protocol.events import (
    EVENT,
    ArtefactEvent,
    BatchEvent,
    Confusion,
    DiagnosisEvent,
    EndedEvent,
    EpochEvent,
    EvaluationEvent,
    LogEvent,
    Outcome,
    Phase,
    PhaseEvent,
    Reading,
    RunEvent,
    StartedEvent,
    log_message,
)
from engine.protocol.frames import Frame
from engine.protocol.layers import LayersEvent
from engine.values import Frozen

Report: TypeAlias = Annotated[RunEvent | Frame, Field(discriminator="type")]
"""What a worker sends: the events of its run, which are stored, and frames, which pass by."""
REPORT: TypeAdapter[Report] = TypeAdapter(Report)

__all__ = [
    "COMMAND",
    "EVENT",
    "PROTOCOL",
    "REPORT",
    "ArtefactEvent",
    "BatchEvent",
    "Command",
    "Confusion",
    "DiagnosisEvent",
    "EndedEvent",
    "EpochEvent",
    "EvaluationEvent",
    "Frame",
    "How",
    "LayersEvent",
    "LogEvent",
    "Outcome",
    "Pause",
    "Phase",
    "PhaseEvent",
    "Probe",
    "Reading",
    "Report",
    "Resume",
    "RunEvent",
    "Start",
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
