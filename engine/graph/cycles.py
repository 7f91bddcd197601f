"""Circles in a directed graph, found without recursion."""

from collections.abc import Iterable, Mapping


def components(after: Mapping[str, list[str]], ids: Iterable[str]) -> list[list[str]]:
    """Tarjan's strongly connected components (1972), with a stack of its own."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    on_path: set[str] = set()
    found: list[list[str]] = []
    for start in ids:
        work = [] if start in index else [(start, iter(after[start]))]
        while work:
            key, targets = work[-1]
            if key not in index:
                index[key] = low[key] = len(index)
                path.append(key)
                on_path.add(key)
            for target in targets:
                if target not in index:
                    work.append((target, iter(after[target])))
                    break
                if target in on_path:
                    low[key] = min(low[key], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[key])
                if low[key] == index[key]:
                    found.append(_pop_until(path, on_path, key))
    return found


def _pop_until(path: list[str], on_path: set[str], key: str) -> list[str]:
    component: list[str] = []
    while not component or component[-1] != key:
        component.append(path.pop())
        on_path.discard(component[-1])
    return component


def way_around(after: Mapping[str, list[str]], knot: set[str], start: str) -> tuple[str, ...]:
    """The shortest way from `start` back to itself inside its knot, breadth first."""
    before: dict[str, str] = {}
    queue = [start]
    for key in queue:
        for target in after[key]:
            if target == start:
                way = [key]
                while way[-1] != start:
                    way.append(before[way[-1]])
                return tuple(reversed(way))
            if target in knot and target not in before:
                before[target] = key
                queue.append(target)
    raise AssertionError("a knot has a way around")
