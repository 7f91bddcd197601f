"""A model as classes of another library: one class for each graph, layers in its constructor."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path as File

from engine.code.flow import Flow, Value, Written
from engine.code.imports import parts_of
from engine.code.modules.dialect import Dialect
from engine.code.modules.naming import attribute
from engine.code.modules.supported import check, left_out
from engine.code.modules.tensors import LayerCall, Lines, RefusedError, Shape, Tensor, Writer
from engine.code.steps import Step, Steps
from engine.code.tree import (
    Assign,
    Call,
    Class,
    Comment,
    Docstring,
    Expression,
    Function,
    Group,
    Literal,
    Path,
    Return,
    Statement,
    Variable,
)
from engine.code.tree import (
    Mapping as Table,
)
from engine.code.words import Scope
from engine.document import MAIN
from engine.graph.kinds import MODEL, is_op
from engine.problems import At, Problem, phrase, problem

KERAS_NAMES = "keras_names"


@dataclass(frozen=True)
class Library:
    """A library whose classes a model can be written as.

    `base` is the path of its class of models, `method` the method that computes. `start` are the
    first lines of a constructor, `parameters` what it takes and `arguments` what it is given.
    `reserved` are names that attributes must not have, `modules` those of imports. `last` returns
    a tensor with its channels as the last axis. `weights` is the source file of the function that
    loads Keras's weights; `copiers` names the functions in it by the path of a layer,
    `helpers` its classes that models may use.
    """

    title: str
    base: str
    method: str
    dialect: Dialect
    writers: Mapping[str, Writer]
    reserved: frozenset[str]
    modules: frozenset[str]
    last: Callable[[Tensor], Expression]
    weights: File
    copiers: Mapping[str, str]
    helpers: tuple[str, ...] = ()
    start: tuple[Statement, ...] = ()
    parameters: tuple[str, ...] = ()
    arguments: tuple[tuple[str, Expression], ...] = ()
    example: tuple[tuple[str, Expression], ...] = ()


@dataclass(frozen=True)
class Part:
    """The class of one graph, and the shapes of its outputs."""

    statement: Class
    shapes: tuple[Shape, ...]
    arguments: tuple[tuple[str, Expression], ...] = ()


@dataclass
class Classes:
    """Writes the graphs of a program, callees first; owns what was refused and left out."""

    library: Library
    names: Mapping[str, str]
    parts: dict[str, Part] = field(default_factory=dict)
    refused: list[Problem] = field(default_factory=list)
    omitted: dict[str, None] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    """The paths of layers in the constructors, and the names of classes that are copied."""

    def add(self, graph: str, flow: Flow, about: Problem) -> None:
        """Write the class of a graph."""
        body = ClassBody(self, graph, flow)
        arguments = self.library.arguments if body.constructor else ()
        self.parts[graph] = Part(body.statement(about), body.shapes, arguments)

    def note_use(self, layer: Expression) -> None:
        """Note what the constructor of a layer refers to."""
        for part in parts_of([layer]):
            if isinstance(part, Path):
                self.used.add(part.path)
            elif isinstance(part, Variable):
                self.used.add(part.name)


class ClassBody:
    """The class of one graph: the attributes of its constructor, and the lines of its method."""

    def __init__(self, classes: Classes, graph: str, flow: Flow) -> None:
        self.classes = classes
        self.library = classes.library
        self.graph = graph
        self.flow = flow
        self.scope = Scope(self.library.modules | {"self", *classes.names.values()})
        self.attributes = Scope(self.library.reserved)
        self.attribute_of: dict[str, str] = {}
        self.layers: dict[str, Lines] = {}
        self.tensors: dict[Value, Tensor] = {}
        self.constructor: list[Statement] = []
        self.lines: list[Statement] = []
        self._noted: set[str] = set()
        self.inputs: list[str] = []
        for step in Steps(flow, self.scope).steps():
            self._write(step)
        self.lines += [Comment(note) for note in flow.notes.get(None, ())]

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The shapes of the outputs."""
        return tuple(
            self.tensors[value].shape for value in self.flow.outputs if value in self.tensors
        )

    def statement(self, about: Problem) -> Class:
        """The class, with its constructor and its method."""
        library = self.library
        inputs = tuple((name, "", None) for name in ("self", *self.inputs))
        created = (*library.start, *self.constructor)
        parameters = tuple((name, "", None) for name in ("self", *library.parameters))
        body: list[Statement] = [Docstring(about)]
        body += self._keras_names()
        if created:
            body.append(Function("__init__", created, parameters, typed=False))
        end = self._end()
        compute = (*self.lines, *end)
        body.append(Function(library.method, compute, inputs, typed=False))
        return Class(self.classes.names[self.graph], Path(library.base), tuple(body))

    def _keras_names(self) -> list[Statement]:
        """The names of layers in Keras that can't be names of attributes."""
        names = {
            name: self.flow.names[owner]
            for owner, name in self.attribute_of.items()
            if name != self.flow.names[owner]
        }
        if not names:
            return []
        return [Assign((KERAS_NAMES,), Table(tuple((k, Literal(v)) for k, v in names.items())))]

    def _write(self, step: Step) -> None:
        written = self.flow.written[step.node]
        self.lines += [Comment(note) for note in self.flow.notes.get(step.node, ())]
        if step.aside:
            self.lines.append(Assign(step.aside[:1], Variable(step.aside[1])))
            self._move(step.aside)
        if written.is_input:
            self._input(step, written)
        elif all(value in self.tensors for value in written.tensors):
            self._layer(step, written)

    def _move(self, aside: tuple[str, str]) -> None:
        """A tensor is in another variable from here on."""
        name, before = aside
        for value, tensor in self.tensors.items():
            if tensor.value == Variable(before):
                self.tensors[value] = tensor.with_value(Variable(name))

    def _input(self, step: Step, written: Written) -> None:
        shape = written.owner.params.get("shape")
        name = step.targets[0]
        self.inputs.append(name)
        axes = shape if isinstance(shape, list) else []
        lengths = tuple(axis if isinstance(axis, int) else None for axis in axes)
        kind = str(written.owner.params.get("dtype") or "float32")
        self.tensors[written.value] = Tensor(Variable(name), lengths, whole="int" in kind)
        if kind == "string":
            self._refuse(step.node, written, RefusedError(phrase("it takes text")))

    def _layer(self, step: Step, written: Written) -> None:
        call = LayerCall(
            written,
            self._attribute(written),
            {
                port: tuple(self.tensors[value] for value in values)
                for port, values in written.sources.items()
            },
            self.library.dialect,
            self.scope.unique,
        )
        try:
            lines = self._lines(call)
            self._create(written, call, lines)
        except RefusedError as refused:
            self._refuse(step.node, written, refused)
            return
        self.classes.omitted |= dict.fromkeys(left_out(written))
        self._assign(step, written, call, lines)

    def _lines(self, call: LayerCall) -> Lines:
        writer = self._submodel if call.layer == MODEL else self.library.writers.get(call.layer)
        if writer is None:
            raise RefusedError
        check(call)
        return writer(call)

    def _submodel(self, call: LayerCall) -> Lines:
        graph = call.written.owner.graph or ""
        part = self.classes.parts[graph]
        if len(part.shapes) < len(call.written.ports.outputs):
            raise RefusedError(phrase("a layer inside has none"))
        tensors = tuple(self.library.last(tensor) for tensor in call.tensors)
        value = Call(call.attribute, tensors)
        layer = Call(Variable(self.classes.names[graph]), (), part.arguments)
        outputs = tuple(Tensor(value, shape) for shape in part.shapes)
        return Lines(outputs, layer, call=value if len(outputs) > 1 else None)

    def _attribute(self, written: Written) -> str:
        """The attribute of a layer: its name in Keras, if an attribute may have that."""
        owner = written.owner.id
        if is_op(written.owner):
            return ""
        if owner not in self.attribute_of:
            name = attribute(self.flow.names[owner], self.library.reserved)
            self.attribute_of[owner] = self.attributes.unique(name)
        return self.attribute_of[owner]

    def _create(self, written: Written, call: LayerCall, lines: Lines) -> None:
        """Create the layer, unless another call did: they must agree on it."""
        owner = written.owner.id
        if owner in self.layers:
            if self.layers[owner].layer != lines.layer:
                raise RefusedError(phrase("its layer is shared with inputs of another size"))
            return
        self.layers[owner] = lines
        if lines.layer is None:
            self.attribute_of.pop(owner, None)
            return
        self.classes.note_use(lines.layer)
        target = (f"self.{call.name}",)
        self.constructor.append(Assign(target, lines.layer, self._nodes(owner)))
        self.constructor += lines.setup

    def _assign(self, step: Step, written: Written, call: LayerCall, lines: Lines) -> None:
        for note in call.notes:
            if note.key not in self._noted:
                self._noted.add(note.key)
                self.lines.append(Comment(note))
        self.lines += lines.before
        nodes = self._nodes(step.node)
        if lines.call is not None:
            self.lines.append(Assign(step.targets, lines.call, nodes))
        ports = written.ports.outputs
        targets = dict(zip([port.name for port in ports], step.targets, strict=False))
        for port, output in zip(ports, lines.outputs, strict=False):
            target = targets.get(port.name, "_")
            if target.startswith(("_", "*")):
                continue
            if lines.call is None:
                self.lines.append(Assign((target,), output.value, nodes))
            self.tensors[step.node, port.name] = output.with_value(Variable(target))

    def _nodes(self, node: str) -> tuple[str, ...]:
        return (node,) if self.graph == MAIN else ()

    def _end(self) -> list[Statement]:
        """Return the outputs: one tensor, a dictionary by name, or in a part of a model a tuple."""
        values = [value for value in self.flow.outputs if value in self.tensors]
        tensors = [self.library.last(self.tensors[value]) for value in values]
        if len(tensors) == 1:
            return [self._return(tensors[0])]
        names = [self.flow.names[node] for node, _ in values]
        if self.graph == MAIN and len(set(names)) == len(names):
            return [Return(Table(tuple(zip(names, tensors, strict=True))))]
        return [Return(Group(tuple(tensors), tuples=True))]

    def _return(self, value: Expression) -> Return:
        """Return one tensor: that of the last line, without a variable for it."""
        last = self.lines[-1] if self.lines else None
        if isinstance(last, Assign) and last.targets == (getattr(value, "name", ""),):
            self.lines.pop()
            return Return(last.value, last.nodes)
        return Return(value)

    def _refuse(self, node: str, written: Written, refused: RefusedError) -> None:
        self.classes.refused.append(
            problem(
                "module_lacks.why" if refused.why else "module_lacks",
                At(graph=self.graph, node=node),
                name=self.flow.display_name(node),
                layer=written.owner.layer,
                library=self.library.title,
                why=refused.why,
            )
        )
