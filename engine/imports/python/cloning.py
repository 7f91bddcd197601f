"""Copies of layers and models: clone_model, from_config(get_config()), model_from_json."""

from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

from engine.graph.kinds import INPUT
from engine.imports.python.configuration import Config
from engine.imports.python.layers import as_layer, make_layer, record
from engine.imports.python.old_defaults import GATED, GRU_LAYERS
from engine.imports.python.state import State
from engine.imports.python.tape import ancestors
from engine.imports.python.unknown import ReadError, Unknown, find_unknown
from engine.imports.python.values import Layer, Model, Tensor, find_tensors
from engine.problems import phrase

Args = list[Any]
Kwargs = dict[str, Any]
_NOT_CLONED = phrase("the model is a clone of another one")


@dataclass
class _Cloner:
    """Copies the layers of one model; a layer that occurs twice is copied once."""

    state: State
    line: int
    function: Any = None
    copies: dict[int, Any] = field(default_factory=dict)

    def layer(self, layer: Any) -> Any:
        """A layer with the same arguments and weights of its own. Raises ReadError."""
        if id(layer) not in self.copies:
            self.copies[id(layer)] = self._layer(layer)
        return self.copies[id(layer)]

    def _layer(self, layer: Any) -> Any:
        if isinstance(layer, Model) and self.function is None:
            return self.model(layer)
        if not isinstance(layer, Layer):
            raise ReadError(self.line, _NOT_CLONED)
        if layer.model is not None:
            return as_layer(self.layer(layer.model))
        if not all(isinstance(part, Layer) for part in layer.weights):
            raise ReadError(self.line, _NOT_CLONED)
        if self.function is not None and layer.layer != INPUT:
            return self._by_function(layer)
        return self._copied(layer)

    def _copied(self, layer: Layer) -> Layer:
        activation = layer.activation and self.layer(layer.activation)
        copied = replace(
            layer, params=deepcopy(layer.params), unknown=dict(layer.unknown), calls=[],
            weights=tuple(map(self.layer, layer.weights)), activation=activation, is_clone=True,
        )  # fmt: skip
        self.state.journal.new(vars(copied))
        self.state.journal.new(copied.calls)
        return copied

    def _by_function(self, layer: Layer) -> Layer:
        result = self.state.call(self.function, [layer], {}, self.line)
        if not isinstance(result, Layer):
            raise ReadError.of(find_unknown(result) or Unknown(self.line, _NOT_CLONED))
        return result

    def model(self, model: Model, tensors: list[Tensor] | None = None) -> Model:
        """A model of copied layers; `tensors` take the place of its Inputs. Raises ReadError."""
        if model.unknown is not None:
            raise ReadError.of(model.unknown)
        if model.instance is not None:
            raise ReadError(self.line, _NOT_CLONED)
        copied = Model(self.line, model.name)
        for container in (vars(copied), copied.compiled, copied.fitted, copied.left_out):
            self.state.journal.new(container)
        if model.stack is not None:
            if tensors is not None:
                raise ReadError(self.line, _NOT_CLONED)
            copied.stack = self.state.journal.new([self.layer(part) for part in model.stack])
            copied.input_shape = model.input_shape or _built_shape(self.state, model)
        else:
            self._replay(model, copied, tensors)
        return copied

    def _replay(self, model: Model, copied: Model, tensors: list[Tensor] | None) -> None:
        """Put the calls of a functional model on the tape again, with copied layers."""
        state = self.state
        starts = [tensor.call for tensor in model.inputs]
        given = dict(zip(starts, tensors or (), strict=tensors is not None))
        calls: dict[int, Tensor] = dict(given)
        with state.inside(None):
            for index in sorted(ancestors(state.tape, model.outputs, set(starts))):
                if index not in calls:
                    calls[index] = self._again(index, calls)
        copied.inputs = [calls[start] for start in starts]
        copied.outputs = _mapped(list(model.outputs), calls)

    def _again(self, index: int, calls: dict[int, Tensor]) -> Tensor:
        call = self.state.tape[index]
        starts_here = call.layer.layer == INPUT
        if call.within is not None or (not starts_here and not call.tensors):
            raise ReadError(self.line, _NOT_CLONED)
        if not starts_here and any(tensor.call not in calls for tensor in call.tensors):
            raise ReadError(self.line, _NOT_CLONED)
        args, kwargs = _mapped(list(call.args), calls), _mapped(dict(call.kwargs), calls)
        layer = self.layer(call.layer)
        result = record(self.state, layer, args, kwargs, self.line, call.training)
        if not find_tensors(result):
            raise ReadError.of(find_unknown(result) or Unknown(self.line, _NOT_CLONED))
        return find_tensors(result)[0]


