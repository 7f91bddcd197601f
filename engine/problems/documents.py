"""Words for documents that can't be read, and for operations that can't be applied."""

from engine.problems.words import Words

WORDS = {
    "nothing_there": Words(
        "There is no {path:path} in this document.",
        "Somebody else may have just removed it.",
    ),
    "id_taken": Words(
        "The id {id} is already used in {path:path}.",
        "Give the new one a different id.",
    ),
    "bad_value": Words("The value does not fit {path:path}: {why}."),
    "bad_value.inside": Words("The value does not fit {path:path} ({inside:path}): {why}."),
    "unreadable": Words(
        "This document can't be read: {why}.",
        "A document is the JSON file that Layerloom downloads under “Document”.",
    ),
    "not_a_document": Words(
        "A document is a JSON object with “version” and “graphs”; this is something else.",
    ),
    "unknown_version": Words(
        "The document has version {version}, which can't be read; the newest is {newest}.",
        "It may have been written by a newer version of Layerloom.",
    ),
    "unknown_version.none": Words("The document does not say which version it has."),
    "bad_document": Words("{path:path}: {why}."),
    "bad_document.whole": Words("The document: {why}."),
    "no_template": Words("There is no template “{id}”."),
    "template_and_document": Words(
        "A project starts from a template or from a document, not from both.",
    ),
    "bad_request": Words("The request is not valid: {why}."),
    "bad_request.at": Words("The request is not valid at {place:path}: {why}."),
    "reader_failed": Words(
        "This could not be read, for a reason that is not its fault.",
        "Please report it with the file or the document.",
    ),
}
