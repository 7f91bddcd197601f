"""Finds repeated regions of a graph: the candidates for functions.

A region is grown from single layers: the most frequent pair of a tensor's producer and its only
consumer becomes a region of a new kind, everywhere, until no pair occurs twice (the Re-Pair
algorithm, on graphs). So small regions (a convolution and its normalization) come before the
blocks that contain them; instances of a kind have equal structures, and a region always has one
output, which is its consumer's.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from engine.code.lines.flow import Flow, Value

MAX_INPUTS = 3
"""The most input tensors of a region while it grows, unless a layer in it has more."""


Words = tuple[str, ...]
_SAME: tuple[Words, Words] = ((), ())
Pair = tuple[int, int, int, tuple[int, ...], tuple[Words, Words]]
"""Two kinds, the input of the second that the first one computes, which inputs of the first are
inputs of the second, too, and the words in which the names of their layers differ."""


@dataclass(eq=False)
class Region:
    """A layer call, or a producer and its only consumer; `root` is the node of its output.

    `inputs` are its distinct input tensors, `words` those that the names of its layers share.
    """

    root: str
    kind: int
    inputs: tuple[Value, ...]
    words: tuple[str, ...] = ()
    parts: tuple["Region", "Region"] | None = None

    @cached_property
    def nodes(self) -> tuple[str, ...]:
        """The nodes in it."""
        if self.parts is None:
            return (self.root,)
        return (*self.parts[0].nodes, *self.parts[1].nodes)


@dataclass
class Regions:
    """The regions of a graph, by kind and by node; those with `parts` were grown.

    `instances` lists all regions of each kind, also those that are part of a larger one.
    """

    instances: dict[int, list[Region]] = field(default_factory=dict)
    roots: dict[str, Region] = field(default_factory=dict)


def find_regions(flow: Flow, kinds: Mapping[str, Hashable], names: Mapping[str, str]) -> Regions:
    """Grow regions; `kinds` are the structures of the nodes that may be part of one.

    `names` are those that the code gives to layers.
    """
    return _Grower(flow, kinds, names).grown()


class _Grower:
    """Grows regions; owns the pairs that could be the next."""

    def __init__(self, flow: Flow, kinds: Mapping[str, Hashable], names: Mapping[str, str]) -> None:
        self._flow = flow
        self._numbers: dict[Hashable, int] = {}
        self._regions = Regions()
        self._position = {key: index for index, key in enumerate(flow.order)}
        self._spine = _spine(flow)
        self._users: dict[Value, set[str]] = {}
        self._pairs: dict[Pair, dict[str, None]] = {}
        self._pair_of: dict[str, Pair] = {}
        self._consumers: dict[str, Region] = {}
        self._runs: dict[int, dict[str, None]] = {}  # producers of regions of the same kind
        for key in flow.order:
            written = flow.written[key]
            for value in written.tensors:
                self._users.setdefault(value, set()).add(key)
            if key in kinds:
                kind = self._number((kinds[key], _pattern(flow, key)))
                words = tuple(names[key].split("_")) if key in names else ()
                self._add(Region(key, kind, written.tensors, words))
        for value in flow.outputs:
            self._users.setdefault(value, set()).add("")
        for root in self._regions.roots:
            self._offer(root)

    def _number(self, kind: Hashable) -> int:
        return self._numbers.setdefault(kind, len(self._numbers))

    def _add(self, region: Region) -> None:
        self._regions.roots[region.root] = region
        self._regions.instances.setdefault(region.kind, []).append(region)

    def grown(self) -> Regions:
        while (pair := self._best()) is not None:
            self._merge_all(pair)
        return self._regions

    def _consumer(self, value: Value) -> Region | None:
        """The region that alone uses a tensor."""
        users = self._users.get(value, ())
        return self._regions.roots.get(next(iter(users))) if len(users) == 1 else None

    def _pair(self, first: Region, second: Region, value: Value) -> Pair | None:
        """The key of the pair of a region and its only consumer, which uses `value`."""
        inputs = second.inputs
        shared = tuple([inputs.index(item) if item in inputs else -1 for item in first.inputs])
        count = len(inputs) - 1 + shared.count(-1)
        if count > max(MAX_INPUTS, len(inputs)):
            return None
        different = _compared(first.words, second.words)[1] if first.words else _SAME
        return first.kind, second.kind, inputs.index(value), shared, different

    def _offer(self, root: str) -> None:
        first, value = self._regions.roots.get(root), self._flow.written[root].value
        second = self._consumer(value) if first else None
        if first is None or second is None:
            return
        self._consumers[root] = second
        pair = self._pair(first, second, value)
        if pair:
            self._pair_of[root] = pair
            self._pairs.setdefault(pair, {})[root] = None
            if pair[0] == pair[1]:
                self._runs.setdefault(pair[0], {})[root] = None

    def _withdraw(self, root: str) -> None:
        self._consumers.pop(root, None)
        pair = self._pair_of.pop(root, None)
        if pair:
            del self._pairs[pair][root]
            if pair[0] == pair[1]:
                del self._runs[pair[0]][root]
            if not self._pairs[pair]:
                del self._pairs[pair]

    def _best(self) -> Pair | None:
        """The most frequent pair; the first of these."""
        best, most = None, 1
        for pair, roots in sorted(self._pairs.items(), key=lambda item: -len(item[1])):
            if len(roots) <= most:
                break
            if (count := self._frequency(pair, roots)) > most:
                best, most = pair, count
        return best

    def _frequency(self, pair: Pair, roots: Mapping[str, None]) -> int:
        return sum(1 for _ in self._mergeable(pair, roots))

    def _mergeable(self, pair: Pair, roots: Iterable[str]) -> Iterator[str]:
        """The producers that may merge: not runs on the spine, and of one kind only pairs."""
        first, second = pair[:2]
        looping = self._loops(first) or self._loops(second)
        for root in roots:
            alone = first != second or not (self._in_run(root, first) or self._follows(root, first))
            if alone and not (looping and self._on_spine(root)):
                yield root

    def _on_spine(self, root: str) -> bool:
        return root in self._spine and self._consumers[root].root in self._spine

    def _loops(self, kind: int) -> bool:
        """Whether at least three regions of this kind follow each other on the spine."""
        return any(self._in_run(root, kind) for root in self._runs.get(kind, ()))

    def _in_run(self, root: str, kind: int) -> bool:
        second = self._consumers[root]
        third = self._consumers.get(second.root)
        if third is None or not second.kind == third.kind == kind:
            return False
        return third.root in self._spine

    def _follows(self, root: str, kind: int) -> bool:
        """Whether a region of the same kind computes an input of this one, for it alone."""
        runs = self._runs.get(kind, ())
        return any(value[0] in runs for value in self._regions.roots[root].inputs)

    def _merge_all(self, pair: Pair) -> None:
        kind = self._number(("pair", *pair))
        roots = sorted(self._mergeable(pair, self._pairs[pair]), key=self._position.__getitem__)
        for root in roots:
            if self._pair_of.get(root) == pair:
                self._merge(root, kind)

    def _merge(self, root: str, kind: int) -> None:
        first, second = self._regions.roots[root], self._consumers[root]
        value = self._flow.written[root].value
        around = (item[0] for item in (*first.inputs, *second.inputs))
        touched = dict.fromkeys((*around, second.root))
        for other in touched:
            self._withdraw(other)
        slot = second.inputs.index(value)
        inputs = (*second.inputs[:slot], *first.inputs, *second.inputs[slot + 1 :])
        words, _ = _compared(first.words, second.words)
        region = Region(second.root, kind, tuple(dict.fromkeys(inputs)), words, (first, second))
        del self._regions.roots[root]
        self._users.pop(value)
        for item in first.inputs:
            self._users[item].discard(root)
            self._users[item].add(second.root)
        self._add(region)
        for other in touched:
            self._offer(other)


def _compared(first: Words, second: Words) -> tuple[Words, tuple[Words, Words]]:
    """The words with which two names begin or end alike, and those between these."""
    if not first or not second:
        return first or second, _SAME
    most = min(len(first), len(second))
    start = 0
    while start < most and first[start] == second[start]:
        start += 1
    end = 0
    while end < most - start and first[-1 - end] == second[-1 - end]:
        end += 1
    between = first[start : len(first) - end], second[start : len(second) - end]
    return (*first[:start], *first[len(first) - end :]), between


def _pattern(flow: Flow, key: str) -> Hashable:
    """How the tensors of a node are distributed over its ports."""
    written = flow.written[key]
    if len(written.tensors) == 1:
        return tuple((port, len(values)) for port, values in written.sources.items())
    number = {value: index for index, value in enumerate(written.tensors)}
    return tuple(
        (port, tuple(number[value] for value in values)) for port, values in written.sources.items()
    )


def _spine(flow: Flow) -> set[str]:
    """The nodes through which all paths from the inputs to the outputs lead."""
    last = {value: indices[-1] for value, indices in flow.uses.items()}
    reach = -1
    spine = set()
    for index, key in enumerate(flow.order):
        if reach <= index:
            spine.add(key)
        for value in flow.written[key].values:
            reach = max(reach, last.get(value, -1))
    return spine
