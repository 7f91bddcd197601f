"""Requests to stop runs. They stay in the database until the processes of the runs have been told.

A message to the process owner of a run may be lost, and the owner may end before it has passed the
request on: then the next one does, or the sweep. Functions but for those of `Stops` run on a
database thread.
"""

from collections.abc import Sequence

from builder import database
from builder.models import Run
from engine.processes.executors.base import Handle
from engine.protocol import When

TOLD = "told"
"""The process was told to stop now; to ask again is to end it by force."""
FORCE = "force"
_STEPS = {"": 0, "epoch": 1, "now": 2, TOLD: 2, FORCE: 3}


def asked(before: str, when: When) -> str:
    """Return what is wanted of a run of which `before` was wanted, and that is now to stop."""
    if when == "epoch":
        return before or when
    return FORCE if before in {TOLD, FORCE} else when


def anew(wanted: str) -> str:
    """Return what is wanted of a run that gets another process, which has been told nothing."""
    return "now" if wanted in {TOLD, FORCE} else wanted


def untold(runs: Sequence[str]) -> list[str]:
    """Return those of these runs whose processes may not have been told yet."""
    wanted = Run.objects.filter(pk__in=runs, outcome=None).exclude(stop__in=("", TOLD))
    return list(wanted.values_list("pk", flat=True))


def without_process() -> list[str]:
    """Return the paused runs that are to stop, whose processes had ended when that was asked."""
    paused = Run.objects.filter(outcome=None, phase="paused", holds=False).exclude(stop="")
    return list(paused.values_list("pk", flat=True))


def _wanted(run: str) -> str:
    """Return what is wanted of a run: one that was deleted is to stop."""
    wanted: str | None = Run.objects.filter(pk=run).values_list("stop", flat=True).first()
    return "now" if wanted is None else wanted


def _note(run: str) -> None:
    """Record that the process of a run was told to stop now."""
    Run.objects.filter(pk=run, stop="now").update(stop=TOLD)


class Stops:
    """What the processes of this web process's runs have been told."""

    def __init__(self) -> None:
        self._told: dict[str, int] = {}

    async def tell(self, run: str, handle: Handle) -> None:
        """Tell the process of a run what is wanted of it, as far as it doesn't know yet."""
        wanted = await database.read(_wanted, run)
        before, step = self._told.get(run, 0), _STEPS[wanted]
        self._told[run] = max(before, step)
        if before < step == _STEPS["epoch"]:
            await handle.stop("epoch")
        for _ in range(max(before, _STEPS["epoch"]), step):
            await handle.stop("now")
        if wanted == "now":
            await database.write(_note, run)

    def forget(self, run: str) -> None:
        """Forget a run: it has no process any more."""
        self._told.pop(run, None)
