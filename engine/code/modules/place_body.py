"""One place of a repeated part, written by itself, with its own sizes and its layout."""

from collections import Counter
from collections.abc import Sequence

from engine.code.folding.repeated_parts import Part as RepeatedPart
from engine.code.lines.flow import Written
from engine.code.modules.classes import Classes
from engine.code.modules.layer_body import LayerBody
from engine.code.modules.masking import without_unused
from engine.code.modules.naming import attribute
from engine.code.modules.parts import (
    Attributes,
    Place,
    word_of,
)
from engine.code.modules.tensors import Tensor
from engine.code.syntax.tree import (
    Assign,
    Variable,
)


class PlaceBody(LayerBody):
    """One place of a repeated part; `tensors` are those that it takes."""

    def __init__(
        self, classes: Classes, graph: str, part: RepeatedPart, tensors: Sequence[Tensor]
    ) -> None:
        super().__init__(classes, graph, part.body)
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
