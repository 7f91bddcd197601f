"""Words for models that can't be built, or not be written in the form that was asked for."""

from engine.problems.words import Plural, Words

WORDS = {
    "cannot_build": Words(
        "The model can't be built from this document.",
        "Look at the problems on the canvas first.",
    ),
    "not_a_stack": Words(
        "This graph is not a linear stack of layers, so it is shown as a functional model.",
        "A Sequential model has one Input, and each layer takes the output of the one before.",
        "note",
    ),
    "tf_keras_is_tensorflow": Words(
        "tf.keras runs on TensorFlow; the chosen backend, {backend}, is not in this code.",
        "Choose keras as the import style, and the code sets the backend before it imports Keras.",
        "note",
    ),
    "code_incomplete": Words(
        Plural(
            "count",
            "One layer is missing from the code; comments in it say why.",
            "{count} layers are missing from the code; comments in it say why.",
        ),
        "Fix what the Problems list shows, and the code follows.",
        "warning",
    ),
}
