"""A model as classes of another library: one class for each graph, layers in its constructor."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path as File

from engine.catalogue import snake_case
from engine.code.folding.repeated_parts import Part as RepeatedPart
from engine.code.folding.repeated_parts import divided
from engine.code.lines.flow import Flow, Value, Written
from engine.code.lines.steps import Step, Steps
from engine.code.modules.dialect import Dialect
from engine.code.modules.masking import check_masks, with_mask, without_unused
from engine.code.modules.naming import attribute, camel
from engine.code.modules.parts import (
    Attributes,
    PartClass,
    Place,
    arguments_of,
    call_of,
    groups,
    saves,
    shared,
    sizes_of,
    word_of,
)
from engine.code.modules.supported import check, left_out
from engine.code.modules.tensors import LayerCall, Lines, RefusedError, Tensor, Writer
from engine.code.modules.training import Trainer
from engine.code.syntax.imports import parts_of
from engine.code.syntax.tree import (
    Assign,
    Blank,
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
from engine.code.syntax.tree import (
    Mapping as Table,
)
from engine.code.syntax.words import Scope
from engine.document import MAIN
from engine.graph.kinds import MODEL, is_op
from engine.problems import At, Problem, phrase, problem

KERAS_NAMES = "keras_names"
"""The attribute of a class with the names of layers in Keras that its attributes can't have."""
KERAS_LAYERS = "keras_layers"
"""The attribute of a repeated part with the names of its layers, with fields for each place."""


@dataclass(frozen=True)
class Use:
    """Where a place of a part is created and called: indices of lines that are written later."""

    place: Place
    created: int
    called: int
    targets: tuple[str, ...]
    values: list[Expression]


@dataclass(frozen=True)
class Library:
    """A library whose classes a model can be written as.

    `base` is the path of its class of models, `method` the method that computes. `start` are the
    first lines of a constructor, `parameters` what it takes and `arguments` what it is given.
    `reserved` are names that attributes must not have, `modules` those of imports. `last` returns
    a tensor with its channels as the last axis. `weights` is the source file of the function that
    loads Keras's weights; `copiers` names the functions in it by the path of a layer,
    `helpers` its classes that models may use. `trainer` is how scripts train.
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
    trainer: Trainer | None = None


@dataclass(frozen=True)
class Part:
    """The class of one graph, after those of its repeated parts, and its outputs."""

    statements: tuple[Class, ...]
    outputs: tuple[Tensor, ...]
    arguments: tuple[tuple[str, Expression], ...] = ()


@dataclass
class Classes:
    """Writes the graphs of a program, callees first; owns what was refused and left out."""

    library: Library
    names: Mapping[str, str]
    scope: Scope
    parts: dict[str, Part] = field(default_factory=dict)
    refused: list[Problem] = field(default_factory=list)
    omitted: dict[str, None] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    """The paths of layers in the constructors, and the names of classes that are copied."""
    loads: bool = True
    """Whether the code loads Keras's weights, for which it has the names of layers in Keras."""

    def add(self, graph: str, flow: Flow, about: Problem) -> None:
        """Write the class of a graph, after those of its repeated parts."""
        without: set[int] = set()
        while True:
            refused = len(self.refused)
            division = divided(flow, without)
            body = ClassBody(self, graph, division.flow, division.parts)
            body.write()
            unsuitable = body.share()
            if not unsuitable:
                break
            del self.refused[refused:]
            without |= unsuitable
        statements = (*body.part_classes(), body.statement(about))
        arguments = self.library.arguments if body.constructor else ()
        self.parts[graph] = Part(statements, body.outputs, arguments)

    def unique_name(self, name: str) -> str:
        """A name for the class of a part that is called `name` as a function."""
        name, number = camel(name), 1
        while self.scope.holds(free := f"{name}{number}" if number > 1 else name):
            number += 1
        return self.scope.unique(free)

    def note_use(self, layer: Expression) -> None:
        """Note what the constructor of a layer refers to."""
        for part in parts_of([layer]):
            if isinstance(part, Path):
                self.used.add(part.path)
            elif isinstance(part, Variable):
                self.used.add(part.name)


