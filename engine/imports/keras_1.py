"""Arguments and names of layers in Keras 1 and 2, as those of Keras 3."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from engine.imports.keras_2 import UNUSED
from engine.values.named import is_integer

Kwargs = dict[str, Any]

_RENAMED: Mapping[str, str] = MappingProxyType(
    {
        "nb_filter": "filters",
        "nb_row": "",
        "nb_col": "",
        "filter_length": "kernel_size",
        "border_mode": "padding",
        "subsample": "strides",
        "subsample_length": "strides",
        "init": "kernel_initializer",
        "W_regularizer": "kernel_regularizer",
        "b_regularizer": "bias_regularizer",
        "U_regularizer": "recurrent_regularizer",
        "W_constraint": "kernel_constraint",
        "b_constraint": "bias_constraint",
        "bias": "use_bias",
        "dim_ordering": "data_format",
        "output_dim": "units",
        "inner_init": "recurrent_initializer",
        "inner_activation": "recurrent_activation",
        "dropout_W": "dropout",
        "dropout_U": "recurrent_dropout",
        "p": "rate",
        "sigma": "stddev",
        "pool_length": "pool_size",
        "stride": "strides",
        "atrous_rate": "dilation_rate",
        "beta_init": "beta_initializer",
        "gamma_init": "gamma_initializer",
        "alpha": "negative_slope",
        "num_outputs": "units",
        "implementation": "",
        "consume_less": "",
        "forget_bias_init": "",
    }
)
_LAYERS: Mapping[str, str] = MappingProxyType(
    {
        "TimeDistributedDense": "Dense",
        "Convolution1D": "Conv1D",
        "Convolution2D": "Conv2D",
        "Convolution3D": "Conv3D",
        "Deconvolution2D": "Conv2DTranspose",
        "Convolution2DTranspose": "Conv2DTranspose",
        "SeparableConvolution1D": "SeparableConv1D",
        "SeparableConvolution2D": "SeparableConv2D",
        "AtrousConvolution2D": "Conv2D",
        "CuDNNLSTM": "LSTM",
        "CuDNNGRU": "GRU",
        "MaxPool1D": "MaxPooling1D",
        "MaxPool2D": "MaxPooling2D",
        "MaxPool3D": "MaxPooling3D",
        "AvgPool1D": "AveragePooling1D",
        "AvgPool2D": "AveragePooling2D",
        "AvgPool3D": "AveragePooling3D",
        "GlobalAvgPool1D": "GlobalAveragePooling1D",
        "GlobalAvgPool2D": "GlobalAveragePooling2D",
        "GlobalMaxPool1D": "GlobalMaxPooling1D",
        "GlobalMaxPool2D": "GlobalMaxPooling2D",
        "ThresholdedReLU": "ReLU",
    }
)
_VALUES: Mapping[str, Mapping[Any, Any]] = MappingProxyType(
    {
        "data_format": {"tf": "channels_last", "th": "channels_first"},
        "kernel_initializer": {"normal": "random_normal", "uniform": "random_uniform"},
        "output_mode": {"binary": "multi_hot", "tf-idf": "tf_idf"},
    }
)
_OWN_NAMES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "ReLU": {"alpha": "negative_slope", "theta": "threshold"},
        "ELU": {},
        "PReLU": {"init": "alpha_initializer"},
        "Embedding": {"output_dim": "output_dim", "init": "embeddings_initializer",
                      "W_regularizer": "embeddings_regularizer", "dropout": ""},
        "BatchNormalization": {"mode": "", "beta_init": "beta_initializer",
                               "gamma_init": "gamma_initializer"},
        "RepeatVector": {},
        "UpSampling1D": {"length": "size"},
        "Highway": {},
    }
)  # fmt: skip
_OBJECTS: Mapping[str, str] = MappingProxyType(
    {
        "kullback_leibler_divergence": "kl_divergence",
        "cosine_proximity": "cosine_similarity",
        "cosine": "cosine_similarity",
        "huber_loss": "huber",
        "logcosh": "log_cosh",
        "KLD": "kld",
        "MSE": "mse",
        "MAE": "mae",
        "MAPE": "mape",
        "MSLE": "msle",
    }
)
_DROPPED = ("W_learning_rate_multiplier", "b_learning_rate_multiplier", "implementation")


def layer_name(name: str) -> str:
    """The name that a layer has today."""
    return _LAYERS.get(name, name)


def object_name(name: str) -> str:
    """The name that a loss or metric has today."""
    return _OBJECTS.get(name, name)


def modern(name: str, known: set[str], args: list[Any], kwargs: Kwargs) -> tuple[list[Any], Kwargs]:
    """Arguments of the layer `name` with their present names; `known` are those it has today."""
    present = layer_name(name)
    own = _OWN_NAMES.get(present, {})
    renamed: Kwargs = {}
    for key, value in kwargs.items():
        new = key if key in known else own.get(key, _RENAMED.get(key, key))
        if new not in known and key in UNUSED.get(present, ()):
            continue
        if new and new not in _DROPPED:
            renamed[new] = _value(new, value)
    if present in _KERNEL_2D and _is_keras_1(name, kwargs):
        args, renamed = _kernel(args, kwargs, renamed)
    return args, renamed


RECURRENT = ("SimpleRNN", "LSTM", "GRU")
_OF_SIZES = ("Dense", *RECURRENT)


def with_sizes(name: str, args: list[Any], kwargs: Kwargs) -> tuple[list[Any], Kwargs]:
    """The first Keras wrote Dense(input_dim, output_dim, init); no later one takes two numbers."""
    sizes = [value for value in args[:2] if is_integer(value)]
    if name not in _OF_SIZES or len(sizes) <= 1:
        return args, kwargs
    named = dict(zip(("init", "activation"), args[2:], strict=False))
    return [sizes[1]], {"input_dim": sizes[0], **named, **kwargs}


def _value(name: str, value: Any) -> Any:
    table = _VALUES.get(name, {})
    return table.get(value, value) if isinstance(value, str) else value


_KERNEL_2D = ("Conv2D", "Conv2DTranspose", "SeparableConv2D")
_KEYS_1 = ("border_mode", "subsample", "init", "dim_ordering", "W_regularizer", "nb_row", "bias")
_ROWS_AND_COLS = 3


def _is_keras_1(name: str, kwargs: Kwargs) -> bool:
    """Whether three numbers are filters, rows and columns, not filters, kernel size and strides."""
    return layer_name(name) != name or any(key in kwargs for key in _KEYS_1)


def _kernel(args: list[Any], old: Kwargs, new: Kwargs) -> tuple[list[Any], Kwargs]:
    """Keras 1 wrote the two sides of a kernel as arguments of their own: (filters, rows, cols)."""
    if "nb_row" in old and "nb_col" in old:
        return args, {**new, "kernel_size": (old["nb_row"], old["nb_col"])}
    if len(args) >= _ROWS_AND_COLS and all(isinstance(size, int) for size in args[1:3]):
        return [args[0], (args[1], args[2]), *args[3:]], new
    return args, new


def optimizer(kwargs: Kwargs) -> tuple[Kwargs, list[str]]:
    """Arguments of an optimizer with their present names, and those that exist no more."""
    result: Kwargs = {}
    gone: list[str] = []
    for key, value in kwargs.items():
        if key == "lr":
            result["learning_rate"] = value
        elif key in ("decay", "schedule_decay"):
            if value not in (0, 0.0, None):
                gone.append(key)
        elif key == "epsilon" and value is None:
            continue
        else:
            result[key] = value
    return result, gone


LEARNING_RATES: Mapping[str, float] = MappingProxyType(
    {"Adadelta": 1.0, "Adagrad": 0.01, "Adamax": 0.002, "Nadam": 0.002}
)
"""Defaults of Keras up to 2.3 that differ from those of later versions."""


def decayed(rate: Any, decay: Any) -> Kwargs | None:
    """The arguments of InverseTimeDecay for `decay` of Keras 2, which divides the learning rate by
    1 + decay · step; None where they are not numbers."""
    if not all(isinstance(value, int | float) for value in (rate, decay)):
        return None
    return {"initial_learning_rate": rate, "decay_steps": 1, "decay_rate": decay}


REGULARIZERS = {"activity_l1": "l1", "activity_l2": "l2", "activity_l1l2": "l1_l2"}
"""What Keras 1 called regularizers of a layer's output; Keras 3 names the argument alone so."""


def regularizer(name: str, kwargs: Kwargs) -> Kwargs:
    """Keras 2 named the factor of a single regularizer `l`: l2(l=0.01)."""
    kwargs = dict(kwargs)
    if "l" in kwargs and name.lower() in ("l1", "l2"):
        kwargs[name.lower()] = kwargs.pop("l")
    return kwargs
