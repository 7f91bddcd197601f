"""The order of the queue: which waiting runs start next, and when. Pure functions of values.

The rules are in docs/decisions/043-queue.md. People take turns: next is the first run of the person
who has the fewest runs in progress, and among those with as many, of the one who has waited longest
since one of theirs started or ended. Runs in progress never exceed what the machine has.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from engine.machine import devices

UNKNOWN = math.inf


@dataclass(frozen=True)
class Item:
    """A run that waits or has a place, as far as the queue is concerned.

    `since` is when it began to wait, or when one of its person's runs started or ended after that;
    `place` orders the runs of one person. `memory` is in bytes, 0 where nobody knows. `seconds` is
    how long it will take from now or, of a run that waits, from its start.
    """

    id: str
    person: str
    race: str = ""
    device: str = "cpu"
    memory: int = 0
    since: float = 0.0
    place: int = 0
    seconds: float = UNKNOWN


@dataclass(frozen=True)
class Capacity:
    """What the runs in progress may use together: their number, and bytes of memory.

    `gpus` maps each GPU to its memory, or to None where nobody knows: then it has one run at once.
    """

    runs: int
    memory: int
    gpus: Mapping[str, int | None] = field(default_factory=dict)


Group = tuple[Item, ...]
"""The waiting runs of one race, which start together; any other run is a group of its own."""


@dataclass(frozen=True)
class Forecast:
    """When a run starts: as which one from now (from 1), and in how many seconds."""

    id: str
    position: int
    seconds: float


def alone(group: Iterable[Item], capacity: Capacity) -> bool:
    """Return whether a group needs more memory than there is: it never has company."""
    return sum(item.memory for item in group) > capacity.memory


def fits(group: Group, running: Sequence[Item], capacity: Capacity) -> bool:
    """Return whether a group can start beside these runs; a race may exceed their number."""
    if not running:
        return True
    if alone(group, capacity) or alone(running, capacity) or len(running) >= capacity.runs:
        return False
    return not alone((*running, *group), capacity) and _fits_gpus(group, running, capacity)


def _fits_gpus(group: Group, running: Sequence[Item], capacity: Capacity) -> bool:
    return all(_fits_gpu(gpu, group, running, capacity) for gpu in set().union(*map(_gpus, group)))


def _fits_gpu(gpu: str, group: Group, running: Sequence[Item], capacity: Capacity) -> bool:
    there = [item for item in running if gpu in _gpus(item)]
    if not there:
        return True
    size = capacity.gpus.get(gpu)
    asked = [item for item in group if gpu in _gpus(item)]
    return size is not None and sum(item.memory for item in (*there, *asked)) <= size


def _gpus(item: Item) -> frozenset[str]:
    """Return the GPUs that a run uses."""
    asked = devices.read(item.device)
    return frozenset() if asked.kind == "cpu" else frozenset(asked.ids)


def startable(
    waiting: Iterable[Item], running: Iterable[Item], capacity: Capacity
) -> tuple[str, ...]:
    """Return the runs that are to start now, in this order."""
    queue = Queue(waiting, running, capacity)
    started: list[str] = []
    while group := queue.start_next():
        started.extend(item.id for item in group)
    return tuple(started)


def forecast(
    waiting: Iterable[Item], running: Iterable[Item], capacity: Capacity
) -> tuple[Forecast, ...]:
    """Return when each waiting run will start if all take as long as expected.

    A run that waits for one of which nobody knows how long it takes starts in UNKNOWN seconds.
    """
    queue = Queue(waiting, running, capacity)
    forecasts: list[Forecast] = []
    while queue.waits:
        while group := queue.start_next():
            for item in group:
                forecasts.append(Forecast(item.id, len(forecasts) + 1, queue.now))
        queue.end_next()
    return tuple(forecasts)


class Queue:
    """The queue as it moves on from now; `now` is in seconds."""

    def __init__(
        self, waiting: Iterable[Item], running: Iterable[Item], capacity: Capacity
    ) -> None:
        self.now = 0.0
        self._capacity = capacity
        self._running = list(running)
        self._ends = {item.id: item.seconds for item in self._running}
        self._lines: dict[str, list[Group]] = lines(waiting)
        self._since = {
            person: min(item.since for group in groups for item in group)
            for person, groups in self._lines.items()
        }
        self._turn = max(self._since.values(), default=0.0)

    @property
    def waits(self) -> bool:
        """Whether any run waits."""
        return bool(self._lines)

    def start_next(self) -> Group:
        """Start the next group if there is room for it; return it, or nothing.

        Only a group that waits for its GPU is passed over: others don't delay it by starting.
        """
        for group in self._heads():
            if fits(group, self._running, self._capacity):
                self._start(group)
                return group
            if _fits_gpus(group, self._running, self._capacity):
                return ()
        return ()

    def end_next(self) -> None:
        """Go on to the end of the run that ends next."""
        if self._running:
            ended = min(self._running, key=lambda item: self._ends[item.id])
            self._running.remove(ended)
            self.now = max(self.now, self._ends[ended.id])
            self._served(ended.person)

    def _heads(self) -> list[Group]:
        """Return the first group of each person, the next one first."""
        count = Counter(item.person for item in self._running)
        people = sorted(self._lines, key=lambda person: (count[person], self._since[person]))
        return [self._lines[person][0] for person in people]

    def _start(self, group: Group) -> None:
        line = self._lines[group[0].person]
        del line[0]
        self._running.extend(group)
        self._ends |= {item.id: self.now + item.seconds for item in group}
        self._served(group[0].person)
        if not line:
            del self._lines[group[0].person]

    def _served(self, person: str) -> None:
        """Let a person be the last of those who have as many runs in progress."""
        if person in self._since:
            self._turn += 1.0
            self._since[person] = self._turn


def lines(waiting: Iterable[Item]) -> dict[str, list[Group]]:
    """Return the groups of each person in their order."""
    people: defaultdict[str, dict[str, list[Item]]] = defaultdict(dict)
    for item in sorted(waiting, key=lambda item: (item.place, item.since)):
        people[item.person].setdefault(item.race or f"run {item.id}", []).append(item)
    return {
        person: [tuple(group) for group in groups.values()] for person, groups in people.items()
    }


def moved(line: Sequence[Group], run: str, place: int) -> dict[str, int]:
    """Return the new places of one person's runs when the group of `run` goes to a place from 1.

    The runs of others stay where they are: places order the runs of one person only.
    """
    index = next(number for number, group in enumerate(line) if run in {item.id for item in group})
    groups = [*line[:index], *line[index + 1 :]]
    groups.insert(min(max(place - 1, 0), len(groups)), line[index])
    ordered = [item for group in groups for item in group]
    return {item.id: at for at, item in enumerate(ordered, 1) if item.place != at}