class ClassBody:
    """The class of one graph: the attributes of its constructor, and the lines of its method."""

    def __init__(
        self, classes: Classes, graph: str, flow: Flow, places: Mapping[str, RepeatedPart]
    ) -> None:
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
        self._repeated = places
        self._uses: list[Use] = []
        self._shared: list[tuple[str, PartClass]] = []
        self._fields: dict[str, str] = {}
        self._masks: set[str] = set()
        self._masked_kinds: set[int] = set()

    def write(self) -> None:
        """Write all lines, in order."""
        for step in Steps(self.flow, self.scope).steps():
            self._write(step)
        self._check_training()
        self.lines += [Comment(note) for note in self.flow.notes.get(None, ())]

    @property
    def outputs(self) -> tuple[Tensor, ...]:
        """The outputs that could be written."""
        return tuple(self.tensors[value] for value in self.flow.outputs if value in self.tensors)

    def statement(self, about: Problem) -> Class:
        """The class, with its constructor and its method."""
        library = self.library
        created = (*library.start, *self.constructor)
        body: list[Statement] = [Docstring(about)]
        body += self._keras_names()
        if created:
            body.append(_method("__init__", ("self", *library.parameters), created))
        end = self._end()
        compute = (*without_unused(self.lines, end, self._masks), *end)
        body.append(_method(library.method, ("self", *self.inputs), compute))
        return Class(self.classes.names[self.graph], Path(library.base), tuple(body))

    def _keras_names(self) -> list[Statement]:
        """The names of layers in Keras that can't be names of attributes."""
        names = {
            name: self.flow.names[owner]
            for owner, name in self.attribute_of.items()
            if name != self.flow.names[owner]
        }
        names |= {name: text for name, text in self._fields.items() if name != text}
        if not names or not self.classes.loads:
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
        elif step.node in self._repeated:
            self._place(step, written)
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
        self.classes.used |= {lines.helper} - {""}
        if isinstance(lines.mask, Variable):
            self._masks.add(lines.mask.name)
        self._assign(step, written, call, lines)

    def _place(self, step: Step, written: Written) -> None:
        """Write one place of a repeated part, and leave a line for it here and there."""
        part = self._repeated[step.node]
        if not all(value in self.tensors for value in written.tensors):
            return
        tensors = [self.tensors[value] for value in written.tensors]
        place = PlaceBody(self.classes, self.graph, part, tensors).place()
        if place is None:
            return
        if place.output.mask or any(tensor.mask for tensor in tensors):
            self._masked_kinds.add(part.kind)  # a class takes and returns tensors only
        values = [tensor.value for tensor in tensors]
        self._uses.append(Use(place, len(self.constructor), len(self.lines), step.targets, values))
        self.constructor.append(Blank())
        self.lines.append(Blank())
        self.tensors[written.value] = place.output.with_value(Variable(step.targets[0]))

    def share(self) -> set[int]:
        """Let the places of parts share classes; the kinds of those that share too little."""
        if self._masked_kinds:
            return self._masked_kinds
        kinds = Counter(use.place.kind for use in self._uses)
        shares = groups(use.place for use in self._uses)
        found = Counter(places[0].kind for places in shares)
        classes = [(places, shared(places)) for places in shares]
        unsuitable = {kind for kind, count in found.items() if 2 * count > kinds[kind]}
        unsuitable |= {
            kind
            for kind, count in found.items()
            if count > 1 and not saves([each for each in shares if each[0].kind == kind])
        }
        unsuitable |= {places[0].kind for places, part in classes if part is None}
        if unsuitable:
            return unsuitable
        index_of = {id(use.place): use for use in self._uses}
        for places, part in classes:
            assert part is not None
            name = self.classes.unique_name(places[0].name)
            self._shared.append((name, part))
            for index, place in enumerate(places):
                self._use(index_of[id(place)], name, part, index)
        return set()

    def _use(self, use: Use, name: str, part: PartClass, index: int) -> None:
        """Write the lines for one place: that which creates it, and that which calls it."""
        library = self.library
        text = part.fields[index]
        own = attribute(text, library.reserved) == text and not text.isdigit()
        target = self.attributes.unique(text if own else snake_case(name))
        self._fields[target] = text
        given = arguments_of(part, index)
        more = library.arguments if part.constructor else ()
        created = Call(Variable(name), given.positional, (*given.keywords, *more))
        self.constructor[use.created] = Assign((f"self.{target}",), created)
        self.lines[use.called] = Assign(use.targets, call_of(target, use.values))

    def part_classes(self) -> Iterator[Class]:
        """The classes of repeated parts."""
        library = self.library
        for name, part in self._shared:
            body: list[Statement] = []
            if self.classes.loads:
                table = Table(tuple((key, Literal(text)) for key, text in part.names.items()))
                body.append(Assign((KERAS_LAYERS,), table))
            sizes = sizes_of(part)
            others = [key for key in part.columns if key not in sizes]
            taken = ("self", *sizes, *others, *(library.parameters if part.constructor else ()))
            created = (*library.start, *part.constructor)
            if created:
                body.append(_method("__init__", taken, created))
            body.append(_method(library.method, ("self", *part.parameters), part.lines))
            yield Class(name, Path(library.base), tuple(body))

    def _lines(self, call: LayerCall) -> Lines:
        writer = self._submodel if call.layer == MODEL else self.library.writers.get(call.layer)
        if writer is None:
            raise RefusedError
        check(call)
        check_masks(call, trained=not self.classes.loads)
        return with_mask(call, writer(call))

    def _check_training(self) -> None:
        """Refuse outputs with a mask in a script: Keras's loss leaves out what it masks."""
        if self.classes.loads or self.graph != MAIN:
            return
        for value in self.flow.outputs:
            if value in self.tensors and self.tensors[value].mask:
                written = self.flow.written[value[0]]
                self._refuse(
                    value[0],
                    written,
                    RefusedError(phrase("the loss would leave out what its mask does")),
                )

    def _submodel(self, call: LayerCall) -> Lines:
        graph = call.written.owner.graph or ""
        part = self.classes.parts[graph]
        if len(part.outputs) < len(call.written.ports.outputs):
            raise RefusedError(phrase("a layer inside has none"))
        if any(output.mask for output in part.outputs):
            raise RefusedError(phrase("it returns a mask"))
        tensors = tuple(self.library.last(tensor) for tensor in call.tensors)
        value = Call(call.attribute, tensors)
        layer = Call(Variable(self.classes.names[graph]), (), part.arguments)
        outputs = tuple(Tensor(value, output.shape) for output in part.outputs)
        return Lines(outputs, layer, call=value if len(outputs) > 1 else None)

    def _attribute(self, written: Written) -> str:
        """The attribute of a layer: its name in Keras, if an attribute may have that."""
        owner = written.owner.id
        if is_op(written.owner):
            return ""
        if owner not in self.attribute_of:
            self.attribute_of[owner] = self.attributes.unique(self._name(written))
        return self.attribute_of[owner]

    def _name(self, written: Written) -> str:
        return attribute(self.flow.names[written.owner.id], self.library.reserved)

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


