"""Messages about files of data: their upload, their reading and their use."""

from engine.problems import Words, marked

_PART = marked("Use a part of the file.")

WORDS = {
    "no_upload": Words(
        "There is no upload with the id {id}.",
        "It may have been cancelled, or left for more than a day. Upload the file again.",
    ),
    "no_data_file": Words(
        "This project has no file of data with the id {id}. It may have been deleted."
    ),
    "upload_too_large": Words(
        "“{file}” has {size:bytes}; files of data may have {limit:bytes}.",
        "Use a part of the file. The setting LAYERLOOM_MAX_DATA_MB of the server is the limit.",
    ),
    "too_many_uploads": Words(
        "This project has {count} unfinished uploads already.",
        "Wait until they have ended, or cancel one. Those of which nothing comes for an hour make "
        "way.",
    ),
    "too_many_uploads.bytes": Words(
        "The unfinished uploads of this project have {size:bytes}; together they may have "
        "{limit:bytes}.",
        "Wait until they have ended, or cancel one. Those of which nothing comes for an hour make "
        "way.",
    ),
    "model_too_large": Words(
        "This file has {size:bytes}; files of models may have {limit:bytes}.",
        "Save its structure alone, with model.to_json(). The setting LAYERLOOM_MAX_DATA_MB of the "
        "server is the limit.",
    ),
    "too_many_models": Words(
        "The server is receiving {count} large files of models already.",
        "Try again in a few minutes.",
    ),
    "upload_offset": Words(
        "This part of the file begins at byte {offset:,}, but {received:,} bytes have been "
        "received.",
        "Continue the upload from there.",
    ),
    "upload_too_long": Words("The file has more than the {size:bytes} that were announced."),
    "data_not_ready": Words("“{file}” has not been read, so it can't be shown."),
    "data_original_missing": Words(
        "“{file}” is no longer on the server, so it can't be read again.", "Upload it again."
    ),
    "data_reading_lost": Words("The server stopped while it read “{file}”.", "Read it again."),
    "data_in_use": Words(
        "The model of this project trains on “{file}”.",
        "Choose another data set first, or delete this one all the same.",
    ),
    "data_in_use.runs": Words(
        "“{file}” is used by a training run that has not ended.", "Stop the run first."
    ),
    "data_reader_died": Words(
        "The file could not be read: reading it crashed or ran out of memory.", _PART
    ),
    "data_reader_slow": Words("The file could not be read within {seconds:duration}.", _PART),
    "data_reader_missing": Words(
        "The process that reads files of data could not be started.",
        "Run “make install” again. See the server's log for details.",
    ),
}
