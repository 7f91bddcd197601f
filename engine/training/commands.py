"""Commands that reach a run while it is prepared and trains."""

from collections.abc import Callable
from typing import Any, TypeVar

from engine.protocol import Command, Stop
from engine.training.stopping import StopFlag

C = TypeVar("C", bound=Command)


class Commands:
    """Dispatches each command to the handler of its type, on the thread that reads commands.

    Owns the handlers and the stop flag: a run may be stopped from the beginning. Training adds a
    handler for whatever else it can do, when it can. A handler returns at once; work that belongs
    on the training thread is left for that thread, as Stop does with its flag.
    """

    def __init__(self) -> None:
        self.stop = StopFlag()
        self._handlers: dict[type, Callable[[Any], None]] = {}
        self.on(Stop, lambda command: self.stop.request(command.when))

    def on(self, kind: type[C], handler: Callable[[C], None]) -> None:
        """Have commands of this type handled; the last handler of a type counts."""
        self._handlers[kind] = handler

    def dispatch(self, command: Command) -> bool:
        """Handle a command; return False when nothing here can."""
        handler = self._handlers.get(type(command))
        if handler is None:
            return False
        handler(command)
        return True
