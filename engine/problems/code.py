"""Words for models that can't be built, and for generated code: its problems and its comments."""

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
    "code_describes": Words(
        Plural(
            "count",
            "{title}: {inputs} in, {outputs} out, {count} layer.",
            "{title}: {inputs} in, {outputs} out, {count} layers.",
        ),
        severity="note",
    ),
    "code_describes.names": Words(
        Plural(
            "count",
            "{title}: {inputs:names} in, {outputs:names} out, {count} layer.",
            "{title}: {inputs:names} in, {outputs:names} out, {count} layers.",
        ),
        severity="note",
    ),
    "code_describes.no_output": Words("{title}: no output yet.", severity="note"),
    "code_purpose": Words(
        "Train the model, evaluate it on the same rows, and save it.", severity="note"
    ),
    "code_purpose.split": Words(
        "Train the model, evaluate it on rows that it has not seen, and save it.", severity="note"
    ),
    "code_purpose.build": Words("Build and compile the model.", severity="note"),
    "code_leaves_out": Words("{name} leads to no output and is left out.", severity="note"),
    "code_without_output": Words("The model has no output yet."),
    "code_without_data": Words("No data is chosen: load yours here."),
    "code_lacks": Words("{name} is missing."),
    "code_lacks.param": Words("{owner} has no parameter {name}."),
    "code_lacks.object": Words("There is no {kinds:kinds} {name}."),
}
