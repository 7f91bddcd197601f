"""The models that are ready to answer: a bounded number of processes, one for each model.

A process that has not been asked for a while is let go, and so is the one that has waited longest
when another model is asked for and there are as many as may be.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from builder.processes.supervised import Supervised, UnansweredError, problems
from engine.problems import Problem, problem
from engine.processes import child
from engine.protocol.frames import Frame, Look
from engine.protocol.trials import Trial

IDLE = 120.0
"""Seconds after which a process that nobody asks is let go."""


@dataclass(frozen=True)
class Model:
    """A model to ask.

    `place` is what shares a process: a run, or a project's document, of which a newer revision
    takes the place of an older one. `name` is the model itself. `weights` is a file of a run's
    weights; without it the model has its first ones.
    """

    place: str
    name: str
    backend: str
    document: str
    weights: str | None = None
    data_sets: Mapping[str, Any] = field(default_factory=dict)


class _Process(Supervised):
    CODES = {"died": "predictor_died", "slow": "predictor_slow", "missing": "predictor_missing"}


@dataclass
class _Held:
    process: _Process
    used: float
    asked: int = 0
    """Requests in progress."""


class Predictors:
    """The processes of a web process that answer for models; owns them."""

    def __init__(
        self,
        seconds: float,
        memory_mb: int,
        most: int,
        command: Callable[[str], Sequence[str]] | None = None,
        idle: float = IDLE,
    ) -> None:
        self._seconds, self._memory_mb, self._most, self._idle = seconds, memory_mb, most, idle
        self._command = command or (lambda name: child.command("engine.processes.predictor", name))
        self._held: OrderedDict[tuple[str, str], _Held] = OrderedDict()
        self._timer: asyncio.TimerHandle | None = None
        self._ending: set[asyncio.Task[None]] = set()

    @property
    def places(self) -> list[str]:
        """The places of the models that have a process, the one asked last at the end."""
        return [place for place, _ in self._held]

    async def frame(self, model: Model, look: Look) -> str:
        """Return the pictures of a model's nodes for a sample: an `engine` Frame as JSON."""
        held = self._hold(model)
        held.asked += 1
        try:
            return await self._ask(held.process, model, look)
        except UnansweredError as error:
            return refused(error.problem)
        finally:
            held.asked -= 1
            held.used = time.monotonic()

    async def try_layer(self, trial: Trial) -> bytes | list[Problem]:
        """Return what one layer makes of an input (Tried, as JSON). Raises UnansweredError."""
        held = self._hold(Model("layer", "layer", trial.backend, ""))
        held.asked += 1
        try:
            reply = await held.process.ask("layer", trial.model_dump_json().encode())
        finally:
            held.asked -= 1
            held.used = time.monotonic()
        return reply.body if reply.type == "tried" else problems(reply)

    async def close(self) -> None:
        """End all processes."""
        if self._timer:
            self._timer.cancel()
        held, self._held = list(self._held.values()), OrderedDict()
        await asyncio.gather(*(each.process.close() for each in held), *self._ending)

    async def _ask(self, process: _Process, model: Model, look: Look) -> str:
        body = look.model_dump_json().encode()
        reply = await process.ask("frame", body, model=model.name)
        if reply.type == "closed":
            fields = {"model": model.name, "weights": model.weights, "stored": True}
            sets = dict(model.data_sets)
            reply = await process.ask("open", model.document.encode(), data_sets=sets, **fields)
            if reply.type == "opened":
                reply = await process.ask("frame", body, model=model.name)
        if reply.type == "frame":
            return reply.body.decode()
        if reply.type == "problems":
            return refused(problems(reply)[0])
        raise UnansweredError(problem("predictor_died"))

    def _hold(self, model: Model) -> _Held:
        """Return the process of a model's place; start one, in place of the oldest, if need be."""
        key = (model.place, model.backend)
        if key not in self._held:
            if len(self._held) >= self._most:
                self._let_go(self._oldest())
            command = self._command(model.backend)
            process = _Process("predictor", command, self._seconds, self._memory_mb)
            self._held[key] = _Held(process, time.monotonic())
        self._held.move_to_end(key)
        self._watch()
        return self._held[key]

    def _oldest(self) -> tuple[str, str]:
        """The process that was asked longest ago, one that is idle if there is any."""
        idle = [key for key, held in self._held.items() if not held.asked]
        return idle[0] if idle else next(iter(self._held))

    def _let_go(self, key: tuple[str, str]) -> None:
        task = asyncio.create_task(self._held.pop(key).process.close())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    def _watch(self) -> None:
        if self._timer is None and self._held:
            self._timer = asyncio.get_running_loop().call_later(self._idle / 4, self._let_idle_go)

    def _let_idle_go(self) -> None:
        self._timer = None
        since = time.monotonic() - self._idle
        for key, held in list(self._held.items()):
            if not held.asked and held.used <= since:
                self._let_go(key)
        self._watch()


def refused(problem: Problem) -> str:
    """Return a frame that says why there are no pictures."""
    return Frame(problem=problem).model_dump_json(by_alias=True)
