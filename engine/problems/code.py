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
    "code_one_device": Words(
        "This code trains on one device; the model is set to train on {devices}.",
        "Choose keras as the import style, with TensorFlow or JAX.",
        "note",
    ),
    "keras_3_knows_not": Words(
        "Keras 3 does not run on {backend}: this code runs on {used}.",
        "Choose Keras 2 as the import style, and the code runs on {backend}.",
        "note",
    ),
    "code_old_python": Words("Runs on Python {version}, not on a newer one.", severity="note"),
    "code_needs_tensorflow": Words(
        "“{name}”: {layer} needs TensorFlow on every backend, because Keras computes text with it.",
        "Install TensorFlow beside PyTorch, or prepare the text outside of the model.",
        "warning",
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
    "code_incomplete.why": Words(
        Plural(
            "count",
            "One layer is missing from the code: {why}",
            "{count} layers are missing from the code; comments in it say why. The first reason: "
            "{why}",
        ),
        "Fix what the Problems list shows, and the code follows.",
        "warning",
    ),
    "code_inside": Words("In “{name}”: {why}", severity="note"),
    "code_describes": Words(
        "{title}: {kind} from {inputs:names} to {outputs:names}.", severity="note"
    ),
    "code_describes.inputs": Words("{title}: {kind} from {inputs:names}.", severity="note"),
    "code_describes.no_output": Words("{title}: no output yet.", severity="note"),
    "code_learns": Words(
        "{title}: predicts {targets:names} from {inputs:names} (data set {data}).", severity="note"
    ),
    "code_learns.again": Words(
        "{title}: reproduces {inputs:names} (data set {data}).", severity="note"
    ),
    "bypassed": Words(
        "The layer “{name}” ({layer}) is bypassed: its input is passed on.", severity="note"
    ),
    "code_titled": Words("{title}.", severity="note"),
    "code_builds": Words("Build the model.", severity="note"),
    "code_builds.ends": Words(
        "Build the model: {kind} from {inputs:names} to {outputs:names}.", severity="note"
    ),
    "code_purpose": Words(
        "Train the model, evaluate it on the same rows, and save it.", severity="note"
    ),
    "code_purpose.split": Words(
        "Train the model, evaluate it on rows that it has not seen, and save it.", severity="note"
    ),
    "code_purpose.build": Words("Build and compile the model.", severity="note"),
    "code_needs": Words(
        "Needs: {packages:list}; with matplotlib it draws the curves, too", severity="note"
    ),
    "code_needs.model": Words("Needs: {packages:list}", severity="note"),
    "code_prints.validation": Words("Evaluation on the validation rows:", severity="note"),
    "code_prints.training": Words("Evaluation on the training rows:", severity="note"),
    "code_prints.test": Words("Evaluation on the test rows:", severity="note"),
    "code_prints.predicted": Words("Predicted {name}:", severity="note"),
    "code_prints.expected": Words("Expected {name}:", severity="note"),
    "code_prints.shape": Words("Shape of the predicted {name}:", severity="note"),
    "code_curves": Words(
        "Draw the loss and the metrics of each epoch, if Matplotlib is installed.", severity="note"
    ),
    "code_curves.missing": Words(
        "No picture of the curves: Matplotlib is not installed.", severity="note"
    ),
    "code_curves.training": Words("training", severity="note"),
    "code_curves.validation": Words("validation", severity="note"),
    "code_curves.epoch": Words("epoch", severity="note"),
    "code_option": Words("Read the options of the command line.", severity="note"),
    "code_option.seed": Words("seed of all random numbers", severity="note"),
    "code_option.split": Words("fraction of the rows for validation", severity="note"),
    "code_option.test_split": Words("fraction of the rows for test", severity="note"),
    "code_option.batch_size": Words("rows in a batch", severity="note"),
    "code_option.epochs": Words("passes over the training rows", severity="note"),
    "code_option.output": Words("file of the trained model", severity="note"),
    "code_leaves_out": Words("{name} leads to no output and is left out.", severity="note"),
    "code_creates_weights": Words("The first call creates the weights.", severity="note"),
    "code_without_output": Words("The model has no output yet."),
    "code_without_data": Words("No data is chosen: load yours here."),
    "code_own_data": Words("Load your data: arrays by name, rows first.", severity="note"),
    "code_own_data.column": Words("{name}: {dtype}, ({sizes})", severity="note"),
    "code_own_data.classes": Words(
        "{name}: int64, (…), the number of the class of each row, 0 to {last}", severity="note"
    ),
    "code_own_data.positions": Words(
        "{name}: int64, ({sizes}), the number of the class at each position, 0 to {last}",
        severity="note",
    ),
    "code_own_data.numbers": Words(
        "{name}: int64, the number of the class of each row, or at each position of the output, "
        "0 to {last}",
        severity="note",
    ),
    "code_own_data.unknown_classes": Words(
        "{name}: int64, the number of the class of each row, or at each position of the output",
        severity="note",
    ),
    "code_own_data.output": Words("{name}: {dtype}, in the shape of the output", severity="note"),
    "code_own_data.missing": Words("Load your data in load_data().", severity="note"),
    "code_lacks": Words("{name} is missing."),
    "code_lacks.param": Words("{owner} has no parameter {name}."),
    "code_lacks.object": Words("There is no {kinds:kinds} {name}."),
}
