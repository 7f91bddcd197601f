"""A model as classes of Keras: layers are created in `__init__` and called in `call`.

Works for every model, because nothing but the form differs from functional code. What that writes
as functions are classes here, too.
"""

from collections.abc import Iterator

from engine.code import targets
from engine.code.folding.functions import find_blocks
from engine.code.lines import describing
from engine.code.lines.body import Keyword, layer
from engine.code.lines.flow import Flow, Written
from engine.code.modules.naming import camel
from engine.code.modules.source import class_names
from engine.code.modules.subclass_body import TRAINING, Around, ClassBody, returned
from engine.code.modules.subclass_parts import PartBody, masked
from engine.code.program import Program
from engine.code.syntax.tree import (
    Assign,
    Call,
    Class,
    Comment,
    Do,
    Docstring,
    Expression,
    Group,
    Item,
    Literal,
    Mapping,
    Path,
    Return,
    SetAttribute,
    Statement,
    Variable,
)
from engine.code.syntax.words import Scope
from engine.document import MAIN
from engine.graph.freezing import freezes_inside
from engine.graph.kinds import MODEL
from engine.problems import Phrase, problem

INPUTS = Variable("inputs")


def subclass(program: Program) -> list[Statement]:
    """Return the classes of a program, callees first, and the model with its weights created."""
    names = class_names(program)
    scope = Scope(frozenset(names.values()))
    written: dict[str, _Graph] = {}
    classes: list[Statement] = []
    for graph in names:
        parts, written[graph] = _written(program, graph, names, scope)
        classes += [*(part.statement() for part in parts), written[graph].statement()]
    if not program.main.outputs:
        return [*classes, Comment(problem("code_without_output"))]
    title: tuple[Keyword, ...] = (("name", Literal(program.name)),) if program.name else ()
    model = Assign(("model",), Call(Variable(names[MAIN]), (), title))
    weights = Do(Call(Variable("model"), (_symbolic(program.main),)))
    create: list[Statement] = [model, Comment(problem("code_creates_weights")), weights]
    frozen = [
        SetAttribute(Variable(f"model.{path}"), "trainable", Literal(False))
        for path in _frozen_later(written, MAIN)
    ]
    return [*classes, *create, *frozen]


def _written(
    program: Program, graph: str, names: dict[str, str], scope: Scope
) -> tuple[list[PartBody], "_Graph"]:
    """The classes of a graph: those of its repeated parts, and its own."""
    blocks = find_blocks(program.flows[graph], Scope(), masked(program, graph), loops=False)
    parts = {block.name: _unique(scope, camel(block.name)) for block in blocks.functions}
    around = Around(names, parts, blocks.explicit, _passes_training(program))
    bodies = [PartBody(block, around) for block in blocks.functions]
    return bodies, _Graph(program, graph, blocks.flow, around)


def _unique(scope: Scope, name: str) -> str:
    """A name for a class: `Block`, `Block2`."""
    free, number = name, 1
    while scope.holds(free):
        number += 1
        free = f"{name}{number}"
    return scope.unique(free)


def _passes_training(program: Program) -> bool:
    """Whether a call of a layer sets `training`."""
    return any(
        name == TRAINING
        for flow in program.flows.values()
        for each in flow.written.values()
        for name, _ in each.call_arguments
    )


def _frozen_later(written: "dict[str, _Graph]", graph: str) -> list[str]:
    """The layers with layers inside that can be frozen only when those exist, as paths."""
    parts = written[graph].parts.items()
    inside = [f"{name}.{path}" for name, part in parts for path in _frozen_later(written, part)]
    return [*written[graph].frozen, *inside]


def _symbolic(flow: Flow) -> Expression:
    """The model's inputs as symbolic tensors, in the form in which it takes them."""
    explicit: frozenset[str] = frozenset()
    tensors = [
        (flow.names[key], layer(flow, flow.written[key], {}, explicit)) for key in flow.inputs
    ]
    return tensors[0][1] if len(tensors) == 1 else Mapping(tuple(tensors))


class _Graph(ClassBody):
    """The class of one graph."""

    def __init__(self, program: Program, graph: str, flow: Flow, around: Around) -> None:
        super().__init__(flow, around, (INPUTS.name,) if len(flow.inputs) > 1 else ())
        self.program = program
        self.graph = graph
        self.parts: dict[str, str] = {}
        """The sub-models by their attributes."""
        self.frozen: list[str] = []
        self.write()

    def statement(self) -> Class:
        """The class, with its constructor and `call`."""
        taken = self.inputs[0] if len(self.inputs) == 1 else INPUTS.name
        methods = self.methods((), (taken,), (*self._unpacked(), *self._ended()))
        name = self.around.models[self.graph]
        return Class(name, Path(targets.MODEL), (*self._docstring(), *methods))

    def _docstring(self) -> list[Docstring]:
        """What the model is, unless that is what the module says."""
        program = self.program
        title: str | Phrase = program.title
        if self.graph != MAIN:
            title = program.flows[self.graph].index.graph.name or self.graph
        elif program.purpose is None and not program.document.description:
            return []
        return [Docstring(describing.described(title, program.flows, self.graph))]

    def create(self, written: Written, target: str) -> None:
        """Create a layer; freeze it, if it has layers inside, at once or when those exist."""
        super().create(written, target)
        owner = written.owner
        name = self.attribute_of[owner.id]
        if owner.layer == MODEL:
            self.parts[name] = owner.graph or ""
        elif freezes_inside(owner):
            self.frozen.append(name)
        if freezes_inside(owner) and owner.layer == MODEL:
            nodes = self._nodes(owner.id, written)
            frozen = SetAttribute(Variable(target), "trainable", Literal(False), nodes)
            self.constructor.append(frozen)

    def _unpacked(self) -> Iterator[Statement]:
        """Several inputs as variables: of a dictionary, or of the list that a part takes."""
        if len(self.inputs) < 2:  # noqa: PLR2004
            return
        if self.graph != MAIN:
            yield Assign(tuple(self.inputs), INPUTS)
            return
        for key, name in zip(self.flow.inputs, self.inputs, strict=True):
            yield Assign((name,), Item(INPUTS, Literal(self.flow.names[key])), (key,))

    def _ended(self) -> list[Statement]:
        """The lines with the outputs: one tensor, a dictionary by name, or in a part a list."""
        names = self.steps.outputs()
        if len(names) == 1:
            return returned(self.lines, names[0])
        keys = [self.flow.names[node] for node, _ in self.flow.outputs]
        variables = [Variable(name) for name in names]
        if self.graph == MAIN and len(set(keys)) == len(keys):
            return [*self.lines, Return(Mapping(tuple(zip(keys, variables, strict=True))))]
        return [*self.lines, Return(Group(tuple(variables)))]
