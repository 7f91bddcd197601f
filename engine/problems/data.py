"""Words for data sets that are missing, and for columns that don't find their place."""

from engine.problems.words import Plural, Words, marked

_CHOOSE_COLUMN = marked(
    "Choose a column for it under “Data”, or give the node the name of a column."
)

_CHOOSE_DIVISION = marked("Choose another column under “Training”, or divide the rows at random.")

WORDS = {
    "no_data": Words(
        "No data set has been chosen, so the model can't be trained yet.",
        "Choose a data set under “Data”.",
        "note",
    ),
    "unknown_data": Words("There is no data set “{id}”.", "There are: {known:list}."),
    "unknown_data.near": Words("There is no data set “{id}”.", "Did you mean “{near}”?"),
    "unknown_column": Words(
        "The data set “{data}” has no column “{column}”.", "It has: {known:list}."
    ),
    "unknown_column.near": Words(
        "The data set “{data}” has no column “{column}”.", "Did you mean “{near}”?"
    ),
    "no_proposal": Words(
        "“{data}” has no target column that holds numbers or classes, so no model can be proposed.",
        "Choose the column that the model should predict as the target.",
    ),
    "no_proposal.input": Words(
        "“{data}” has no input column, so no model can be proposed.",
        "Choose the columns that the model should learn from as inputs.",
    ),
    "proposal_fills": Words(
        Plural(
            "count",
            "“{column}” lacks one number, which is filled with the median of the training rows.",
            "“{column}” lacks {count:,} numbers, which are filled with the median of the "
            "training rows.",
        ),
        "Change that under “Preparation”.",
        "note",
    ),
    "proposal_weighs": Words(
        "The loss of “{column}” is multiplied by {weight}: its numbers are large, and the other "
        "targets would hardly count.",
        "Change that under “Training”.",
        "note",
    ),
    "proposal_leaves_rows_out": Words(
        Plural(
            "count",
            "The target “{column}” lacks one number, and its row is left out.",
            "The target “{column}” lacks {count:,} numbers, and these rows are left out.",
        ),
        severity="note",
    ),
    "proposal_does_not_predict": Words(
        "The model does not predict “{column}”: models are proposed for one class, for numbers, "
        "and for a class of each pixel or step of the only input.",
        severity="note",
    ),
    "proposal_reconstructs": Words(
        "No column is a target, so the model learns to return what it receives ({columns:names}), "
        "through a narrow layer.",
        "To predict something instead, make its column the target and propose again.",
        "note",
    ),
    "proposal_does_not_reconstruct": Words(
        "The model does without “{column}”: numbers and classes side by side, or one column of "
        "images or sequences are reconstructed.",
        severity="note",
    ),
    "proposal_needs": Words(
        "Layers that read text run on {title} only, so the model trains on it.", severity="note"
    ),
    "stray_binding": Words(
        "The column “{column}” is assigned to the node “{node}”, which is neither an input nor an "
        "output of the model.",
        "Choose the columns again under “Data”.",
        "warning",
    ),
    "nothing_to_encode": Words(
        "“{column}” is to be encoded as one-hot, but has no classes.",
        "It is fed as it is. Choose the columns again under “Data”.",
        "warning",
    ),
    "columns_dont_join": Words(
        "The columns {columns:and} can't be joined: only numbers and rows of numbers can lie side "
        "by side.",
        _CHOOSE_COLUMN,
    ),
    "no_column_for_input": Words(
        "No column of the data set “{data}” is left for this input.", _CHOOSE_COLUMN
    ),
    "no_target_for_output": Words(
        "No column of the data set “{data}” is left as the target of this output.", _CHOOSE_COLUMN
    ),
    "needs_network": Words(
        "“{title}” is downloaded on first use, and the download failed.",
        "Connect the server to the internet and try again, or choose a data set that needs no "
        "download, such as Digits.",
    ),
    "file_unreadable": Words(
        "The file of “{title}” could not be read.",
        "Choose another data set under “Data”, or provide the file again.",
    ),
    "data_not_stored": Words(
        "The rows of “{title}” are not on the machine that trains.",
        "Upload the file again. If workers run on other machines, the setting LAYERLOOM_WORKER_URL "
        "of the server says where they fetch it.",
    ),
    "data_not_fetched": Words(
        "The rows of “{title}” could not be fetched.",
        "Try again. The setting LAYERLOOM_WORKER_URL of the server is the address that workers "
        "ask, or LAYERLOOM_STORE the store that they use instead.",
    ),
    "data_unreadable": Words(
        "The files of “{title}” could not be read.",
        "Delete the folder of downloaded data sets (~/.keras/datasets of Keras, "
        "~/scikit_learn_data of scikit-learn), and they will be downloaded again.",
    ),
    "division_without_column": Words(
        "No column has been chosen by which the rows are divided.", _CHOOSE_DIVISION
    ),
    "division_without_classes": Words(
        "The rows can't be divided by the classes of the target, because it has none.",
        "Choose a column with classes under “Training”.",
    ),
    "division_unknown_column": Words(
        "The rows can't be divided by “{column}”: the data set “{data}” has no such column.",
        "It has: {known:list}.",
    ),
    "division_unknown_column.near": Words(
        "The rows can't be divided by “{column}”: the data set “{data}” has no such column.",
        "Did you mean “{near}”?",
    ),
    "division_of_many": Words(
        "The rows can't be divided by “{column}”, which holds {shape:axes}.",
        "A column that divides rows has one value for each of them: choose another one under "
        "“Training”.",
    ),
    "division_not_of_classes": Words(
        "The rows can't be divided by the classes of “{column}”, because it has none.",
        "Choose a column with classes under “Training”, or read this one as categories.",
    ),
    "division_not_of_times": Words(
        "The rows can't be divided by the time in “{column}”, which holds neither dates nor "
        "numbers.",
        "Choose another column under “Training”, or read this one as dates.",
    ),
    "division_names_no_parts": Words(
        "The rows can't be divided by “{column}”, which holds no names.",
        "A column that divides rows has the values “train”, “validation” and “test”.",
    ),
    "division_unknown_parts": Words(
        "“{column}” is to divide the rows, but {values:list} names none of their parts.",
        "The parts are called: {known:list}.",
    ),
    "part_empty.training": Words(
        "No rows are left for training.",
        "Take fewer rows for validation and test, or divide the rows in another way.",
    ),
    "part_empty.validation": Words(
        "No rows are left for validation.",
        "Take more rows for validation, or divide the rows in another way.",
        "warning",
    ),
    "part_empty.test": Words(
        "No rows are left for test, so the trained model is not tested.",
        "Take more rows for test, or divide the rows in another way.",
        "warning",
    ),
    "batch_not_filled": Words(
        "A batch of {batch:,} is larger than the training part, which has {rows:,} rows: an epoch "
        "is a single step.",
        "Use smaller batches, so that the weights change more often.",
        "note",
    ),
    "class_not_trained": Words(
        "No training row of “{column}” has the class {classes:list}, so the model can't learn it.",
        "It occurs in the other rows only. Divide the rows so that each part has every class.",
        "warning",
    ),
    "missing_numbers": Words(
        "“{column}” lacks a number in {count:,} of {rows:,} rows, and the model computes NaN from "
        "them.",
        "Fill them, leave these rows out, or do without the column.",
        "warning",
    ),
    "several_weights": Words(
        "{columns:list} all have the role “weight”, but each row has only one weight.",
        "Ignore all of them but one.",
    ),
    "weight_not_a_number": Words(
        "“{column}” can't weigh the rows, because it doesn't hold one number for each row.",
        "Read it as numbers, or ignore it.",
    ),
    "weights_missing": Words(
        "“{column}” weighs the rows, but lacks a number in some training rows.",
        "Leave these rows out, or fill the gaps.",
    ),
    "weights_negative": Words(
        "“{column}” weighs the rows, but is negative in some training rows.",
        "A weight is 0 or greater. Leave out rows below 0, or ignore the column.",
    ),
    "weights_zero": Words(
        "“{column}” weighs the rows, but is 0 in all training rows, so the model learns nothing.",
        "Choose another column as weight, or ignore this one.",
    ),
}
