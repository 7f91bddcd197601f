"""Repeated parts of a model as layers of Keras: the functions of functional code as classes."""

from collections import Counter
from collections.abc import Collection

from engine.catalogue import load
from engine.code.folding.blocks import Block
from engine.code.lines.flow import Written
from engine.code.modules.naming import attribute
from engine.code.modules.parts import Attributes, word_of
from engine.code.modules.subclass_body import NAME, RESERVED, Around, ClassBody, returned
from engine.code.program import Program
from engine.code.syntax.tree import Call, Class, Numbered, Path
from engine.code.syntax.words import identifier
from engine.document import MAIN
from engine.graph.kinds import MODEL, is_op

LAYER = "keras.layers.Layer"


class PartBody(ClassBody):
    """The class of a part: its layers are named by attributes, as their names are its own."""

    def __init__(self, block: Block, around: Around) -> None:
        values = {name: default for name, default in block.parameters if name != NAME}
        super().__init__(block.flow, around, block.tensors, values)
        self.block = block
        self.parameters = tuple((name, "", default) for name, default in values.items())
        lines = [block.flow.written[key] for key in block.flow.order]
        created = [line for line in lines if not line.is_input and not _is_op(line)]
        self._roles = _roles(created)
        self._words = Attributes(dict(Counter(map(_word, created))))
        self.write()

    def statement(self) -> Class:
        """The class, which takes and returns tensors."""
        result = self.steps.variables[self.flow.returned] if self.flow.returned else ""
        lines = returned(self.lines, result)
        body = self.methods(self.parameters, self.block.tensors, lines)
        return Class(self.around.parts[self.block.name], Path(LAYER), body)

    def name_of(self, written: Written) -> str:
        """What the layer's name says of it in all places, else a numbered word for its class."""
        if self._roles:
            return self._roles[written.node.id]
        return attribute(self._words.numbered(_word(written)), RESERVED)

    def _layer(self, written: Written) -> Call:
        return _without_name(super()._layer(written))


def _without_name(call: Call) -> Call:
    keywords = tuple(item for item in call.keywords if item[0] != NAME)
    return Call(call.function, call.positional, keywords)


def _is_op(written: Written) -> bool:
    return not written.function and is_op(written.owner)


def _word(written: Written) -> str:
    return written.function or word_of(written.owner.layer)


def _roles(lines: Collection[Written]) -> dict[str, str]:
    """The words that the names of all layers add to that of their part: `expand`, `project_bn`.

    Nothing if some add none, or only a number.
    """
    roles: dict[str, str] = {}
    for line in lines:
        name = dict(line.arguments.keywords).get(NAME) if line.function else line.name
        text = name.after.strip("_") if isinstance(name, Numbered) and not name.then else ""
        if not text or text[0].isdigit() or identifier(text) in roles.values():
            return {}
        roles[line.node.id] = attribute(identifier(text), RESERVED)
    return roles


def masked(program: Program, graph: str) -> frozenset[str]:
    """The nodes that may have a mask, which a layer with layers inside would not pass on."""
    begins = any(
        _begins(written) for flow in program.flows.values() for written in flow.written.values()
    )
    found: set[str] = set()
    flow = program.flows[graph]
    for key in flow.order if begins else ():
        written = flow.written[key]
        inside = written.owner.layer == MODEL or (written.is_input and graph != MAIN)
        if inside or _begins(written) or any(value[0] in found for value in written.tensors):
            found.add(key)
    return frozenset(found)


def _begins(written: Written) -> bool:
    """Whether a layer begins a mask."""
    entry = load().layer(written.owner.layer)
    return written.owner.layer == "Masking" or (
        entry is not None and bool(written.owner.params.get("mask_zero"))
    )
