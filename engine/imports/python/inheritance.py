"""Attributes of classes of the source, and of the classes that they extend."""

from typing import Any

from engine.imports.python.values import (
    Class,
)

MAX_BASES = 50


def find(cls: Class, name: str, after: Class | None = None) -> Any:
    """The attribute of a class or its bases, None without one; `after`: only of bases of it."""
    order = resolution_order(cls)
    if after is not None and after in order:
        order = order[order.index(after) + 1 :]
    return next((entry.names[name] for entry in order if name in entry.names), None)


def resolution_order(cls: Class) -> list[Class]:
    """The class and its bases of the source, in the order in which attributes are looked up."""
    order: list[Class] = []
    waiting = [cls]
    while waiting and len(order) < MAX_BASES:
        current = waiting.pop(0)
        if current in order:
            order.remove(current)
        order.append(current)
        waiting = [base for base in current.bases if isinstance(base, Class)] + waiting
    return order
