"""Repeated statements folded into loops."""

from collections.abc import Sequence

from engine.code.tree import Statement


def fold(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    return tuple(statements)
