"""Words for data sets that are missing, and for columns that don't find their place."""

from engine.problems.words import Words, marked

_CHOOSE_COLUMN = marked(
    "Choose a column for it under “Training”, or give the node the name of a column."
)

WORDS = {
    "no_data": Words(
        "No data set has been chosen, so the model can't be trained yet.",
        "Choose one under “Training”.",
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
    "stray_binding": Words(
        "The column “{column}” is assigned to the node “{node}”, which is neither an input nor an "
        "output of the model.",
        "Choose the columns again under “Training”.",
        "warning",
    ),
    "nothing_to_encode": Words(
        "“{column}” is to be encoded as one-hot, but has no classes.",
        "It is fed as it is. Choose the columns again under “Training”.",
        "warning",
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
        "Choose another data set under “Training”, or provide the file again.",
    ),
    "data_unreadable": Words(
        "The files of “{title}” could not be read.",
        "Delete Keras's folder of data sets (~/.keras/datasets), and they will be downloaded "
        "again.",
    ),
}
