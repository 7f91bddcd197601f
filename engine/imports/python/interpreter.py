"""The interpreter: a state whose parts are put together."""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from engine.data.catalogue import DataSets
from engine.imports.python import (
    arrays,
    assumed_inputs,
    attributes,
    causal,
    classes,
    cloning,
    containers,
    data_sets,
    functions,
    layers,
    library,
    looked_up,
    models,
    names,
    op_calls,
    options,
    outside,
    own_weights,
    replaced,
    scalers,
    sizes,
    stacks,
    statements,
    strings,
    tuning,
    vocabularies,
)
from engine.imports.python.asked import is_asked, question_key, source_of
from engine.imports.python.control import Flow
from engine.imports.python.custom import call_instance
from engine.imports.python.expressions import evaluate
from engine.imports.python.fragment import shape_of, spec_of
from engine.imports.python.inheritance import find
from engine.imports.python.specs import Spec
from engine.imports.python.state import SHAPE, State
from engine.imports.python.tools import Tools
from engine.imports.python.unknown import (
    EndlessError,
    Path,
    RaisedError,
    ReadError,
    Undefined,
    Unknown,
    asked,
)
from engine.imports.python.values import (
    Array,
    Bound,
    Class,
    Decorated,
    Function,
    Group,
    Instance,
    Layer,
    LeftOut,
    Method,
    Model,
    Super,
    Tensor,
    result_of_tensors,
)
from engine.problems import Phrase, phrase

_ASKED = vocabularies.METHODS
"""Methods of layers whose result may be asked for."""
MAX_DEFINITIONS = 30_000
"""Steps after which no further function is called that nobody calls."""
MAX_TEXT = 80
"""Characters of an expression in a question."""


