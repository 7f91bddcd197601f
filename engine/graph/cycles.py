"""Cycles in a directed graph, computed without recursion."""

from collections.abc import Iterable, Mapping


def components(successors: Mapping[str, list[str]], ids: Iterable[str]) -> list[list[str]]:
    """Strongly connected components by Tarjan's algorithm (1972), with an explicit stack."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    on_path: set[str] = set()
    result: list[list[str]] = []
    for start in ids:
        work = [] if start in index else [(start, iter(successors[start]))]
        while work:
            key, targets = work[-1]
            if key not in index:
                index[key] = low[key] = len(index)
                path.append(key)
                on_path.add(key)
            for target in targets:
                if target not in index:
                    work.append((target, iter(successors[target])))
                    break
                if target in on_path:
                    low[key] = min(low[key], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[key])
                if low[key] == index[key]:
                    result.append(_pop_until(path, on_path, key))
    return result


def _pop_until(path: list[str], on_path: set[str], key: str) -> list[str]:
    component: list[str] = []
    while not component or component[-1] != key:
        component.append(path.pop())
        on_path.discard(component[-1])
    return component


def shortest_cycle(
    successors: Mapping[str, list[str]], component: set[str], start: str
) -> tuple[str, ...]:
    """The shortest cycle through `start` inside its component, by breadth-first search."""
    previous: dict[str, str] = {}
    queue = [start]
    for key in queue:
        for target in successors[key]:
            if target == start:
                path = [key]
                while path[-1] != start:
                    path.append(previous[path[-1]])
                return tuple(reversed(path))
            if target in component and target not in previous:
                previous[target] = key
                queue.append(target)
    raise AssertionError("a strongly connected component contains a cycle")
