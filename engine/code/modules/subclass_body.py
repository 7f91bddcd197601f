"""One class of Keras: the attributes that its constructor creates, and the lines of its `call`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from engine.code.folding.skeleton import changed
from engine.code.lines.body import call_layer, call_op, layer
from engine.code.lines.flow import Flow, Written
from engine.code.lines.steps import Step, Steps
from engine.code.modules.naming import attribute
from engine.code.modules.tensors import SELF
from engine.code.syntax.tree import (
    Assign,
    Attribute,
    Call,
    Comment,
    Do,
    Expression,
    Function,
    Literal,
    Return,
    Statement,
    Variable,
)
from engine.code.syntax.words import Scope, identifier
from engine.document import MAIN
from engine.graph.freezing import takes_training
from engine.graph.kinds import is_op

_RESERVED = """
activity_regularizer add_loss add_metric add_update add_variable add_weight autocast build
build_from_config built call compile compile_from_config compiled compiled_loss compiled_metrics
compute_dtype compute_loss compute_mask compute_metrics compute_output_shape compute_output_spec
count_params distribute_strategy dtype dtype_policy dynamic evaluate export finalize_state fit
from_config get_build_config get_compile_config get_config get_layer get_metrics_result
get_weight_paths get_weights input input_dtype input_mask input_shape input_spec inputs
jit_compile layers load_own_variables load_weights loss losses make_predict_function
make_test_function make_train_function metrics metrics_names metrics_variables name name_scope
non_trainable_variables non_trainable_weights optimizer output output_mask output_names
input_names output_shape outputs path predict predict_function predict_on_batch predict_step
quantization_mode quantize quantized_build quantized_call rematerialized_call reset_metrics
reset_states run_eagerly save save_own_variables save_spec save_weights set_weights state_updates
stateful stateless_call stateless_compute_loss stateless_reset_metrics steps_per_execution
stop_training submodules summary supports_jit supports_masking symbolic_call test_function
test_on_batch test_step to_json to_yaml train_function train_on_batch train_step trainable
trainable_variables trainable_weights updates variable_dtype variables weights with_name_scope
"""
RESERVED = frozenset(_RESERVED.split())
"""Attributes of keras.Model, of all versions."""

SUPER = Attribute(Call(Variable("super")), "__init__")
TRAINING, NAME = "training", "name"
Parameter = tuple[str, str, Expression | None]


@dataclass(frozen=True)
class Around:
    """What the classes of one graph have in common.

    `models` are the names of the classes of graphs, `parts` those of functions. `explicit` are the
    classes whose layers all have names. With `passes_training`, calls pass `training` on.
    """

    models: Mapping[str, str]
    parts: Mapping[str, str]
    explicit: frozenset[str]
    passes_training: bool

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all classes."""
        return (*self.models.values(), *self.parts.values())


