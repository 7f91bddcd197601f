"""Which calls of the source's own layers and models become sub-models, and which are drawn inline.

A layer or model that the source defines is interpreted by running its `call` on the tensors that it
is given, so that all its calls of layers are on the tape. Those of one instance become a sub-model
if a graph of its own computes the same: it uses no tensor but the arguments, no other tensor is
used than the results, all calls of the instance are equal, and no layer inside is called elsewhere.
The others stay calls of the graph around them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from engine.catalogue import load
from engine.graph.kinds import INPUT, MODEL, OPS
from engine.imports.python.specs import Spec
from engine.imports.python.state import State
from engine.imports.python.tape import ancestors
from engine.imports.python.unknown import ReadError
from engine.imports.python.values import (
    Call,
    Instance,
    InstanceCall,
    Layer,
    Model,
    Tensor,
)
from engine.problems import phrase

_WITHOUT_WEIGHTS = ("Pooling", "Regularization", "Merging", "Reshaping", "Activation")
"""Categories of layers that may be called in several graphs: they have no weights to share."""


@dataclass(frozen=True, eq=False)
class Part:
    """The calls on the tape that one call of an instance made, as a graph of its own."""

    call: InstanceCall
    members: tuple[int, ...]
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    specs: tuple[Spec, ...]  # of its inputs


@dataclass(frozen=True, eq=False)
class Fold:
    """A sub-model: the equal parts that the calls of one instance made."""

    instance: Instance
    parts: tuple[Part, ...]


Place: TypeAlias = Model | Fold
"""A graph of the document."""


@dataclass
class Plan:
    """The sub-models of the instances' calls, for all graphs of a document."""

    parts: dict[InstanceCall, tuple[Fold, Part]] = field(default_factory=dict)
    members: dict[Place, list[int]] = field(default_factory=dict)  # its calls, without its starts

    def outermost(self, call: Call, base: InstanceCall | None) -> InstanceCall | None:
        """The call of an instance within `base` whose sub-model holds a call, if there is one."""
        return next((s for s in _chain(call.within, base)[::-1] if s in self.parts), None)


def plan(state: State, model: Model) -> Plan:
    """Decide about all calls of instances that a model needs. Raises ReadError."""
    inline: set[Instance] = set()
    while True:
        planner = _Planner(state, inline)
        planner.visit_model(model)
        refused = planner.refused or planner.shared_across_graphs()
        if not refused:
            return planner.plan
        inline |= refused


def has_weights(item: Any) -> bool:
    """Whether a layer, model or instance may have weights, which two graphs can't share."""
    if not isinstance(item, Layer) or item.layer == MODEL:
        return True
    entry = load().layer(item.layer)
    weightless = entry is not None and entry.category in _WITHOUT_WEIGHTS
    return not (weightless or item.layer == INPUT or item.layer.startswith(OPS)) or (
        item.layer == "PReLU"
    )


def base_of(state: State, model: Model) -> InstanceCall | None:
    """The call of an instance in which a functional model was created."""
    return state.tape[model.inputs[0].call].within if model.inputs else None


def instances_of(call: Call, base: InstanceCall | None = None) -> list[Instance]:
    """The instances within `base` whose call made a call of a layer, the innermost first."""
    return [outer.instance for outer in _chain(call.within, base)]


def _chain(within: InstanceCall | None, base: InstanceCall | None) -> list[InstanceCall]:
    """The calls of instances between `base` and a call, the innermost first."""
    result = []
    while within is not None and within is not base:
        result.append(within)
        within = within.outer
    return result


