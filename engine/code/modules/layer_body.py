"""The lines of layers in a class: what its constructor creates, and what its method calls."""

from engine.code.lines.flow import Flow, Value, Written
from engine.code.lines.steps import Step, Steps
from engine.code.modules.classes import Classes
from engine.code.modules.masking import check_masks, with_mask
from engine.code.modules.naming import attribute
from engine.code.modules.supported import check, left_out
from engine.code.modules.tensors import LayerCall, Lines, RefusedError, Tensor
from engine.code.syntax.tree import (
    Assign,
    Call,
    Comment,
    Expression,
    Return,
    Statement,
    Variable,
)
from engine.code.syntax.words import Scope
from engine.document import MAIN
from engine.graph.kinds import MODEL, is_op
from engine.problems import At, phrase, problem


class LayerBody:
    """The attributes of a constructor, and the lines of a method, for the layers of a flow."""

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
        self._masks: set[str] = set()

    def write(self) -> None:
        """Write all lines, in order."""
        for step in Steps(self.flow, self.scope).steps():
            self._write(step)
        self.lines += [Comment(note) for note in self.flow.notes.get(None, ())]

    @property
    def outputs(self) -> tuple[Tensor, ...]:
        """The outputs that could be written."""
        return tuple(self.tensors[value] for value in self.flow.outputs if value in self.tensors)

    def _write(self, step: Step) -> None:
        written = self.flow.written[step.node]
        self.lines += [Comment(note) for note in self.flow.notes.get(step.node, ())]
        if step.aside:
            self.lines.append(Assign(step.aside[:1], Variable(step.aside[1])))
            self._move(step.aside)
        if written.is_input:
            self._input(step, written)
        else:
            self._call(step, written)

    def _call(self, step: Step, written: Written) -> None:
        """Write the call of a layer, if what it takes could be written."""
        if all(value in self.tensors for value in written.tensors):
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

    def _lines(self, call: LayerCall) -> Lines:
        writer = self._submodel if call.layer == MODEL else self.library.writers.get(call.layer)
        if writer is None:
            raise RefusedError
        check(call)
        check_masks(call, trained=not self.classes.loads)
        return with_mask(call, writer(call))

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
