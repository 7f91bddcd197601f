"""A whole document as functions and statements: sub-models first, then the model."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from gettext import NullTranslations

from engine.code import targets
from engine.code.folding.blocks import Block
from engine.code.folding.functions import Blocks, find_blocks
from engine.code.folding.stages import fold_stages
from engine.code.lines import describing
from engine.code.lines.body import Body, explicit_names, layer, model_name
from engine.code.lines.flow import Flow, find_flow
from engine.code.syntax.tree import (
    Assign,
    Blank,
    Comment,
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
from engine.code.syntax.words import Scope, identifier
from engine.code.targets import CodeTarget
from engine.code.training_errors import concerns_training
from engine.data.catalogue import DataSets
from engine.document import MAIN, Document
from engine.document.constants import with_names
from engine.graph.bypass import without_bypassed
from engine.graph.freezing import freezes_inside
from engine.graph.keras2 import for_engine, layer_problems
from engine.graph.kinds import MODEL, is_op
from engine.graph.models import Models
from engine.graph.names import unique
from engine.graph.ports import Outline
from engine.problems import Phrase, Problem, phrase, problem, quoted
from engine.values.text import is_device

UNTITLED = {"", "Untitled", "Imported"}
"""Names of documents that nobody chose: that of a new one, and of code without a name."""


@dataclass(frozen=True)
class Program:
    """A document with the flow of each graph.

    `functions` maps each sub-model to the function that builds it, callees first. `errors` are
    what the check found wrong with the training.
    """

    document: Document
    target: CodeTarget
    data: DataSets
    language: NullTranslations
    flows: dict[str, Flow]
    functions: dict[str, str]
    errors: tuple[Problem, ...] = ()

    @property
    def main(self) -> Flow:
        """The model itself."""
        return self.flows[MAIN]

    @property
    def title(self) -> str | Phrase:
        """The name of the document, or “A model”."""
        return self.document.name if self.document.name not in UNTITLED else phrase("A model")

    @property
    def purpose(self) -> Problem | None:
        """What the model is for; None when its data are not chosen."""
        return describing.purpose(self.title, self.document, self.main, self.data)

    def docstring(self, purpose: Problem | None = None) -> Docstring:
        """The docstring of a module: the purpose or the title, then the description, if any.

        Without both, it has the title, the kind of network, and its inputs and outputs.
        """
        text = self.document.description
        if purpose is None and not text:
            purpose = describing.described(self.title, self.flows, MAIN)
        elif purpose is None and self.name:
            purpose = problem("code_titled", title=self.title)
        return Docstring(purpose, text)

    @property
    def name(self) -> str:
        """The model's name as an identifier; empty when it is untitled."""
        return identifier(self.document.name) if self.document.name not in UNTITLED else ""

    @property
    def file_name(self) -> str:
        """The name of the files of this program, without a suffix; one that every system takes."""
        name = self.name or "model"
        return f"model_{name}" if is_device(name) else name

    @property
    def lost(self) -> int:
        """How many layers could not be written."""
        return sum(flow.lost for flow in self.flows.values())

    @property
    def incomplete(self) -> Problem | None:
        """That layers could not be written, and the first error because of which they are not."""
        if not self.lost:
            return None
        flows = [self.main, *(flow for flow in self.flows.values() if flow is not self.main)]
        cause = next((cause for flow in flows for cause in flow.causes), None)
        if cause is None:
            return problem("code_incomplete", count=self.lost)
        return problem("code_incomplete.why", count=self.lost, why=quoted(cause))


def build_program(
    document: Document,
    target: CodeTarget,
    data: DataSets,
    language: NullTranslations,
    errors: Sequence[Problem] = (),
) -> Program:
    """Find the flow of every graph that the model uses.

    Of the `errors`, those of layers become comments at these, others in the training.
    """
    engine = target.backend_for(document.target)
    if target.exact:
        document = for_engine(document, engine)
    whole, document = document, with_names(without_bypassed(document))
    outline = Outline(document, whole)
    graphs = _used(document)
    recursive = outline.graphs.keys() - Models(outline).depth.keys()
    without_tensors: dict[str, list[Problem]] = {}
    flows: dict[str, Flow] = {}
    of_layers = [error for error in errors if not concerns_training(error)]
    of_training = tuple(error for error in errors if concerns_training(error))
    refused = [*layer_problems(document, engine)] if target.exact else []
    for graph in graphs:
        if graph != MAIN and graph in recursive:
            continue
        flows[graph] = find_flow(
            outline,
            graph,
            without_tensors,
            recursive,
            of_layers,
            refused=refused,
            all_names=target.exact,
        )
        flows[graph].add_bypassed(whole.graph(graph))
        if not flows[graph].outputs:
            without_tensors[graph] = flows[graph].causes
    scope = Scope(frozenset({"build_model"}))
    functions = {
        graph: scope.unique(f"build_{identifier(model_name(outline.graphs[graph])) or 'part'}")
        for graph in flows
        if graph != MAIN and graph not in without_tensors
    }
    return Program(document, target, data, language, flows, functions, of_training)


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