class PlaceBody(ClassBody):
    """One place of a repeated part; `tensors` are those that it takes."""

    def __init__(
        self, classes: Classes, graph: str, part: RepeatedPart, tensors: Sequence[Tensor]
    ) -> None:
        super().__init__(classes, graph, part.body, {})
        self.part = part
        self.given = tensors
        for key, tensor in zip(part.body.inputs, tensors, strict=True):
            written = part.body.written[key]
            name = self.scope.unique(written.node.name)
            self.inputs.append(name)
            self.tensors[written.value] = tensor.with_value(Variable(name))
        layers = [part.body.written[key].owner.layer for key in part.nodes]
        words = Counter(word_of(layer) for layer in layers if not layer.startswith("ops."))
        self._words = Attributes(dict(words))

    def place(self) -> Place | None:
        """The code of this place; None when a layer in it is refused."""
        self.write()
        returned = self.flow.returned
        if returned is None or returned not in self.tensors:
            return None
        output = self.tensors[returned]
        end = self._return(output.value)
        owners = {name: owner for owner, name in self.attribute_of.items()}
        created = [line.targets[0] for line in self.constructor if isinstance(line, Assign)]
        names = tuple(name for name in owners if f"self.{name}" in created)
        return Place(
            kind=self.part.kind,
            name=self.part.name,
            parameters=tuple(self.inputs),
            layouts=tuple((tensor.rank, tensor.first, tensor.whole) for tensor in self.given),
            constructor=tuple(self.constructor),
            lines=(*without_unused(self.lines, [end], self._masks), end),
            attributes=names,
            keras_names=tuple(self.flow.names[owners[name]] for name in names),
            output=output,
        )

    def _name(self, written: Written) -> str:
        return attribute(self._words.name(written.owner.layer), self.library.reserved)


def _method(name: str, parameters: Iterable[str], body: tuple[Statement, ...]) -> Function:
    return Function(name, body, tuple((key, "", None) for key in parameters), typed=False)
