"""Dispatches the commands that reach a run while it is prepared and while it trains."""

from collections.abc import Callable
from typing import Any, TypeVar

from engine.protocol import Command, Pause, Probe, Resume, Stop
from engine.training.looking import Looking
from engine.training.pausing import PauseFlag
from engine.training.stopping import StopFlag

C = TypeVar("C", bound=Command)


class Commands:
    """Dispatches each command to the handler of its type, on the thread that reads commands.

    Owns the handlers, the flags and what is looked at: a run may get them before it trains.
    Training registers handlers for the other commands that it supports. A handler must return at
    once; it leaves work for the training thread to that thread, as Stop does with its flag.
    """

    def __init__(self) -> None:
        self.stop = StopFlag()
        self.pause = PauseFlag(self.stop)
        self._handlers: dict[type, Callable[[Any], None]] = {}
        self.looking = Looking()
        self.on(Stop, self._request_stop)
        self.on(Pause, lambda _: self.pause.pause())
        self.on(Resume, lambda _: self.pause.resume())
        self.on(Probe, self.looking.request)

    def on(self, kind: type[C], handler: Callable[[C], None]) -> None:
        """Register the handler for commands of this type; it replaces an earlier one."""
        self._handlers[kind] = handler

    def dispatch(self, command: Command) -> bool:
        """Handle a command; return False if there is no handler for its type."""
        handler = self._handlers.get(type(command))
        if handler is None:
            return False
        handler(command)
        return True

    def _request_stop(self, command: Stop) -> None:
        self.stop.request(command.when)
        self.pause.resume()
