"""The class of one graph, and those of its repeated parts."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.catalogue import snake_case
from engine.code.folding.repeated_parts import Part as RepeatedPart
from engine.code.folding.repeated_parts import divided
from engine.code.lines.flow import Flow, Written
from engine.code.lines.steps import Step
from engine.code.modules.classes import Classes, Part
from engine.code.modules.layer_body import LayerBody
from engine.code.modules.masking import without_unused
from engine.code.modules.naming import attribute
from engine.code.modules.parts import (
    PartClass,
    Place,
    arguments_of,
    call_of,
    groups,
    saves,
    shared,
    sizes_of,
)
from engine.code.modules.place_body import PlaceBody
from engine.code.modules.tensors import RefusedError
from engine.code.syntax.tree import (
    Assign,
    Blank,
    Call,
    Class,
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
from engine.document import MAIN
from engine.problems import Problem, phrase

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


def add_graph(classes: Classes, graph: str, flow: Flow, about: Problem) -> None:
    """Write the class of a graph, after those of its repeated parts."""
    without: set[int] = set()
    while True:
        refused = len(classes.refused)
        division = divided(flow, without)
        body = ClassBody(classes, graph, division.flow, division.parts)
        body.write()
        body.check_training()
        unsuitable = body.share()
        if not unsuitable:
            break
        del classes.refused[refused:]
        without |= unsuitable
    statements = (*body.part_classes(), body.statement(about))
    arguments = classes.library.arguments if body.constructor else ()
    classes.parts[graph] = Part(statements, body.outputs, arguments, body.attribute_of)


class ClassBody(LayerBody):
    """The class of one graph: the attributes of its constructor, and the lines of its method."""

    def __init__(
        self, classes: Classes, graph: str, flow: Flow, places: Mapping[str, RepeatedPart]
    ) -> None:
        super().__init__(classes, graph, flow)
        self._repeated = places
        self._uses: list[Use] = []
        self._shared: list[tuple[str, PartClass]] = []
        self._fields: dict[str, str] = {}
        self._masked_kinds: set[int] = set()

    def _call(self, step: Step, written: Written) -> None:
        if step.node in self._repeated:
            self._place(step, written)
        else:
            super()._call(step, written)

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

    def check_training(self) -> None:
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


def _method(name: str, parameters: Iterable[str], body: tuple[Statement, ...]) -> Function:
    return Function(name, body, tuple((key, "", None) for key in parameters), typed=False)