def _mapped(value: Any, calls: dict[int, Tensor]) -> Any:
    """A value with the tensors of the new calls in the place of those of the old ones."""
    if isinstance(value, Tensor):
        return replace(value, call=calls[value.call].call)
    if isinstance(value, list | tuple):
        return type(value)(_mapped(item, calls) for item in value)
    if isinstance(value, dict):
        return {key: _mapped(item, calls) for key, item in value.items()}
    return value


def _built_shape(state: State, model: Model) -> Any:
    """The input's shape of a stack that was built."""
    shape = state.tape[model.inputs[0].call].layer.params.get("shape") if model.inputs else None
    return tuple(shape) if isinstance(shape, list) else None


def clone_model(state: State, args: Args, kwargs: Kwargs, line: int) -> Any:
    """`keras.models.clone_model(model, input_tensors, clone_function)`."""
    names = ("model", "input_tensors", "clone_function")
    given = dict(zip(names, args, strict=False)) | kwargs
    model, tensors = given.get("model"), given.get("input_tensors")
    plain = not given.keys() - set(names)
    found = find_tensors(tensors)
    fits = tensors is None or (isinstance(model, Model) and len(found) == len(model.inputs) > 0)
    if not (plain and fits and isinstance(model, Model)):
        return state.suspect(find_unknown(model) or Unknown(line, _NOT_CLONED))
    cloner = _Cloner(state, line, given.get("clone_function"))
    return _listed(state, cloner, model, None if tensors is None else found)


def _listed(state: State, cloner: _Cloner, model: Model, tensors: list[Tensor] | None) -> Any:
    """A clone, as one of the models of the source; unknown for a model that can't be cloned."""
    try:
        copied = cloner.model(model, tensors)
    except ReadError as error:
        return state.suspect(error.unknown)
    state.models.append(copied)
    return copied


def config_of(state: State, model: Model, line: int) -> Any:
    """`model.get_config()` and `model.to_json()`: what the model is now."""
    try:
        config = Config(_Cloner(state, line).model(model), line, state.journal)
    except ReadError as error:
        return error.unknown
    state.journal.new(vars(config))
    return config


def from_config(state: State, config: Any, line: int) -> Any:
    """The model of a configuration; None for a value that is not the configuration of a model."""
    if not isinstance(config, Config):
        return None
    if config.is_opened:
        why = phrase("the configuration of a model, which may have been changed")
        return state.suspect(Unknown(line, why))
    return _listed(state, _Cloner(state, line), config.model, None)


# --- layers ---------------------------------------------------------------------------------------


def layer_config(state: State, layer: Layer, line: int) -> Any:
    """`layer.get_config()`: the arguments of a layer without those that are defaults."""
    if layer.unknown or layer.weights or layer.model or layer.function or layer.activation:
        return Unknown(line, phrase("the configuration of a layer"))
    config: Kwargs = {**deepcopy(layer.params), "trainable": not layer.frozen}
    config["name"] = layer.name or Unknown(line, phrase("the automatic name of a layer"))
    if layer.layer in GATED:
        config.setdefault("recurrent_activation", "sigmoid")
    if layer.layer in GRU_LAYERS:
        config.setdefault("reset_after", True)
    if layer.input_shape is not None:
        config["batch_input_shape"] = (layer.batch_size, *layer.input_shape)
    return state.journal.new(config)


def layer_from_config(state: State, name: str, config: Any, line: int) -> Any:
    """`keras.layers.Dense.from_config(config)`; the automatic name of a layer is not one."""
    if not isinstance(config, dict) or not all(isinstance(key, str) for key in config):
        return find_unknown(config) or Unknown(line, phrase("the configuration of a layer"))
    arguments = {
        key: value
        for key, value in config.items()
        if key != "name" or not isinstance(value, Unknown)
    }
    if name in (INPUT, "InputLayer"):
        return Unknown(line, phrase("the configuration of a layer"))
    layer = make_layer(state, name, [], arguments, line)
    layer.is_clone = True
    return layer


def serialize(state: State, args: Args, kwargs: Kwargs, line: int) -> Any:
    """`keras.layers.serialize(layer)`."""
    layer = args[0] if args else kwargs.get("layer")
    config = layer_config(state, layer, line) if isinstance(layer, Layer) else layer
    if not isinstance(layer, Layer) or not isinstance(config, dict):
        return find_unknown(config) or Unknown(line, phrase("the configuration of a layer"))
    return state.journal.new({"class_name": layer.layer, "config": config})


def deserialize(state: State, args: Args, kwargs: Kwargs, line: int) -> Any:
    """`keras.layers.deserialize({"class_name": …, "config": …})`."""
    match args[0] if args else kwargs.get("config"):
        case {"class_name": str(name), "config": config}:
            return layer_from_config(state, name, config, line)
    return Unknown(line, phrase("the configuration of a layer"))
