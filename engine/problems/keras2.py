"""Words for what Keras 2.3.1 lacks, with which Theano and CNTK train."""

from engine.problems.words import Words, marked

_HINT = marked(
    "Theano and CNTK compute only what Keras 2.3.1 has: choose something else, or Keras 3."
)
_ENGINE_HINT = marked("Choose something else, or another engine.")

WORDS = {
    "keras2_layer": Words("“{name}”: there is no {layer} in Keras 2.3.1.", _HINT),
    "keras2_param": Words("“{name}”: Keras 2.3.1 can't express {param} = {value}.", _HINT),
    "engine_layer": Words(
        "“{name}”: {engine} does not compute {layer} as Keras 3 does: {why}.", _ENGINE_HINT
    ),
    "engine_param": Words(
        "“{name}”: {engine} does not compute {param} = {value} as Keras 3 does: {why}.",
        _ENGINE_HINT,
    ),
    "engine_training": Words(
        "{engine} does not compute {what} as Keras 3 does: {why}.", _ENGINE_HINT
    ),
    "keras2_object.unlike": Words(
        "“{name}”: {what} (at {param}) computes something else in Keras 2.3.1.", _HINT
    ),
    "keras2_object": Words("“{name}”: Keras 2.3.1 lacks {what} (at {param}).", _HINT),
    "keras2_training": Words("Keras 2.3.1 lacks {what}.", _HINT),
    "keras2_training.param": Words(
        "Keras 2.3.1 can't express {param} = {value} for {what}.", _HINT
    ),
    "continues_elsewhere": Words(
        "A run on {engine} can't go on where another one ended.",
        "Keras 2.3.1 keeps no checkpoints of its optimizers. Start from the weights instead.",
    ),
    "no_inside_view_there": Words(
        "There is no inside view while {engine} trains.",
        "The model is in a process with Keras 2.3.1. Look at it when it has been trained.",
        "note",
    ),
    "keras2_setting": Words("Keras 2.3.1 can't express {param} = {value} in the training.", _HINT),
}
