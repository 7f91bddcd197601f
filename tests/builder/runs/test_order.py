"""The order of the queue: turns, bounds, places, and when runs are expected to start."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from builder.runs.order import (
    UNKNOWN,
    Capacity,
    Item,
    alone,
    forecast,
    lines,
    moved,
    startable,
)

ONE, TWO = Capacity(1, 1_000), Capacity(2, 1_000)


def items(text: str, **fields: Any) -> list[Item]:
    """Return a run for each word, such as "a1": the first letter is its person."""
    return [
        Item(word, word[0], since=float(number), place=number, **fields)
        for number, word in enumerate(text.split())
    ]


def order(waiting: list[Item], running: list[Item], capacity: Capacity) -> str:
    return " ".join(entry.id for entry in forecast(waiting, running, capacity))


def test_people_take_turns() -> None:
    waiting = items("a1 a2 a3 b1 c1 b2")
    assert order(waiting, [], ONE) == "a1 b1 c1 a2 b2 a3"


def test_the_first_run_of_anybody_goes_before_the_second_of_somebody() -> None:
    waiting = items("a2 a3 a4 b1")
    assert startable(waiting, items("a1"), TWO) == ("b1",)


def test_who_had_a_turn_waits_anew() -> None:
    a, b = items("a1 b1")
    assert order([replace(a, since=9.0), b], [], ONE) == "b1 a1"


def test_the_runs_of_a_race_start_together_beyond_their_number() -> None:
    alone, *race = items("a1 b1 b2")
    race = [replace(item, race="r") for item in race]
    assert startable(race, [], ONE) == ("b1", "b2")
    assert startable(race, [alone], ONE) == ()
    assert order(race, [alone], ONE) == "b1 b2"


def test_a_run_that_needs_too_much_is_never_beside_others() -> None:
    large, small = items("a1 b1")
    large = replace(large, memory=5_000)
    assert alone([large], TWO)
    assert startable([large, small], [], TWO) == ("a1",)
    assert startable([large], [small], TWO) == ()
    assert startable([small], [large], TWO) == ()


def test_a_small_run_does_not_pass_a_large_one() -> None:
    running, large, small = items("a1 b1 c1", memory=600)
    small = replace(small, memory=1)
    assert startable([large, small], [running], Capacity(3, 1_000)) == ()


def test_only_a_run_that_waits_for_its_gpu_is_passed() -> None:
    running, waits, other = items("a1 b1 c1", device="gpu:0")
    other = replace(other, device="cpu")
    assert startable([waits, other], [running], TWO) == ("c1",)
    shared = Capacity(2, 1_000, {"gpu:0": 10})
    both = [replace(item, memory=5) for item in (running, waits)]
    assert startable(both[1:], both[:1], shared) == ("b1",)
    assert startable([replace(both[1], device="gpu")], both[:1], shared) == ("b1",)
    assert startable([replace(both[1], memory=6)], both[:1], shared) == ()


def test_a_run_on_several_gpus_needs_room_on_each() -> None:
    running, waits = items("a1 b1", device="gpu:1", memory=5)
    both = replace(waits, device="gpu:0,1")
    assert startable([both], [running], Capacity(2, 99, {"gpu:0": 10, "gpu:1": 10})) == ("b1",)
    assert startable([both], [running], Capacity(2, 99, {"gpu:0": 10, "gpu:1": 9})) == ()
    parts = replace(waits, device="cpu:0,1")
    assert startable([parts], [running], Capacity(2, 99, {"gpu:1": 9})) == ("b1",)


def test_when_runs_start() -> None:
    running, first, second, third, last = items("a1 b1 c1 d1 e1", seconds=10.0)
    third = replace(third, seconds=UNKNOWN)
    waiting = [first, second, third, last]
    starts = {entry.id: entry.seconds for entry in forecast(waiting, [running], ONE)}
    assert starts == {"b1": 10.0, "c1": 20.0, "d1": 30.0, "e1": UNKNOWN}
    unknown = replace(running, id="a2", seconds=UNKNOWN)
    assert [entry.seconds for entry in forecast([first], [running, unknown], TWO)] == [10.0]
    assert [entry.seconds for entry in forecast([first], [unknown], ONE)] == [UNKNOWN]


# --- laws -----------------------------------------------------------------------------------------

QUEUES = st.lists(
    st.builds(
        Item,
        id=st.just(""),
        person=st.sampled_from("abcd"),
        device=st.sampled_from(["cpu", "cpu", "gpu:0", "gpu:1"]),
        race=st.sampled_from(["", "", "", "r"]),
        memory=st.integers(0, 120),
        since=st.integers(0, 20).map(float),
        place=st.integers(-3, 20),
        seconds=st.sampled_from([1.0, 5.0, UNKNOWN]),
    ),
    max_size=12,
).map(
    lambda queue: [
        replace(item, id=str(at), race=item.race and item.race + item.person)
        for at, item in enumerate(queue)
    ]
)
CAPACITIES = st.builds(
    Capacity,
    runs=st.integers(1, 4),
    memory=st.just(100),
    gpus=st.just({"gpu:0": 80, "gpu:1": None}),
)


@given(QUEUES, CAPACITIES)
def test_everybody_starts_once(waiting: list[Item], capacity: Capacity) -> None:
    entries = forecast(waiting, [], capacity)
    assert sorted(entry.id for entry in entries) == sorted(item.id for item in waiting)
    assert [entry.position for entry in entries] == [*range(1, len(waiting) + 1)]
    seconds = [entry.seconds for entry in entries]
    assert seconds == sorted(seconds)


@given(QUEUES, QUEUES, CAPACITIES)
def test_bounds_are_never_exceeded(
    waiting: list[Item], others: list[Item], capacity: Capacity
) -> None:
    """Let runs start and end in any order: whatever is in progress together fits."""
    by_id = {item.id: item for item in waiting}
    running: list[Item] = []
    for step in range(4 * len(waiting) + 1):
        for id in startable(by_id.values(), running, capacity):
            running.append(by_id.pop(id))
        races = {item.race for item in running if item.race}
        assert len(running) <= capacity.runs or races
        if len({item.race or item.id for item in running}) > 1:
            assert sum(item.memory for item in running) <= capacity.memory
            for gpu, size in capacity.gpus.items():
                there = [item for item in running if item.device == gpu]
                groups = {item.race or item.id for item in there}
                assert len(groups) < 2 or (size and sum(i.memory for i in there) <= size)
        if not running:
            assert not by_id
            return
        running.pop(len(others[: step % 5]) % len(running))


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=16), st.integers(1, 3))
def test_nobody_waits_for_two_runs_of_another(people: list[str], runs: int) -> None:
    """Between two turns of a person, no other person with a run in line has more than one more."""
    waiting = items(" ".join(f"{person}{at}" for at, person in enumerate(people)))
    started = [entry.id[0] for entry in forecast(waiting, [], Capacity(runs, 1_000))]
    for person in set(people):
        turns = [-1, *(at for at, who in enumerate(started) if who == person)]
        for before, after in pairwise(turns):
            between = started[before + 1 : after]
            assert all(between.count(other) <= 1 for other in between)


@given(QUEUES, st.data(), st.integers(0, 15))
def test_a_move_changes_only_own_runs(waiting: list[Item], data: Any, place: int) -> None:
    if not waiting:
        return
    chosen = data.draw(st.sampled_from(waiting))
    line = lines(waiting)[chosen.person]
    places = moved(line, chosen.id, place)
    own = {item.id for item in waiting if item.person == chosen.person}
    assert places.keys() <= own
    after = [replace(item, place=places.get(item.id, item.place)) for item in waiting]
    changed = lines(after)[chosen.person]
    at = [chosen.id in [item.id for item in group] for group in changed].index(True)
    assert at == min(max(place - 1, 0), len(changed) - 1)
    others = [[i.id for i in group] for group in changed if chosen.id not in [i.id for i in group]]
    assert others == [
        [i.id for i in group] for group in line if chosen.id not in [i.id for i in group]
    ]
    for person in {item.person for item in waiting} - {chosen.person}:
        assert lines(after)[person] == lines(waiting)[person]


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=10), st.data())
def test_a_move_leaves_the_positions_of_others(people: list[str], data: Any) -> None:
    waiting = items(" ".join(f"{person}{at}" for at, person in enumerate(people)), seconds=1.0)
    chosen = data.draw(st.sampled_from(waiting))
    place = data.draw(st.integers(1, len(people)))
    places = moved(lines(waiting)[chosen.person], chosen.id, place)
    after = [replace(item, place=places.get(item.id, item.place)) for item in waiting]

    def others(queue: list[Item]) -> dict[str, int]:
        entries = forecast(queue, [], ONE)
        return {entry.id: entry.position for entry in entries if entry.id[0] != chosen.person}

    assert others(after) == others(waiting)