class Interpreter(State):
    """Interprets a module; afterwards `models` are the models that it defines."""

    def __init__(self, data: DataSets, tools: Tools, answers: Mapping[str, Any]) -> None:
        super().__init__(data, tools, answers)
        self.expressions: dict[str, tuple[str, int]] = {}  # question → its text and line
        self._texts: dict[int, str] = {}  # id() of an expression → its text

    def run_module(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """Interpret the statements of a module; return those without effect on any value."""
        idle = []
        for statement in body:
            before = (self.journal.writes, len(self.tape), len(self.models))
            try:
                statements.run(self, [statement])
            except RaisedError:
                if not self.models:
                    why = phrase("the program ends here, before it creates a model")
                    self.suspect(Unknown(statement.lineno, why))
                break
            if before == (self.journal.writes, len(self.tape), len(self.models)):
                idle.append(statement)
        return idle

    def run_definitions(self) -> None:
        """Call the functions and methods that no code of the source calls.

        Parameters without a default are unknown, and asked about where a model needs them.
        """
        for value in list(self.module.names.values()):
            if self.models and self.steps > MAX_DEFINITIONS:
                return
            if isinstance(value, Function):
                self._try(value, [])
            elif isinstance(value, Class) and not self.models:
                self._run_methods(value)

    def _run_methods(self, cls: Class) -> None:
        instance: Any = None
        if cls.kind != "other":
            initializer = find(cls, "__init__")
            missing = self._missing(initializer, 1) if isinstance(initializer, Function) else {}
            try:
                instance = classes.instantiate(self, cls, [], missing, cls.line)
            except (RaisedError, ReadError):
                return
        for name, value in list(cls.names.items()):
            done = self.models and not (name.startswith("test") and self.steps <= MAX_DEFINITIONS)
            if name.startswith("__") or done or cls.kind:
                continue
            if isinstance(value, Decorated) and value.args[0] != "property":
                self._try(value.function, [cls] if value.args[0] == "classmethod" else [])
            elif isinstance(value, Function) and instance is not None:
                self._try(value, [instance])

    def _try(self, function: Any, args: list[Any]) -> None:
        if not isinstance(function, Function):
            return
        missing = self._missing(function, len(args))
        try:
            result = functions.call(self, function, args, missing, function.node.lineno)
            tuning.noted(result, [*missing.values()])
        except EndlessError:
            raise
        except (RaisedError, ReadError):
            return

    def _missing(self, function: Function, given: int) -> dict[str, Any]:
        """Unknown values for the parameters of a function that nobody calls."""
        result = {}
        for name in functions.required(function)[given:]:
            line = function.node.lineno
            if tuning.are_taken(function, name):
                result[name] = tuning.new(self)
                continue
            why = phrase("“{name}” was not passed", name=name)
            result[name] = self.ask_value(f"{line}:{name}", name, Undefined(line, why, "", name))
        return result

    # --- questions --------------------------------------------------------------------------------

    def ask_value(self, key: str, text: str, unknown: Unknown) -> Any:
        """The answer to a question, else the unknown value with the question's key."""
        return self._answer(key, text, unknown, unknown.line)

    def _answer(self, key: str, text: str, unknown: Unknown, line: int) -> Any:
        if key in self.answers:
            return self.answers[key]
        self.expressions.setdefault(key, (text, line))
        return asked(unknown, key, line)

    def _text(self, node: ast.expr) -> str:
        if id(node) not in self._texts:
            self._texts[id(node)] = source_of(node)[:MAX_TEXT]
        return self._texts[id(node)]

    def ask(self, target: ast.Name, value: Unknown) -> Any:
        """The value of a name that is assigned an unknown value."""
        if not value.question or type(value) is not Unknown:
            return value
        key = f"{target.lineno}:{target.col_offset}"
        return self.ask_value(key, target.id, replace(value, line=target.lineno))

    def ask_shape(self, model: Model) -> Any:
        """The answer to the question for the input's shape of a Sequential model."""
        answer = self.answers.get(self.shape_question(model))
        if isinstance(answer, int) and not isinstance(answer, bool):
            answer = (answer,)
        return answer if isinstance(answer, tuple) else None

    def shape_question(self, model: Model) -> str:
        """The key of the question for the input's shape of a Sequential model."""
        key = f"{model.line}{SHAPE}"
        self.expressions.setdefault(key, ("input_shape", model.line))
        return key

    # --- evaluation -------------------------------------------------------------------------------

    def value(self, node: ast.expr) -> Any:
        """The value of an expression; unknown when it can't be read."""
        try:
            result = evaluate(self, node)
        except EndlessError:
            raise
        except ReadError as error:
            result = error.unknown
        if isinstance(result, Undefined) and not isinstance(node, ast.Name):
            result = result.plain
        if type(result) in (Unknown, Undefined) and is_asked(node, result):
            text = self._text(node)
            key = question_key(node, text, result)
            return self._answer(key, text, result, node.lineno)
        return result

    def run(self, body: list[ast.stmt]) -> Flow:
        """Interpret statements in order."""
        return statements.run(self, body)

    def assign(self, target: ast.expr, value: Any) -> None:
        """Assign a value to a name, an attribute, an item, or a list of these."""
        names.assign(self, target, value)

    def attribute(self, owner: Any, name: str, line: int) -> Any:
        """The value of an attribute."""
        return attributes.attribute(self, owner, name, line)

    def call(self, called: Any, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:  # noqa: C901
        """The value of a call. Raises ReadError for one that can't be read."""
        args, kwargs = outside.arguments(called, args, kwargs, line)
        args = assumed_inputs.with_inputs(self, called, args, line)
        match called:
            case ast.operator() | ast.unaryop() | ast.cmpop():
                return op_calls.call(self, op_calls.operator(called, line), args, {}, line)
            case Path(dotted=dotted):
                if what := replaced.by_call(dotted):
                    replaced.note(self, what, line)
                result = library.call(self, dotted, args, kwargs, line)
                return (
                    result_of_tensors(result, args, kwargs)
                    if isinstance(result, Unknown)
                    else result
                )
            case Layer():
                return self._call_layer(called, args, kwargs, line)
            case Model():
                return self._call_model(called, args, kwargs, line)
            case Function():
                own = data_sets.own_function(self, called, args, kwargs)
                if own is not None:
                    return own
                return tuning.noted(functions.call(self, called, args, kwargs, line), args)
            case Bound(function=function):
                return self._call_bound(called, function, args, kwargs, line)
            case Class():
                return classes.instantiate(self, called, args, kwargs, line)
            case Instance():
                return call_instance(self, called, args, kwargs, line)
            case Method():
                return self._call_method(called, args, kwargs, line)
            case Unknown():
                unknown = Unknown(line, called.why, called.question)
                outside.note_unknown(self, called, [*args, *kwargs.values()], unknown)
                return result_of_tensors(unknown, args, kwargs)
        return Unknown(line, phrase("this call can't be read"))

    def _call_layer(self, layer: Layer, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
        if (lookup := looked_up.look_up(self, layer, args, line)) is not None:
            return lookup
        return layers.apply(self, layer, args, causal.attended(layer.layer, kwargs), line)

    def _call_bound(
        self, bound: Bound, function: Any, args: list[Any], kwargs: dict[str, Any], line: int
    ) -> Any:
        args, kwargs = [*bound.args, *args], {**bound.kwargs, **kwargs}
        if isinstance(function, Function):
            instance = bound.args[0] if bound.args else None
            result = functions.call(self, function, args, kwargs, line, instance)
            return tuning.noted(result, args)
        return self.call(function, args, kwargs, line)

    def _call_model(self, model: Model, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
        if model.unknown is not None:
            return model.unknown
        if model.instance is not None and not model.outputs and model.stack is None:
            return call_instance(self, model.instance, args, kwargs, line)
        return layers.apply(self, layers.as_layer(model), args, kwargs, line)

    def _call_method(  # noqa: C901, PLR0912
        self, called: Method, args: list[Any], kwargs: dict[str, Any], line: int
    ) -> Any:
        owner, name = called.owner, called.name
        match owner:
            case Model():
                return models.method(self, called, args, kwargs, line)
            case options.Parser():
                return options.method(self, owner, name, args, kwargs, line)
            case tuning.HyperParameters() | tuning.Tuner():
                return tuning.method(self, owner, name, args, kwargs, line)
            case str():
                return strings.method(owner, name, args, kwargs, line)
            case list() | tuple() | dict() | set():
                return containers.method(self, owner, name, args, kwargs, line)
            case scalers.Scaler():
                return scalers.method(owner, name, args, kwargs, line)
            case Array():
                return arrays.method(owner, name, args, kwargs, line)
            case Tensor() if name == "get_shape":
                return self.shape_of(owner, line)
            case Super() if name != "get_config":
                return self._call_super(owner, name, args, kwargs, line)
            case Instance() if name in ("add_loss", "add_metric"):
                inputs = self.within.inputs if self.within else ()
                calls = [tensor.call for tensor in inputs]
                self.leave_out(line, phrase("{name}(…)", name=name), calls=calls)
                if self.within and name == "add_loss":
                    self.within.has_loss = True
                return None
            case Instance() if name in ("add_weight", "add_variable"):
                return own_weights.create(owner, args, kwargs, line)
            case Instance() | Super() if name == "get_config":
                return classes.base_config(self, owner, line)
            case Class():
                config = args[0] if args else kwargs.get("config")
                return classes.from_config(self, owner, config, line)
            case Layer() if (known := vocabularies.look_up(owner, name)) is not None:
                return known
            case Layer():
                if name == "get_config":
                    return cloning.layer_config(self, owner, line)
                if name == "__call__":
                    return self.call(owner, args, kwargs, line)
                if name == "__setattr__" and len(args) == 2 and isinstance(args[0], str):  # noqa: PLR2004
                    names.set_attribute(self, owner, args[0], args[1], line)
                    return None
                if name == "__init__" and (what := replaced.of_attributes(called)):
                    replaced.note(self, what, line)
                if name == "set_weights":
                    what = phrase("the weights that set_weights(…) loads")
                    self.leave_out(line, what, "weights")
        why = phrase("the result of {name}(…) is not known", name=name)
        return Unknown(line, why, "?" if name in _ASKED else "")

    def _call_super(
        self, owner: Super, name: str, args: list[Any], kwargs: dict[str, Any], line: int
    ) -> Any:
        instance = owner.instance
        if name == "__init__" and isinstance(instance, Instance):
            classes.initialize(self, instance, args, kwargs, line)
            return None
        if isinstance(instance, Instance) and instance.model is not None and name != "build":
            return self.call(Method(instance.model, name), args, kwargs, line)
        return None

    # --- models -----------------------------------------------------------------------------------

    def initialize_model(
        self, model: Model, args: list[Any], kwargs: dict[str, Any], line: int
    ) -> None:
        """Run the constructor of keras.Model or keras.Sequential on an instance's model."""
        models.initialize(self, model, args, kwargs, line)

    def call_stack(self, model: Model, args: list[Any], line: int) -> Any:
        """The output of a stack's layers, or None when the stack can be called as a model."""
        return stacks.call_stack(self, model, args, line)

    def layers_of(self, owner: Layer | Model | Instance) -> list[Any]:
        """The layers in a model or an instance; none in a layer of Keras."""
        match owner:
            case Instance():
                return models.layers_in(owner)
            case Model():
                return models.layers_of(self, owner)
        return []

    def shape_of(self, tensor: Tensor, line: int) -> Any:
        """The shape of a tensor as a tuple, with None for open axes; unknown without Keras."""
        return shape_of(self, tensor, line)

    def spec_of(self, tensor: Tensor) -> Spec | None:
        """The shape and type of a tensor; None without Keras."""
        return spec_of(self, tensor)

    def positions(self, args: list[Any], line: int) -> Any:
        """The tensor for a range of numbers as the argument of a call; None for other values."""
        return sizes.positions(self, args[0], line) if args else None

    def leave_out(
        self, line: int, what: Phrase | str, group: Group = "other", calls: Iterable[int] = ()
    ) -> None:
        """Record something that the source does and the document does not hold."""
        same = (item for item in self.left_out if (item.line, item.what) == (line, what))
        earlier = next(same, None)
        if earlier is None:
            self.left_out.append(LeftOut(line, what, group, frozenset(calls)))
        elif earlier.calls and calls:
            self.left_out.remove(earlier)
            self.left_out.append(replace(earlier, calls=earlier.calls.union(calls)))
