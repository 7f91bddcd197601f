"""A whole document as functions and statements: sub-models first, then the model."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.code import targets
from engine.code.body import Body, described, explicit_names, layer, model_name
from engine.code.flow import Flow, flow
from engine.code.fold import fold
from engine.code.targets import CodeTarget
from engine.code.tree import (
    Assign,
    Blank,
    Docstring,
    Expression,
    Function,
    Literal,
    Path,
    Raise,
    Return,
    Stack,
    Statement,
    Variable,
)
from engine.code.words import Scope, identifier
from engine.data.catalogue import DataSets
from engine.document import MAIN, Document
from engine.graph.kinds import MODEL, is_op
from engine.graph.models import Models
from engine.graph.ports import Outline

NO_OUTPUT = "The model has no output yet."
UNTITLED = {"", "Untitled"}


@dataclass(frozen=True)
class Program:
    """A document whose graphs have been followed; `functions` are in the order of their calls."""

    document: Document
    target: CodeTarget
    data: DataSets
    flows: dict[str, Flow]
    functions: dict[str, str]

    @property
    def main(self) -> Flow:
        """The model itself."""
        return self.flows[MAIN]

    @property
    def title(self) -> str:
        """What the document is called."""
        return self.document.name if self.document.name not in UNTITLED else "A model"

    @property
    def name(self) -> str:
        """The model's name as an identifier; empty when nobody named it."""
        return identifier(self.document.name) if self.document.name not in UNTITLED else ""

    @property
    def lost(self) -> int:
        """How many layers could not be written."""
        return sum(flow.lost for flow in self.flows.values())


def program(document: Document, target: CodeTarget, data: DataSets) -> Program:
    """Follow every graph that the model uses."""
    outline = Outline(document)
    graphs = _used(document)
    recursive = outline.graphs.keys() - Models(outline).depth.keys()
    without_tensors: set[str] = set()
    flows: dict[str, Flow] = {}
    for graph in graphs:
        if graph != MAIN and graph in recursive:
            continue
        flows[graph] = flow(outline, graph, without_tensors, recursive)
        if not flows[graph].outputs:
            without_tensors.add(graph)
    scope = Scope(frozenset({"build_model"}))
    functions = {
        graph: scope.unique(f"build_{identifier(model_name(outline.graphs[graph])) or 'part'}")
        for graph in flows
        if graph != MAIN and graph not in without_tensors
    }
    return Program(document, target, data, flows, functions)


def _used(document: Document) -> list[str]:
    """The graphs that the model uses, each after those that it uses itself."""
    known = {graph.id for graph in document.graphs}
    calls = {
        graph.id: {node.graph for node in graph.nodes if node.layer == MODEL and node.graph} & known
        for graph in document.graphs
    }
    order: list[str] = []
    work = [(MAIN, False)]
    seen: set[str] = set()
    while work:
        graph, done = work.pop()
        if done:
            order.append(graph)
        elif graph not in seen:
            seen.add(graph)
            work.append((graph, True))
            work += [(called, False) for called in sorted(calls[graph], reverse=True)]
    return order


def submodels(made: Program) -> Iterator[Function]:
    """A function for each sub-model."""
    for graph, name in made.functions.items():
        yield _function(made, graph, name)


def model_function(made: Program) -> Function:
    """The function `build_model`, which makes and returns the model."""
    return _function(made, MAIN, "build_model")


def _function(made: Program, graph: str, name: str) -> Function:
    found = made.flows[graph]
    parameters: tuple[tuple[str, str, Expression | None], ...] = ()
    if graph == MAIN:
        title, named = made.title, _literal_name(made.name)
        scope = _scope(made)
    else:
        title = model_name(found.wires.graph)
        parameters = (("name", "str", Literal(title)),)
        named = Variable("name")
        scope = _scope(made, "name")
    body = Body(found, made.functions, scope)
    end: Statement = Return(body.model(named))
    if not body.outputs:
        end = Raise("NotImplementedError", NO_OUTPUT)
    statements = (Docstring(described(title, found)), *fold(body.statements), end)
    return Function(name, statements, parameters, Path(targets.MODEL))


def _scope(made: Program, *names: str) -> Scope:
    return Scope(frozenset({"build_model", *made.functions.values(), *names}))


def _literal_name(name: str) -> Expression | None:
    return Literal(name) if name else None


def functional(made: Program, taken: frozenset[str] = frozenset()) -> list[Statement]:
    """The model line by line at the top of a module, in which the names `taken` are in use."""
    body = Body(made.main, made.functions, _scope(made, *taken))
    statements: list[Statement] = list(fold(body.statements))
    if body.outputs:
        made_model = body.model(_literal_name(made.name))
        statements += [Blank(), Assign(("model",), made_model)]
    return [*submodels(made), *statements]


def sequential(made: Program) -> list[Statement] | None:
    """The model as a stack; None when it is no plain stack."""
    found = made.main
    if not _is_stack(found):
        return None
    explicit = explicit_names(found)
    layers = tuple(
        layer(found, found.written[key], made.functions, explicit) for key in found.order
    )
    stack = Stack("model", layers, _literal_name(made.name), tuple(found.order))
    return [*submodels(made), stack]


def _is_stack(found: Flow) -> bool:
    """One Input, then layers with one tensor in and one out, each used once, none shared."""
    if len(found.inputs) != 1 or len(found.outputs) != 1 or found.inputs == found.order:
        return False
    before = None
    for key in found.order:
        written = found.written[key]
        if is_op(written.owner):
            return False
        if before is not None and written.tensors != (before,):
            return False
        if written.owner.id != key or len(written.ports.outputs) > 1:
            return False
        if any(port.variadic for port in written.ports.inputs if port.name in written.sources):
            return False
        before = written.value
    return before == found.outputs[0]
