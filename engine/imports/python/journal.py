"""Undo writes to the values of interpreted source, and join the results of alternatives.

Where a condition is unknown, each branch is interpreted in a transaction of its own and undone.
What all branches leave equal is kept; the rest becomes unknown.
"""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from engine.imports.python.unknown import (
    Rest,
    Unknown,
)
from engine.imports.python.values import (
    Layer,
    Model,
    Scope,
)

Container = list[Any] | dict[Any, Any] | set[Any]
_MISSING = object()


@dataclass
class _Transaction:
    saved: dict[int, tuple[Container, Container]] = field(
        default_factory=dict
    )  # id → (value, copy)
    fresh: dict[int, Container] = field(default_factory=dict)  # created within the transaction


@dataclass
class Changes:
    """The contents that a transaction left in each container that it wrote to."""

    contents: dict[int, tuple[Container, Container]]


class Journal:
    """Records writes while a transaction is open. All writes to mutable values must pass here."""

    def __init__(self) -> None:
        self._open: list[_Transaction] = []
        self._owners: dict[int, Model | Layer] = {}  # id of the attributes of an object → object
        self.writes = 0

    def new(self, container: Any) -> Any:
        """Return a container that was just created: there is nothing to undo in it."""
        if self._open:
            self._open[-1].fresh[id(container)] = container
        return container

    def touch(self, container: Container) -> None:
        """Announce a write to `container`."""
        self.writes += 1
        if not self._open:
            return
        current = self._open[-1]
        if id(container) not in current.saved and id(container) not in current.fresh:
            current.saved[id(container)] = (container, copy(container))

    def put(self, container: Any, key: Any, value: Any) -> None:
        """Evaluate `container[key] = value`."""
        self.touch(container)
        container[key] = value

    def remove(self, container: Any, key: Any) -> None:
        """Evaluate `del container[key]`."""
        self.touch(container)
        del container[key]

    def set(self, value: Model | Layer, **fields: Any) -> None:
        """Set attributes of a layer or model."""
        self._owners[id(vars(value))] = value
        for name, item in fields.items():
            self.put(vars(value), name, item)

    def begin(self) -> None:
        """Open a transaction."""
        self._open.append(_Transaction())

    def commit(self) -> None:
        """Close the innermost transaction and keep its writes."""
        self._merge(self._open.pop())

    def rollback(self) -> Changes:
        """Close the innermost transaction, undo its writes, and return what they had left."""
        transaction = self._open.pop()
        changes = Changes({})
        for key, (container, before) in transaction.saved.items():
            changes.contents[key] = (container, copy(container))
            _restore(container, before)
        self._merge(transaction)
        return changes

    def redo(self, changes: Changes) -> None:
        """Write again what a transaction had left."""
        for container, content in changes.contents.values():
            self.touch(container)
            _restore(container, content)

    def _merge(self, transaction: _Transaction) -> None:
        if not self._open:
            return
        outer = self._open[-1]
        for key, entry in transaction.saved.items():
            if key not in outer.fresh:
                outer.saved.setdefault(key, entry)
        outer.fresh |= transaction.fresh

    def join(self, alternatives: Iterable[Changes], unknown: Unknown) -> None:
        """Write what all alternatives left equal; the rest becomes `unknown`."""
        results = [changes.contents for changes in alternatives]
        containers = {key: entry[0] for contents in results for key, entry in contents.items()}
        for key, container in containers.items():
            before = copy(container)
            versions = [contents[key][1] if key in contents else before for contents in results]
            self.touch(container)
            if owner := self._owners.get(id(container)):
                _restore(container, versions[0])
                if not all(_same_values(versions[0], other) for other in versions[1:]):
                    owner.doubt(unknown)
            else:
                _restore(container, _joined(versions, unknown))

    def differing(self, changes: Changes) -> list[tuple[Container, list[Any]]]:
        """The containers that differ from the present after `changes`, and which of their keys.

        A list or set that differs has no keys: it counts as a whole.
        """
        result: list[tuple[Container, list[Any]]] = []
        for container, after in changes.contents.values():
            if isinstance(container, dict) and isinstance(after, dict):
                keys = [
                    key
                    for key, value in container.items()
                    if not _same(value, after.get(key, _MISSING))
                ]
                if keys:
                    result.append((container, keys))
            elif not _same_items(list(container), list(after)):
                result.append((container, []))
        return result

    def forget(self, container: Container, keys: list[Any], unknown: Unknown) -> None:
        """Make values of a container unknown: those of `keys`, or all items of a list or set."""
        self.touch(container)
        if owner := self._owners.get(id(container)):
            owner.doubt(unknown)
        elif isinstance(container, dict):
            container.update(dict.fromkeys(keys, unknown))
        else:
            _restore(container, type(container)([_rest(unknown)]))

    def forget_all(self, container: Container, unknown: Unknown) -> None:
        """Make the whole content of a container unknown."""
        self.touch(container)
        rest = _rest(unknown)
        _restore(container, {rest: rest} if isinstance(container, dict) else [rest])


def _rest(unknown: Unknown) -> Rest:
    return Rest(unknown.line, unknown.why, unknown.question)


def _restore(container: Container, content: Any) -> None:
    if isinstance(container, list):
        container[:] = content
    else:
        container.clear()
        container.update(content)


def _joined(versions: list[Container], unknown: Unknown) -> Container:
    first = versions[0]
    if isinstance(first, dict):
        return _joined_dicts(
            [version for version in versions if isinstance(version, dict)], unknown
        )
    lists = [list(version) for version in versions]
    if all(_same_items(lists[0], other) for other in lists[1:]):
        return first
    if isinstance(first, list) and len({len(version) for version in lists}) == 1:
        return [joined_value(items, unknown) for items in zip(*lists, strict=True)]
    return type(first)([_rest(unknown)])


def _joined_dicts(versions: list[dict[Any, Any]], unknown: Unknown) -> dict[Any, Any]:
    """Join dicts by key. A name that only some alternatives define has their value.

    The program would fail if it used the name where it is undefined, so it does not.
    """
    keys = dict.fromkeys(key for version in versions for key in version)
    return {
        key: joined_value([version[key] for version in versions if key in version], unknown)
        for key in keys
    }


def joined_value(values: Iterable[Any], unknown: Unknown) -> Any:
    """The value that all alternatives have, else `unknown`."""
    first, *others = values
    return first if all(_same(first, other) for other in others) else unknown


def _same_values(first: Container, second: Container) -> bool:
    """Whether two versions of an object's attributes are the same."""
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    return _same_items([*first.values()], [*second.values()])


def _same_items(first: list[Any], second: list[Any]) -> bool:
    return len(first) == len(second) and all(map(_same, first, second))


def _same(first: Any, second: Any) -> bool:
    """Whether two values are the same object, or equal constants."""
    if first is second:
        return True
    if isinstance(first, Unknown) and isinstance(second, Unknown):
        return True
    if type(first) is not type(second):
        return False
    if isinstance(first, tuple):
        return _same_items(list(first), list(second))
    if isinstance(first, list | dict | set | Mapping | Scope):
        return False
    return bool(first == second)
