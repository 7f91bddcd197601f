"""Calls of libraries, by path: Keras, TensorFlow, NumPy, scikit-learn, argparse and others."""

from collections.abc import Callable
from typing import Any

from engine.imports.python import (
    arrays,
    backend,
    builtin_calls,
    causal,
    cloning,
    data_sets,
    dataclass_fields,
    noise,
    op_calls,
    optimizing,
    options,
    outside,
    own_weights,
    patches,
    rearranging,
    reflection,
    scalers,
    searching,
    sizes,
    standard,
    standard_items,
    tuning,
    unbound,
    wrappers,
)
from engine.imports.python.applications import HELPERS, make_application, submodules
from engine.imports.python.keras_objects import make_object
from engine.imports.python.layers import apply, make_input, make_layer
from engine.imports.python.models import make_model, make_sequential
from engine.imports.python.state import State
from engine.imports.python.unknown import (
    Balanced,
    Derived,
    Opaque,
    Path,
    RaisedError,
    Unknown,
    find_unknown,
)
from engine.imports.python.values import (
    Bound,
    Layer,
    Tensor,
    find_tensors,
)
from engine.problems import phrase

Args = list[Any]
Kwargs = dict[str, Any]

_MERGES = ("add", "subtract", "multiply", "average", "maximum", "minimum", "concatenate", "dot")


def call(state: State, dotted: str, args: Args, kwargs: Kwargs, line: int) -> Any:
    """Call a class or function of a library. Raises ReadError for one that can't be read."""
    if handler := _BY_PATH.get(dotted):
        return handler(state, args, kwargs, line)
    if (mask := causal.call(dotted, args, kwargs, line)) is not None:
        return mask
    package, _, name = dotted.rpartition(".")
    if package == "builtins":
        return builtin_calls.builtin(state, name, args, kwargs, line)
    if (wrapper := searching.call(state, name, args, kwargs, line)) is not None:
        return wrapper
    if (tuned := tuning.call(state, dotted, args, kwargs, line)) is not None:
        return tuned
    if (method := unbound.method(dotted, args)) is not None:
        return state.call(method, args[1:], kwargs, line)
    keras = dotted.startswith("keras.")
    for find in _KERAS if keras else _OTHERS:
        result = find(state, dotted, args, kwargs, line)
        if result is not None:
            return result
    outside.note_call(state, dotted, [*args, *kwargs.values()], line)
    if (cause := _cause(dotted, [*args, *kwargs.values()])) is not None:
        return cause
    return make_object(state, dotted, args, kwargs, line) if keras else _elsewhere(dotted, line)


def _cause(dotted: str, values: list[Any]) -> Unknown | None:
    """The argument for which the result of a function of tensors is unknown."""
    unknown = find_unknown(values)
    if unknown is None or not (
        op_calls.is_op(dotted) or any(isinstance(value, Opaque) for value in values)
    ):
        return None
    return Derived(unknown.line, unknown.why, unknown.question)


def _input(state: State, args: Args, kwargs: Kwargs, line: int) -> Any:
    if isinstance(tensor := kwargs.get("tensor"), Tensor):
        return tensor
    return apply(state, make_input(args, kwargs, line), [], {}, line)


def _input_layer(state: State, args: Args, kwargs: Kwargs, line: int) -> Layer:
    return make_input(args, kwargs, line)


def _seed(state: State, args: Args, kwargs: Kwargs, line: int) -> None:
    state.journal.put(state.settings, "seed", args[0] if args else kwargs.get("seed"))


def _partial(state: State, args: Args, kwargs: Kwargs, line: int) -> Any:
    return Bound(args[0], tuple(args[1:]), kwargs) if args else Unknown(line, "")


def _class_weight(state: State, args: Args, kwargs: Kwargs, line: int) -> Any:
    """`compute_class_weight("balanced", …)` of scikit-learn."""
    kind = args[0] if args else kwargs.get("class_weight")
    if kind == "balanced":
        return Balanced(line, phrase("its value comes from data"))
    return kind if isinstance(kind, dict) else _elsewhere("compute_class_weight", line)


def _first(state: State, args: Args, kwargs: Kwargs, line: int) -> Any:
    return args[0] if args else kwargs.get("iterable", Unknown(line, ""))


def _exit(state: State, args: Args, kwargs: Kwargs, line: int) -> None:
    raise RaisedError("SystemExit")


