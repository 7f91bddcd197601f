"""What people look at in the runs that this web process owns: one look for each run.

Everybody who looks into a run sees the same sample, the one that somebody who may edit chose last,
and so one frame serves them all. Its nodes are those that anybody has in view.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from engine.protocol.frames import MAX_NODES, Look, Plane, RowSample, Sample
from engine.protocol.tensors import NodePath

FORGOTTEN_AFTER = 60.0
"""Seconds after which a tab that has not repeated its look is taken to be gone."""


@dataclass(frozen=True)
class _Tab:
    nodes: tuple[NodePath, ...]
    heard: float


class Looks:
    """The looks of the tabs on one run; owns the sample and the node in detail that they share."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._tabs: dict[str, _Tab] = {}
        self._sample: Sample = RowSample()
        self._detail: NodePath | None = None
        self._plane: Plane | None = None

    def take(self, client: str, look: Look, leads: bool) -> None:
        """Record what a tab looks at; one without nodes has stopped. `leads`: it may edit."""
        now = self._clock()
        self._tabs = {
            id: tab for id, tab in self._tabs.items() if now - tab.heard < FORGOTTEN_AFTER
        }
        self._tabs.pop(client, None)
        if look.nodes:
            self._tabs[client] = _Tab(look.nodes, now)
            if leads:
                self._sample, self._detail, self._plane = look.sample, look.detail, look.plane

    def together(self) -> Look:
        """Return the look that serves all tabs; the nodes of the latest come first."""
        nodes = dict.fromkeys(node for tab in reversed(self._tabs.values()) for node in tab.nodes)
        return Look(
            sample=self._sample,
            nodes=tuple(nodes)[:MAX_NODES],
            detail=self._detail,
            plane=self._plane,
        )
