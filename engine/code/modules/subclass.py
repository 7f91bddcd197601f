"""A model as classes of Keras: layers are created in `__init__` and called in `call`.

Works for every model, because nothing but the form differs from functional code.
"""

from collections.abc import Iterator
from dataclasses import replace

from engine.code import targets
from engine.code.lines import describing
from engine.code.lines.body import Keyword, call_layer, call_op, explicit_names, layer
from engine.code.lines.flow import Flow, Written
from engine.code.lines.steps import Step, Steps
from engine.code.modules.naming import attribute
from engine.code.modules.source import class_names
from engine.code.program import Program
from engine.code.syntax.tree import (
    Assign,
    Attribute,
    Call,
    Class,
    Comment,
    Do,
    Docstring,
    Expression,
    Function,
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
from engine.graph.freezing import freezes_inside, takes_training
from engine.graph.kinds import MODEL, is_op
from engine.problems import problem

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
INPUTS, TRAINING = Variable("inputs"), Variable("training")


def subclass(program: Program) -> list[Statement]:
    """Return the classes of a program, callees first, and the model with its weights created."""
    names = class_names(program)
    written = {graph: _Class(program, graph, names) for graph in names}
    classes: list[Statement] = [each.statement() for each in written.values()]
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


def _frozen_later(written: "dict[str, _Class]", graph: str) -> list[str]:
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


class _Class:
    """The class of one graph."""

    def __init__(self, program: Program, graph: str, names: dict[str, str]) -> None:
        self.program = program
        self.graph = graph
        self.names = names
        self.flow = program.flows[graph]
        self.explicit = explicit_names(self.flow)
        self.attributes = Scope()
        self.attribute_of: dict[str, str] = {}
        self.parts: dict[str, str] = {}
        """The sub-models by their attributes."""
        self.frozen: list[str] = []
        self.passes_training = any(
            name == TRAINING.name
            for flow in program.flows.values()
            for each in flow.written.values()
            for name, _ in each.call_arguments
        )
        self.constructor: list[Statement] = []
        self.lines: list[Statement] = []
        single = len(self.flow.inputs) == 1
        self.scope = Scope(
            frozenset({"self", TRAINING.name, *([] if single else ["inputs"]), *names.values()})
        )
        self.steps = Steps(self.flow, self.scope)
        self.inputs: list[str] = []
        for step in self.steps.steps():
            self._write(step)
        self.lines += [Comment(note) for note in self.flow.notes.get(None, ())]

    def statement(self) -> Class:
        """The class, with its constructor and `call`."""
        program, title = self.program, self.flow.index.graph.name
        about = describing.described(
            program.title if self.graph == MAIN else title or self.graph, self.flow
        )
        start: tuple[Statement, ...] = (Do(Call(SUPER, (Variable("**options"),))),)
        constructor = Function(
            "__init__",
            (*start, *self.constructor),
            (("self", "", None), ("**options", "", None)),
            typed=False,
        )
        taken = self.inputs[0] if len(self.inputs) == 1 else INPUTS.name
        body = (*self._unpacked(), *self.lines)
        end = self._end(body)
        body = body[:-1] if isinstance(end, Return) and self._is_last(body, end) else body
        training = ((TRAINING.name, "", Literal(None)),) if self.passes_training else ()
        parameters = (("self", "", None), (taken, "", None), *training)
        call = Function("call", (*body, end), parameters, typed=False)
        name = self.names[self.graph]
        return Class(name, Path(targets.MODEL), (Docstring(about), constructor, call))

    def _unpacked(self) -> Iterator[Statement]:
        """Several inputs as variables: of a dictionary, or of the list that a part takes."""
        if len(self.inputs) < 2:  # noqa: PLR2004
            return
        if self.graph != MAIN:
            yield Assign(tuple(self.inputs), INPUTS)
            return
        for key, name in zip(self.flow.inputs, self.inputs, strict=True):
            yield Assign((name,), Item(INPUTS, Literal(self.flow.names[key])), self._nodes(key))

    def _write(self, step: Step) -> None:
        written = self.flow.written[step.node]
        self.lines += [Comment(note) for note in self.flow.notes.get(step.node, ())]
        if step.aside:
            self.lines.append(Assign(step.aside[:1], Variable(step.aside[1])))
        if written.is_input:
            self.inputs.append(step.targets[0])
            return
        if written.entry is not None and is_op(written.owner):
            value = call_op(written.entry, written, step)
        else:
            callee = Attribute(Variable("self"), self._attribute(written))
            value = self._trained(written, call_layer(callee, written, step))
        self.lines.append(Assign(step.targets, value, self._nodes(step.node)))

    def _trained(self, written: Written, call: Call) -> Call:
        """Pass `training` on, where one call sets it: Keras gives that to all calls after it."""
        given = any(name == TRAINING.name for name, _ in call.keywords)
        if not self.passes_training or given or not takes_training(written.owner):
            return call
        return replace(call, keywords=(*call.keywords, (TRAINING.name, TRAINING)))

    def _attribute(self, written: Written) -> str:
        """The attribute of a layer, which is created in the constructor the first time."""
        owner = written.owner
        if owner.id not in self.attribute_of:
            name = attribute(self.flow.names[owner.id], RESERVED)
            self.attribute_of[owner.id] = self.attributes.unique(name)
            target = f"self.{self.attribute_of[owner.id]}"
            created = layer(self.flow, written, self.names, self.explicit)
            nodes = self._nodes(owner.id)
            self.constructor.append(Assign((target,), created, nodes))
            if owner.layer == MODEL:
                self.parts[self.attribute_of[owner.id]] = owner.graph or ""
            elif freezes_inside(owner):
                self.frozen.append(self.attribute_of[owner.id])
            if freezes_inside(owner) and owner.layer == MODEL:
                frozen = SetAttribute(Variable(target), "trainable", Literal(False), nodes)
                self.constructor.append(frozen)
        return self.attribute_of[owner.id]

    def _nodes(self, node: str) -> tuple[str, ...]:
        return (node,) if self.graph == MAIN else ()

    def _end(self, body: tuple[Statement, ...]) -> Statement:
        """Return the outputs: one tensor, a dictionary by name, or in a part a list."""
        names = self.steps.outputs()
        last = body[-1] if body else None
        if len(names) == 1 and isinstance(last, Assign) and last.targets == (names[0],):
            return Return(last.value, last.nodes)
        if len(names) == 1:
            return Return(Variable(names[0]))
        keys = [self.flow.names[node] for node, _ in self.flow.outputs]
        variables = [Variable(name) for name in names]
        if self.graph == MAIN and len(set(keys)) == len(keys):
            return Return(Mapping(tuple(zip(keys, variables, strict=True))))
        return Return(Group(tuple(variables)))

    def _is_last(self, body: tuple[Statement, ...], end: Return) -> bool:
        return bool(body) and isinstance(body[-1], Assign) and body[-1].value is end.value