def _loaded(state: State, args: Args, kwargs: Kwargs, line: int) -> Any:
    """A model from the configuration of one in the source; unknown for one from a file."""
    config = args[0] if args else next(iter(kwargs.values()), None)
    if (model := cloning.from_config(state, config, line)) is not None:
        return model
    return state.suspect(Unknown(line, phrase("the model is loaded from a file")))


def _graph(state: State, args: Args, kwargs: Kwargs, line: int) -> Unknown:
    """`Graph()`, whose layers were connected by name before Keras 1."""
    why = phrase("Graph is a model of Keras before version 1, which is not read")
    return state.suspect(Unknown(line, why))


_BY_PATH: dict[str, Callable[[State, Args, Kwargs, int], Any]] = {
    "keras.Input": _input,
    "keras.layers.Input": _input,
    "keras.layers.InputLayer": _input_layer,
    "keras.Model": make_model,
    "keras.Sequential": make_sequential,
    reflection.RAW.dotted: builtin_calls.set_raw,
    "importlib.import_module": reflection.imported,
    **dict.fromkeys(
        ("keras.models.Graph", "keras.layers.containers.Graph", "keras.legacy.models.Graph"), _graph
    ),
    **dict.fromkeys(("keras.layers.VersionAwareLayers",), lambda *_: Path("keras.layers")),
    **dict.fromkeys(
        (
            "keras.models.load_model",
            "keras.models.model_from_json",
            "keras.models.model_from_yaml",
            "keras.models.model_from_config",
            "keras.Model.from_config",
            "keras.Sequential.from_config",
            "keras.saving.load_model",
        ),
        _loaded,
    ),
    **dict.fromkeys(("keras.models.clone_model", "keras.clone_model"), cloning.clone_model),
    **dict.fromkeys(
        (
            "keras.mixed_precision.set_global_policy",
            "keras.mixed_precision.set_dtype_policy",
            "keras.mixed_precision.experimental.set_policy",
            "keras.config.set_dtype_policy",
        ),
        optimizing.set_policy,
    ),
    "keras.config.set_image_data_format": backend.set_image_data_format,
    "keras.config.image_data_format": backend.image_data_format,
    "keras.config.set_floatx": optimizing.set_floatx,
    **dict.fromkeys(
        ("keras.utils.set_random_seed", "tensorflow.random.set_seed", "numpy.random.seed"), _seed
    ),
    **dict.fromkeys(("keras.ops.shape", "keras.backend.shape", "tensorflow.shape"), sizes.shape),
    **dict.fromkeys(("keras.ops.arange", "keras.backend.arange", "tensorflow.range"), sizes.arange),
    **dict.fromkeys(
        (
            "keras.random.normal",
            "keras.backend.random_normal",
            "tensorflow.random.normal",
            "tensorflow.random_normal",
        ),
        noise.normal,
    ),
    **dict.fromkeys(
        (
            "keras.random.uniform",
            "keras.backend.random_uniform",
            "tensorflow.random.uniform",
            "tensorflow.random_uniform",
        ),
        noise.other,
    ),
    **dict.fromkeys(("keras.ops.unstack", "tensorflow.unstack"), rearranging.unstack),
    **dict.fromkeys(
        ("keras.ops.depth_to_space", "tensorflow.nn.depth_to_space"), rearranging.depth_to_space
    ),
    **dict.fromkeys(
        ("keras.ops.space_to_depth", "tensorflow.nn.space_to_depth"), rearranging.space_to_depth
    ),
    **dict.fromkeys(
        (f"tensorflow.{module}.l2_normalize" for module in ("math", "nn", "linalg")),
        backend.l2_normalize,
    ),
    "keras.ops.image.extract_patches": patches.keras_patches,
    "tensorflow.image.extract_patches": patches.tensorflow_patches,
    **dict.fromkeys(("keras.Variable", "tensorflow.Variable"), own_weights.variable),
    "keras.random.SeedGenerator": noise.seed_generator,
    **dict.fromkeys(("sys.exit", "os._exit", "builtins.exit", "builtins.quit"), _exit),
    **dict.fromkeys(("tqdm.tqdm", "tqdm.notebook.tqdm", "tqdm.auto.tqdm"), _first),
    "functools.partial": _partial,
    "keras.layers.serialize": cloning.serialize,
    "keras.layers.deserialize": cloning.deserialize,
    **standard.FUNCTIONS,
    **standard_items.FUNCTIONS,
    **dataclass_fields.FUNCTIONS,
    "sklearn.utils.class_weight.compute_class_weight": _class_weight,
    "sklearn.utils.compute_class_weight": _class_weight,
}


