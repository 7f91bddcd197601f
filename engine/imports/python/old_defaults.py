"""What older versions of Keras computed where a source states nothing."""

from collections.abc import Collection, Mapping
from typing import Any

from engine.imports.keras_2 import changed_meaning
from engine.imports.python.dialect import KERAS_0, KERAS_1
from engine.imports.python.state import State
from engine.imports.python.values import Layer
from engine.problems import Phrase, phrase

GRU_LAYERS = ("GRU", "GRUCell")
GATED = (*GRU_LAYERS, "LSTM", "LSTMCell")
_KERAS_1 = {"output_dim", "init", "inner_init", "inner_activation", "consume_less", "dropout_W",
            "dropout_U", "W_regularizer", "U_regularizer", "b_regularizer"}  # fmt: skip
"""Arguments that recurrent layers had in Keras 1 only."""
_GATES = phrase(
    "the recurrent activation of LSTM and GRU layers is sigmoid, as in Keras since 2.3; before, it "
    "was hard_sigmoid by default"
)
_SIGMOID = phrase(
    "the recurrent activation of ConvLSTM layers was hard_sigmoid in TensorFlow up to 2.15 and is "
    "sigmoid since"
)
_RESET_AFTER = phrase(
    "GRU layers have reset_after=False, the default of Keras up to 2.3; in TensorFlow 2 it is True"
)


def use(state: State, layer: Layer, name: str, written: Mapping[str, Any]) -> None:
    """Set what a layer did in the version that a source is for, or name what may differ.

    `name` is the class in the source, and `written` are the arguments that the source states.
    """
    _use_gone_arguments(state, layer, written)
    recurrent = name in GATED
    is_keras_1 = state.dialect in (KERAS_0, KERAS_1)
    is_keras_1 = is_keras_1 or (recurrent and not _KERAS_1.isdisjoint(written))
    if name == "ThresholdedReLU":
        layer.params.setdefault("threshold", 1.0)
    if recurrent and not _states(layer, written, "recurrent_activation", "inner_activation"):
        _use_gates(state, layer, is_keras_1)
    elif layer.layer.startswith("ConvLSTM") and not _states(
        layer, written, "recurrent_activation", "inner_activation"
    ):
        _use_gates_of_images(state, layer, is_keras_1)
    if may_be_old(state):
        for change in changed_meaning(layer.params):
            state.leave_out(layer.line, change)
    if name in GRU_LAYERS and not _states(layer, written, "reset_after"):
        _reset_before(state, layer, is_keras_1)


def _use_gone_arguments(state: State, layer: Layer, written: Mapping[str, Any]) -> None:
    """Arguments of Keras 1 that no layer has today; those with an effect are named."""
    bias = written.get("forget_bias_init", "one")
    if bias in ("zero", "zeros"):
        layer.params["unit_forget_bias"] = False
    elif bias not in ("one", "ones"):
        state.leave_out(layer.line, _argument("forget_bias_init", layer))
    for owner, name in _WITH_EFFECT:
        if layer.layer == owner and written.get(name) not in (None, 0, False):
            state.leave_out(layer.line, _argument(name, layer))


_WITH_EFFECT = (("BatchNormalization", "mode"), ("Embedding", "dropout"))


def _argument(name: str, layer: Layer) -> Phrase:
    return phrase("{name} of {layer}, which Keras 3 does not have", name=name, layer=layer.layer)


def may_be_old(state: State) -> bool:
    """Whether a source is for a version before Keras 3, or for any of TensorFlow's Keras."""
    settings = state.settings
    return state.dialect is not None or bool(settings.keys() & {"keras_2", "tensorflow"})


def _states(layer: Layer, written: Collection[str], *names: str) -> bool:
    return not layer.params.keys().isdisjoint(names) or any(name in written for name in names)


def _use_gates(state: State, layer: Layer, is_keras_1: bool) -> None:
    """The gates of LSTM and GRU layers; their default is not known between Keras 1 and 3."""
    is_old = state.dialect is not None and not state.settings.get("tensorflow")
    if is_keras_1:
        layer.params["recurrent_activation"] = "hard_sigmoid"
    elif is_old or state.settings.get("keras_2"):
        state.leave_out(layer.line, _GATES)


def _use_gates_of_images(state: State, layer: Layer, is_keras_1: bool) -> None:
    """The gates of ConvLSTM layers, whose default changed with Keras 3."""
    if is_keras_1 or state.settings.get("keras_2"):
        layer.params["recurrent_activation"] = "hard_sigmoid"
    elif state.settings.get("tensorflow"):
        state.leave_out(layer.line, _SIGMOID)


def _reset_before(state: State, layer: Layer, is_keras_1: bool) -> None:
    """Set the order of a GRU's computations where Keras up to 2.3 was the default of a source."""
    if is_keras_1 or state.settings.get("keras_2"):
        layer.params["reset_after"] = False
        if not is_keras_1:
            state.leave_out(layer.line, _RESET_AFTER)
