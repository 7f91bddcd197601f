"""Which repeated regions are worth a function: those that save lines and have several uses."""

from collections.abc import Mapping
from math import inf

from engine.code.lines.flow import Flow
from engine.code.lines.regions import Region, Regions
from engine.code.syntax.tree import Literal

HEAD, GAIN, WIDTH = 3, 2, 80
"""The lines of a function besides its body; the lines that it must save; the width of a line."""
TENSORS = 2
"""The most tensors that a function takes."""


class Worth:
    """Chooses the kinds of regions that become functions; owns those that are still chosen.

    `named` are the kinds that have a name in the document: they become functions in any case. A run
    of calls is written once, as a loop, only where the form of the code has `loops`.
    """

    def __init__(
        self,
        flow: Flow,
        regions: Regions,
        names: Mapping[str, Literal | None],
        named: frozenset[int] = frozenset(),
        *,
        loops: bool = True,
    ) -> None:
        self._regions, self._named, self._loops = regions, named, loops
        self._parts: dict[int, tuple[int, int]] = {}
        self._lines: dict[int, int] = {}
        for kind, instances in regions.instances.items():
            first = instances[0]
            if first.parts:
                self._parts[kind] = (first.parts[0].kind, first.parts[1].kind)
            else:
                self._lines[kind] = max(_lines(flow, item, names) for item in instances[:3])
        self._sites = self._top_sites()
        classes = self._classes(flow)
        self._candidates = {
            kind
            for kind in self._parts
            if len(classes[kind]) > 1 and _is_callable(regions.instances[kind][0])
        }
        self._done: set[int] = set()
        self._choose()

    @property
    def kept(self) -> frozenset[int]:
        """The kinds that become functions."""
        return frozenset(self._candidates)

    def next_kind(self) -> int | None:
        """The next kind to write, after all that it calls."""
        pending = sorted(self._candidates - self._done)
        if pending:
            self._done.add(pending[0])
        return pending[0] if pending else None

    def reject(self, kind: int) -> None:
        """Write a kind in place wherever it occurs."""
        self._candidates.discard(kind)
        self._choose()

    def restart(self) -> None:
        """Begin again with the first kind."""
        self._done.clear()

    def _classes(self, flow: Flow) -> dict[int, frozenset[str]]:
        """The classes of the layers in each kind; a function of one class says nothing."""
        classes: dict[int, frozenset[str]] = {}
        for kind, instances in sorted(self._regions.instances.items()):
            first, second = self._parts.get(kind, (kind, kind))
            layer = flow.written[instances[0].root].owner.layer
            own = kind not in self._parts
            classes[kind] = frozenset({layer}) if own else classes[first] | classes[second]
        return classes

    def _top_sites(self) -> dict[int, int]:
        """How often each kind occurs outside all regions; a run counts as one if it is a loop."""
        sites: dict[int, int] = {}
        roots = self._regions.roots
        for region in roots.values():
            sources = (roots.get(value[0]) for value in region.inputs)
            follows = any(source and source.kind == region.kind for source in sources)
            if not (self._loops and follows):
                sites[region.kind] = sites.get(region.kind, 0) + 1
        return sites

    def _choose(self) -> None:
        """Drop the kinds that save nothing, the worst first."""
        while self._candidates:
            gains = self._gains()
            worst = min(gains, key=lambda kind: (gains[kind], kind))
            if gains[worst] >= GAIN:
                return
            self._candidates.discard(worst)

    def _gains(self) -> dict[int, float]:
        """How many lines each function saves."""
        body: dict[int, int] = dict(self._lines)
        for kind in sorted(self._parts):
            body[kind] = sum(
                1 if part in self._candidates else body[part] for part in self._parts[kind]
            )
        sites = dict(self._sites)
        for kind in sorted(self._parts, reverse=True):
            count = 1 if kind in self._candidates else sites.get(kind, 0)
            if sites.get(kind, 0):
                for part in self._parts[kind]:
                    sites[part] = sites.get(part, 0) + count
        return {
            kind: inf
            if kind in self._named
            else sites.get(kind, 0) * (body[kind] - 1) - body[kind] - HEAD
            for kind in self._candidates
        }


def _is_callable(region: Region) -> bool:
    """Whether a function can take the tensors of a region: few, and not two of one layer."""
    nodes = {node for node, _ in region.inputs}
    return len(region.inputs) == len(nodes) <= TENSORS


def _lines(flow: Flow, region: Region, names: Mapping[str, Literal | None]) -> int:
    """About how many lines the formatter needs for the call of a layer."""
    written = flow.written[region.root]
    arguments = [
        len(str(getattr(value, "value", value))) + len(name) + 3
        for name, value in written.arguments.values.items()
    ]
    name = names[region.root]
    width = 18 + len(written.owner.layer) + sum(arguments)
    width += len(str(name.value)) + 8 if name else 0
    if width <= WIDTH:
        return 1
    return 3 if width < 2 * WIDTH else 2 + len(arguments)