class _Planner:
    """Visits all graphs; `refused` are instances whose calls can't be a sub-model."""

    def __init__(self, state: State, inline: set[Instance]) -> None:
        self.state, self.inline = state, inline
        self.plan = Plan()
        self.refused: set[Instance] = set()
        self._parents: dict[Place, Place | None] = {}
        self._homes: dict[Any, dict[Place, int]] = {}  # layer or instance → graphs, with a line

    def visit_model(self, model: Model, parent: Place | None = None) -> None:
        """Plan the graph of a functional model, and those in it."""
        if model in self._parents:
            return
        self._parents[model] = parent
        base = base_of(self.state, model)
        self._visit(model, base, model.inputs, model.outputs)

    def _visit(
        self, place: Place, base: InstanceCall | None, inputs: Sequence[Tensor],
        outputs: Sequence[Tensor],
    ) -> None:  # fmt: skip
        members, folds = self._folds(base, inputs, outputs)
        self.plan.members[place] = members
        for index in members:
            call = self.state.tape[index]
            if self._child(call.within, base) is None:
                self._note(call.layer, place, call.line)
                if call.layer.model is not None:
                    self.visit_model(call.layer.model, place)
        for fold in folds:
            part = fold.parts[0]
            self._parents[fold] = place
            self._note(fold.instance, place, part.call.line)
            self.plan.parts |= {part.call: (fold, part) for part in fold.parts}
            self._visit(fold, part.call, part.inputs, part.outputs)

    def _folds(
        self, base: InstanceCall | None, inputs: Sequence[Tensor], outputs: Sequence[Tensor]
    ) -> tuple[list[int], list[Fold]]:
        """The calls between inputs and outputs, and the sub-models among them.

        A sub-model returns what its `call` returns, used or not; what this needs is added.
        """
        starts = {tensor.call for tensor in inputs}
        needed = [*outputs]
        while True:
            members = sorted(ancestors(self.state.tape, needed, starts) - starts)
            children: dict[Instance, dict[InstanceCall, None]] = {}
            for index in members:
                child = self._child(self.state.tape[index].within, base)
                if child is not None:
                    children.setdefault(child.instance, {})[child] = None
            leaving = self._leaving(members, base, needed)
            folds = []
            for instance, calls in children.items():
                parts = [self._part(call, leaving.get(call, set()), set(inputs)) for call in calls]
                fold = self._fold(instance, parts)
                if fold is None:
                    self.refused.add(instance)
                else:
                    folds.append(fold)
            entering = [tensor for fold in folds for part in fold.parts for tensor in part.inputs]
            missing = [t for t in entering if t.call not in starts and t.call not in members]
            if not missing:
                return members, folds
            needed += missing

    def _child(self, within: InstanceCall | None, base: InstanceCall | None) -> InstanceCall | None:
        """The outermost call of an instance within `base` that is not drawn inline."""
        chain = _chain(within, base)[::-1]
        return next((call for call in chain if call.instance not in self.inline), None)

    def _note(self, item: Any, place: Place, line: int) -> None:
        if not has_weights(item):
            return
        self._homes.setdefault(item, {}).setdefault(place, line)

    # --- parts ----------------------------------------------------------------------------------

    def _leaving(
        self, members: Iterable[int], base: InstanceCall | None, outputs: Iterable[Tensor]
    ) -> dict[InstanceCall, set[Tensor]]:
        """The tensors of each child that are used outside of it."""
        tape = self.state.tape
        result: dict[InstanceCall, set[Tensor]] = {}
        uses = [(tensor, self._child(tape[index].within, base))
                for index in members for tensor in tape[index].tensors]  # fmt: skip
        for tensor, user in [*uses, *((tensor, None) for tensor in outputs)]:
            child = self._child(tape[tensor.call].within, base)
            if child is not None and child is not user:
                result.setdefault(child, set()).add(tensor)
        return result

    def _part(self, call: InstanceCall, leaving: set[Tensor], starts: set[Tensor]) -> Part | None:
        """The part that a call of an instance made; None if it is not a graph of its own."""
        tape = self.state.tape
        outputs = [t for t in dict.fromkeys(call.outputs) if self._is_within(t, call)]
        members: set[int] = set()
        entering: set[Tensor] = set()
        waiting = [*outputs]
        while waiting:
            tensor = waiting.pop()
            if tensor in call.inputs:
                entering.add(tensor)
            elif tensor in starts or not self._is_within(tensor, call):
                return None
            elif tensor.call not in members:
                members.add(tensor.call)
                waiting += tape[tensor.call].tensors
        inputs = [tensor for tensor in dict.fromkeys(call.inputs) if tensor in entering]
        specs = [self.state.spec_of(tensor) for tensor in inputs]
        known = [spec for spec in specs if spec is not None and spec.shape]
        if not outputs or not leaving <= set(outputs) or len(known) < len(inputs):
            return None
        return Part(call, tuple(sorted(members)), tuple(inputs), tuple(outputs), tuple(known))

    def _is_within(self, tensor: Tensor, call: InstanceCall) -> bool:
        return call in _chain(self.state.tape[tensor.call].within, None)

    def _fold(self, instance: Instance, parts: Sequence[Part | None]) -> Fold | None:
        whole = [part for part in parts if part is not None]
        if len(whole) < len(parts):
            return None
        forms = [list(self._form(part)) for part in whole]
        return Fold(instance, tuple(whole)) if all(f == forms[0] for f in forms) else None

    def _form(self, part: Part) -> Iterator[Any]:
        """What equal parts have in common: layers, arguments and connections."""
        numbers: dict[Tensor, Any] = {t: ("input", i) for i, t in enumerate(part.inputs)}
        calls = {index: position for position, index in enumerate(part.members)}

        def form(value: Any) -> Any:
            if isinstance(value, Tensor):
                return numbers.get(value) or (calls[value.call], value.index)
            if isinstance(value, tuple):
                return tuple(map(form, value))
            return value

        yield part.specs
        for index in part.members:
            call = self.state.tape[index]
            instances = [inner.instance for inner in _chain(call.within, part.call)]
            training = None if call.training == part.call.training else call.training
            arguments = sorted((name, form(value)) for name, value in call.kwargs.items())
            yield _identity(call.layer), form(call.args), arguments, training, instances
        yield [form(tensor) for tensor in part.outputs]

    # --- sharing --------------------------------------------------------------------------------

    def shared_across_graphs(self) -> set[Instance]:
        """The instances to draw inline because a layer in their sub-model is called elsewhere.

        Raises ReadError for a layer that two functional models call.
        """
        result: set[Instance] = set()
        for places in self._homes.values():
            paths = [self._path(place) for place in places]
            common = set(paths[0]).intersection(*paths[1:])
            apart = [place for path in paths for place in path if place not in common]
            if any(isinstance(place, Model) for place in apart):
                why = phrase("a layer that two models share, which a document can't hold")
                raise ReadError(max(places.values()), why)
            result |= {place.instance for place in apart if isinstance(place, Fold)}
        return result

    def _path(self, place: Place) -> list[Place]:
        """A graph and those around it."""
        result: list[Place] = []
        current: Place | None = place
        while current is not None:
            result.append(current)
            current = self._parents[current]
        return result


def _identity(layer: Layer) -> Any:
    """The layer itself; for an op, which is created anew for each call, what it computes."""
    entry = load().layer(layer.layer)
    activation = entry is not None and entry.category == "Activation" and entry.name != "PReLU"
    if layer.layer.startswith(OPS) or (activation and not layer.name):
        return layer.layer, layer.params
    return layer
