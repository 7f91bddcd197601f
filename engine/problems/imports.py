"""Words for files and code that are imported, and for what could not be kept of them."""

from engine.problems.words import Plural, Words, marked

_SAVE_AGAIN = marked("Save it again with model.save(“model.keras”) and try once more.")

WORDS = {
    "import_unknown_file": Words(
        "This is neither a model nor code that can be read here.",
        "Layerloom reads its own documents, .keras and HDF5 files, the JSON of model.to_json(), "
        "Python source and notebooks.",
    ),
    "import_bad_hdf5": Words("This HDF5 file can't be read: {why}.", _SAVE_AGAIN),
    "import_foreign_hdf5": Words(
        "This is an HDF5 file, but Keras did not save it: it contains no model.",
        _SAVE_AGAIN,
    ),
    "import_weights_only": Words(
        "This file contains weights only, without the structure of the model.",
        "Open the code of the model, or save all of it with model.save(“model.keras”).",
    ),
    "import_saved_model": Words(
        "This is part of a SavedModel: a graph of TensorFlow functions, without Keras's layers.",
        "Open the keras_metadata.pb of the same folder, or the whole folder as a .zip file; or "
        "load the model in Keras and save it with model.save(“model.keras”).",
    ),
    "import_saved_model.reason": Words(
        "This SavedModel can't be read: {why}.",
        "Load it in the version of Keras that saved it, and save it with "
        "model.save(“model.keras”).",
    ),
    "import_graph_model": Words(
        "This is a graph model of TensorFlow.js: TensorFlow functions, without Keras's layers.",
        "Open the layers model or the Keras model that it was converted from.",
    ),
    "import_onnx": Words(
        "This is an ONNX model, which Layerloom can't read.",
        "Open the Keras code or the .keras file that it was exported from.",
    ),
    "import_pytorch": Words(
        "This is a PyTorch file. Layerloom does not open it, because it may hold code that would "
        "run.",
        "Layerloom reads Keras models. Write the model in Keras, and open its code.",
    ),
    "import_pickle": Words(
        "This is a pickle, which Layerloom does not open because that would run code from it.",
        _SAVE_AGAIN,
    ),
    "import_tflite": Words(
        "This is a TensorFlow Lite model, made for running only.",
        "Open the Keras model that it was converted from.",
    ),
    "import_numpy": Words(
        "This is a NumPy array: data or weights, without the structure of a model.",
        "Open the code of the model, or save it with model.save(“model.keras”).",
    ),
    "import_yaml": Words(
        "This is the YAML of model.to_yaml(), which Keras no longer writes or reads.",
        "Load it in the version of Keras that wrote it, and save it with model.to_json().",
    ),
    "import_bad_archive": Words("This .keras file can't be read: {why}.", _SAVE_AGAIN),
    "import_bad_archive.hint": Words("This .keras file can't be read: {why}.", "{hint}"),
    "import_other_keras": Words(
        "Keras {version} saved this model; it was read like a model of Keras {known}.",
        severity="note",
    ),
    "import_assets": Words(
        "What these layers learned from data was not kept: {layers:list}.",
        "Give them their vocabulary as a parameter, or let training adapt them again.",
        "warning",
    ),
    "import_custom_model": Words(
        "“{name}” is a model of the class {kind}. Its graph was kept; anything else that the class "
        "does, such as a training step of its own, was not.",
        severity="warning",
    ),
    "import_changed_meaning": Words("“{name}”: {what}.", severity="warning"),
    "import_training": Words(
        "This part of what the model was compiled with could not be kept: {what:list}.",
        "Choose the optimizer, the losses and the metrics under “Training”.",
        "warning",
    ),
    "import_bad_weights": Words(
        "The weights can't be read: {why}.",
        "The structure does not depend on them; the model starts with fresh weights.",
    ),
    "import_weights_missing": Words(
        "The file has no matching weights for {names:and}.",
        "These layers keep their initial weights.",
        "warning",
    ),
    "import_weights_unwritable": Words("The weights could not be written to {name}."),
    "import_stand_in": Words(
        Plural(
            "count",
            "One layer is of the class {kind}, which Keras does not export: {instead} compute the "
            "same in its place.",
            "{count} layers are of the class {kind}, which Keras does not export: {instead} "
            "compute the same in their place.",
        ),
        severity="note",
    ),
    "not_a_keras_model": Words(
        "This is not a functional or Sequential model as Keras saves it: {why}.",
        "Save it with model.save(“model.keras”) or model.to_json() and try again.",
    ),
    "import_unknown_layer": Words(
        "“{name}” is a {kind}, which can't be placed.",
        "Its place in the graph is kept; replace it by layers that do the same.",
    ),
    "import_unknown_layer.refused": Words(
        "“{name}” is a {kind}, which can't be placed: {why}",
        "Its place in the graph is kept; replace it by layers that do the same.",
    ),
    "import_left_out": Words(
        "This part of “{name}” could not be kept: {what:list}.", severity="warning"
    ),
    "python_syntax": Words("This is not Python: {why}."),
    "python_syntax.line": Words("Line {line}: this is not Python: {why}."),
    "python_syntax.python_2": Words(
        "Line {line}: this is Python 2, and it can't be read: {why}.",
        "2to3, which came with Python up to 3.12, rewrites such code for Python 3.",
    ),
    "python_line": Words("Line {line}: {why}."),
    "python_idle": Words(
        "Line {line} was left out: it says nothing about the model.", severity="warning"
    ),
    "python_endless": Words("Line {line}: {why}.", "Only what comes before was read.", "warning"),
    "python_left_out.training": Words("Of the training: {what:list}.", severity="warning"),
    "python_left_out.weights": Words("Weights: {what:list}.", severity="warning"),
    "python_left_out.other": Words("Other: {what:list}.", severity="warning"),
    "python_assumed": Words(
        "Used without an import, and read as Keras’s documentation uses it: {names:names}.",
        severity="note",
    ),
    "python_assumed_input": Words(
        "Not defined in this source, and taken as inputs of the model: {names:names}.",
        severity="note",
    ),
    "python_assumed_model": Words(
        "The source creates no model. Taken as one: what it computes from {names:names}, which it "
        "does not define either.",
        severity="note",
    ),
    "python_foreign": Words(
        "This is code for {library}, which Layerloom does not read.",
        "Layerloom reads Keras code of any version: write the model with Keras and try again.",
    ),
    "import_notebook_language": Words(
        "This notebook is written in “{language}”, not in Python.",
        "Layerloom reads notebooks with Keras code.",
    ),
    "import_cell_left_out": Words(
        "Code cell {cell} was left out, because it is not Python: {why}.", severity="warning"
    ),
    "import_written_cell": Words(
        "Code cell {cell} writes a module to a file; it was read as part of the notebook.",
        severity="note",
    ),
    "import_empty_notebook": Words("This notebook has no code that can be read."),
    "python_other_model": Words(
        "The model of line {line} could not be read; the one of line {taken} was taken instead.",
        "{why}",
        "warning",
    ),
    "python_no_model.none": Words(
        "This source creates no Keras model.",
        "It calls neither keras.Model(…) nor keras.Sequential(…), or only where it is used.",
    ),
    "python_no_such_model": Words(
        Plural("count", "The source has only one model.", "The source has only {count} models."),
    ),
    "python_answers": Words(
        "The answers can't be read: they are not a JSON object, or longer than 10,000 characters.",
    ),
    "python_answer": Words("{value} can't be the value of {text} (line {line})."),
    "python_no_model": Words(
        "There is no Keras model in this source that can be read.",
        "Functional, Sequential and subclassed models whose sizes the source states can be read.",
    ),
}