def blocks(program: Program, graph: str, scope: Scope) -> tuple[Blocks, list[Statement]]:
    """A graph as calls of functions, and these functions; `scope` gets their names."""
    result = find_blocks(program.flows[graph], scope)
    return result, [_block(program, block, result) for block in result.functions]


def _block(program: Program, block: Block, parts: Blocks) -> Function:
    """The function of a repeated part of a graph."""
    parameters = (*((name, None) for name in block.tensors), *block.parameters)
    names = (name for name, _ in parameters)
    scope = _scope(program, *names)
    body = Body(block.flow, program.functions, scope, parts.explicit)
    *statements, last = _folded(body, parts)
    assert isinstance(last, Assign)
    end = Return(last.value, last.nodes)
    signature = tuple((name, "", default) for name, default in parameters)
    return Function(block.name, (*statements, end), signature, typed=False)


def _folded(body: Body, parts: Blocks) -> tuple[Statement, ...]:
    """The lines of a body, of which the calls of functions may leave out defaults."""
    defaults = {
        block.name: {name: value for name, value in block.parameters if value is not None}
        for block in parts.functions
    }
    return fold_stages(body.statements, defaults)


def submodels(program: Program) -> Iterator[Statement]:
    """A function for each sub-model."""
    for graph, name in program.functions.items():
        flow = program.flows[graph]
        about = describing.described(model_name(flow.index.graph), program.flows, graph)
        yield from _function(program, graph, name, about)


def model_function(program: Program, *, describe: bool = False) -> Iterator[Statement]:
    """The function `build_model`, which builds and returns the model, after those that it calls.

    With `describe`, its docstring has what the module's has not: inputs, outputs and size.
    """
    about = describing.builds(program.flows, MAIN) if describe else problem("code_builds")
    yield from _function(program, MAIN, "build_model", about)


def _function(program: Program, graph: str, name: str, about: Problem) -> Iterator[Statement]:
    parameters: tuple[tuple[str, str, Expression | None], ...] = ()
    if graph == MAIN:
        name_value = _literal_name(program.name)
        scope = _scope(program)
    else:
        parameters = (("name", "str", Literal(_default_names(program)[graph])),)
        name_value = Variable("name")
        scope = _scope(program, "name")
    parts, functions = blocks(program, graph, scope)
    yield from functions
    body = Body(parts.flow, program.functions, scope, parts.explicit)
    end: Statement = Return(body.model(name_value))
    if not body.outputs:
        end = Raise("NotImplementedError", problem("code_without_output"))
    statements = (Docstring(about), *_folded(body, parts), end)
    yield Function(name, statements, parameters, Path(targets.MODEL))


def _default_names(program: Program) -> dict[str, str]:
    """The default name of each sub-model; several graphs may have the same name."""
    graphs = [program.flows[graph].index.graph for graph in program.functions]
    return dict(zip(program.functions, unique(map(model_name, graphs)), strict=True))


def _scope(program: Program, *names: str) -> Scope:
    return Scope(frozenset({"build_model", *program.functions.values(), *names}))


def _literal_name(name: str) -> Expression | None:
    return Literal(name) if name else None


def functional(program: Program, taken: frozenset[str] = frozenset()) -> list[Statement]:
    """The functional model at the top level of a module where the names `taken` are in use."""
    scope = _scope(program, *taken)
    parts, functions = blocks(program, MAIN, scope)
    body = Body(parts.flow, program.functions, scope, parts.explicit)
    statements: list[Statement] = list(_folded(body, parts))
    if body.outputs:
        model = body.model(_literal_name(program.name))
        statements += [Blank(), Assign(("model",), model)]
    return [*submodels(program), *functions, *statements]


def sequential(program: Program) -> list[Statement] | None:
    """The model as a Sequential; None when it is not a linear stack."""
    flow = program.main
    if not _is_stack(flow):
        return None
    explicit = explicit_names(flow)
    layers = tuple(
        layer(flow, flow.written[key], program.functions, explicit) for key in flow.order
    )
    stack = Stack("model", layers, _literal_name(program.name), tuple(flow.order))
    notes = itertools.chain(*flow.notes.values())
    return [*submodels(program), *map(Comment, notes), stack]


def _is_stack(flow: Flow) -> bool:
    """Whether it is one Input, then layers with one input and one output, none shared.

    Calls have no arguments, and no layer needs a variable to be frozen.
    """
    if len(flow.inputs) != 1 or len(flow.outputs) != 1 or flow.inputs == flow.order:
        return False
    before = None
    for key in flow.order:
        written = flow.written[key]
        if is_op(written.owner) or written.call_arguments or freezes_inside(written.owner):
            return False
        if before is not None and written.tensors != (before,):
            return False
        if written.owner.id != key or len(written.ports.outputs) > 1:
            return False
        if any(port.variadic for port in written.ports.inputs if port.name in written.sources):
            return False
        before = written.value
    return before == flow.outputs[0]