def _layer(state: State, dotted: str, args: Args, kwargs: Kwargs, line: int) -> Any:
    package, _, name = dotted.rpartition(".")
    if name == "from_config" and package.startswith("keras.layers."):
        config = args[0] if args else kwargs.get("config")
        return cloning.layer_from_config(state, package.rpartition(".")[2], config, line)
    if package != "keras.layers":
        return None
    if name == "merge":
        return _merge_1(state, args, kwargs, line)
    if name in _MERGES:  # the functions for merging layers: layers.add([a, b])
        kwargs = dict(kwargs)
        tensors = kwargs.pop("inputs", None) or (args.pop(0) if args else None)
        layer = make_layer(state, name.capitalize(), args, kwargs, line)
        return apply(state, layer, [tensors], {}, line)
    model = wrappers.wrapped_model(args, kwargs) if name == "TimeDistributed" else None
    if model is not None:
        return wrappers.time_distributed(state, model, kwargs, line)
    return make_layer(state, name, args, kwargs, line)


_MODES = {"sum": "Add", "mul": "Multiply", "concat": "Concatenate", "ave": "Average",
          "max": "Maximum", "dot": "Dot"}  # fmt: skip


_MODE_AXES = {"concat": ("concat_axis", "axis"), "dot": ("dot_axes", "axes")}


def _merge_1(state: State, args: Args, kwargs: Kwargs, line: int) -> Any:
    """The function `merge` of Keras 1, which merges tensors in the way that `mode` says."""
    arguments = dict(zip(("inputs", "mode"), args, strict=False)) | kwargs
    name = arguments.get("mode", "sum")
    mode = _MODES.get(name)
    if mode is None:
        return Unknown(line, phrase("a mode of merge(…) that is not read"))
    axes = _MODE_AXES.get(name)
    options = {axes[1]: arguments[axes[0]]} if axes and axes[0] in arguments else {}
    if isinstance(own_name := arguments.get("name"), str):
        options["name"] = own_name
    layer = make_layer(state, mode, [], options, line)
    return apply(state, layer, [arguments.get("inputs")], {}, line)


def _application(state: State, dotted: str, args: Args, kwargs: Kwargs, line: int) -> Any:
    package, _, name = dotted.rpartition(".")
    if not package.startswith("keras.applications") and name not in HELPERS:
        return submodules(dotted)
    return make_application(state, dotted, args, kwargs, line)


def _array(state: State, dotted: str, args: Args, kwargs: Kwargs, line: int) -> Any:
    return arrays.call(dotted, args, kwargs, line) if dotted in arrays.FUNCTIONS else None


def _op(state: State, dotted: str, args: Args, kwargs: Kwargs, line: int) -> Any:
    args, kwargs = sizes.with_positions(state, args, kwargs, line)
    if not dotted.startswith("keras.backend") and not find_tensors([args, kwargs]):
        return None
    return op_calls.call_path(state, dotted, args, kwargs, line)


def _number(state: State, dotted: str, args: Args, kwargs: Kwargs, line: int) -> Any:
    if dotted == "keras.ops.cast":
        return arrays.call("tensorflow.cast", args, kwargs, line)
    return builtin_calls.number(dotted, args, line)


def _itself(state: State, dotted: str, args: Args, kwargs: Kwargs, line: int) -> Any:
    """A tensor that a function returns as it is, or a number that it makes a tensor.

    A float takes the type of the tensor that it is combined with, as Python's does.
    """
    values = [*args, *kwargs.values()]
    same = dotted in _AS_TENSORS and len(values) == 1
    return values[0] if same and isinstance(values[0], Tensor | float) else None


_AS_TENSORS = (
    "keras.ops.convert_to_tensor",
    "keras.backend.constant",
    "tensorflow.convert_to_tensor",
    "tensorflow.constant",
    "tensorflow.identity",
)


Finder = Callable[[State, str, Args, Kwargs, int], Any]
_KERAS: tuple[Finder, ...] = (
    _layer, _application, data_sets.call, _array, _itself, _op, _number,
)  # fmt: skip
_OTHERS: tuple[Finder, ...] = (
    _itself, _op, data_sets.call, scalers.call, options.call, _number, _array, _application,
)  # fmt: skip


def _elsewhere(dotted: str, line: int) -> Unknown:
    """The result of a function that is not in the source, about which may be asked."""
    return Unknown(line, phrase("{dotted}(…) is not part of Keras", dotted=dotted), "?")