class ClassBody:
    """The constructor and the lines of one class.

    `taken` are names that no variable may have, `values` the arguments of the constructor.
    """

    def __init__(
        self,
        flow: Flow,
        around: Around,
        taken: Iterable[str],
        values: Iterable[str] = (),
    ) -> None:
        self.flow = flow
        self.around = around
        self.attributes = Scope()
        self.attribute_of: dict[str, str] = {}
        self.values = frozenset(values)
        self.kept: dict[str, None] = {}
        """The arguments that `call` uses, which the constructor therefore keeps."""
        self.constructor: list[Statement] = []
        self.lines: list[Statement] = []
        self.inputs: list[str] = []
        self.steps = Steps(flow, Scope(frozenset({"self", TRAINING, *taken, *around.names})))
        self._traced = flow.index.graph.id == MAIN

    def write(self) -> None:
        """Write all lines, in order."""
        for step in self.steps.steps():
            self._write(step)
        self.lines += [Comment(note) for note in self.flow.notes.get(None, ())]

    def methods(
        self, values: Iterable[Parameter], tensors: Iterable[str], lines: Iterable[Statement]
    ) -> tuple[Function, Function]:
        """The constructor, and `call` with these lines."""
        start: tuple[Statement, ...] = (Do(Call(SUPER, (Variable("**options"),))),)
        kept = tuple(Assign((f"self.{name}",), Variable(name)) for name in self.kept)
        signature = (("self", "", None), *values, ("**options", "", None))
        created = Function("__init__", (*start, *kept, *self.constructor), signature, typed=False)
        training = ((TRAINING, "", Literal(None)),) if self.around.passes_training else ()
        taken = tuple((name, "", None) for name in tensors)
        signature = (("self", "", None), *taken, *training)
        return created, Function("call", tuple(lines), signature, typed=False)

    def _write(self, step: Step) -> None:
        written = self.flow.written[step.node]
        self.lines += [Comment(note) for note in self.flow.notes.get(step.node, ())]
        if step.aside:
            self.lines.append(Assign(step.aside[:1], Variable(step.aside[1])))
        if written.is_input:
            self.inputs.append(step.targets[0])
            return
        if written.entry is not None and is_op(written.owner):
            value = changed(call_op(written.entry, written, step), self._kept)
        else:
            callee = Attribute(SELF, self._attribute(written))
            value = self._trained(written, _called(callee, written, step))
        self.lines.append(Assign(step.targets, value, self._nodes(step.node, written)))

    def _kept(self, value: Expression) -> Expression | None:
        """An argument of the constructor as the attribute that keeps it."""
        if not isinstance(value, Variable) or value.name not in self.values:
            return None
        self.kept[value.name] = None
        return Attribute(SELF, value.name)

    def _trained(self, written: Written, call: Call) -> Call:
        """Pass `training` on, where one call sets it: Keras gives that to all calls after it."""
        given = any(name == TRAINING for name, _ in call.keywords)
        takes = bool(written.function) or takes_training(written.owner)
        if not self.around.passes_training or given or not takes:
            return call
        return replace(call, keywords=(*call.keywords, (TRAINING, Variable(TRAINING))))

    def _attribute(self, written: Written) -> str:
        """The attribute of a layer, which is created in the constructor the first time."""
        owner = written.owner.id
        if owner not in self.attribute_of:
            self.attribute_of[owner] = self.attributes.unique(self.name_of(written))
            self.create(written, f"self.{self.attribute_of[owner]}")
        return self.attribute_of[owner]

    def create(self, written: Written, target: str) -> None:
        """Write the line of the constructor that creates a layer or a part."""
        made = self._part(written) if written.function else self._layer(written)
        self.constructor.append(Assign((target,), made, self._nodes(written.owner.id, written)))

    def name_of(self, written: Written) -> str:
        """A name for the attribute of a layer or a part: what names it, where it may."""
        if not written.function:
            return attribute(self.flow.names[written.owner.id], RESERVED)
        given = dict(written.arguments.keywords).get(NAME)
        text = str(given.value) if isinstance(given, Literal) else ""
        if text and attribute(text, RESERVED) == text and not self.attributes.holds(text):
            return text
        return identifier(f"{written.function} {text}".strip())

    def _layer(self, written: Written) -> Call:
        return layer(self.flow, written, self.around.models, self.around.explicit)

    def _part(self, written: Written) -> Call:
        """Create a part: its name is that of the attribute, or is left to Keras."""
        keywords = dict(written.arguments.keywords)
        name = keywords.pop(NAME, None)
        own = isinstance(name, Literal) and name.value == self.attribute_of[written.owner.id]
        named = {NAME: name} if name and own else {}
        return Call(
            Variable(self.around.parts[written.function]),
            written.arguments.positional,
            tuple({**keywords, **named}.items()),
        )

    def _nodes(self, node: str, written: Written) -> tuple[str, ...]:
        nodes = (node,) if written.nodes is None else written.nodes
        return nodes if self._traced else ()


def _called(callee: Expression, written: Written, step: Step) -> Call:
    if not written.function:
        return call_layer(callee, written, step)
    return Call(callee, tuple(Variable(name) for names in step.tensors.values() for name in names))


def returned(lines: list[Statement], name: str) -> list[Statement]:
    """The lines with the tensor `name` returned, without a variable for it where it is the last."""
    last = lines[-1] if lines else None
    if isinstance(last, Assign) and last.targets == (name,):
        return [*lines[:-1], Return(last.value, last.nodes)]
    return [*lines, Return(Variable(name))]
