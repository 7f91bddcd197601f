"""Words for requests and messages that the server can't understand or carry out."""

from engine.problems import Words, marked

_RELOAD = marked("The page may be older than the server: reload it.")

WORDS = {
    "bad_message": Words("The message could not be understood: {why}.", _RELOAD),
    "bad_message.at": Words("The message could not be understood: {place:path}: {why}.", _RELOAD),
    "bad_request": Words("The request is not valid: {why}."),
    "bad_request.at": Words("The request is not valid at {place:path}: {why}."),
    "message_too_large": Words("This is larger than {limit:bytes}, which is the limit."),
    "not_saved": Words(
        "Your last change is not saved: {why}.",
        "The page keeps it and tries again.",
    ),
    "server_error": Words(
        "Something went wrong on the server; its log says more.",
        "Nothing that was marked as saved is lost.",
    ),
    "no_page": Words("There is nothing at {path}.", "See /api/docs for what there is."),
}
