"""Messages about malformed requests and messages, and about failures of the server."""

from engine.problems import Words, marked

_RELOAD = marked("The page may be older than the server. Reload it.")

WORDS = {
    "bad_message": Words("The server received a malformed message: {why}.", _RELOAD),
    "bad_message.at": Words(
        "The server received a malformed message at {place:path}: {why}.", _RELOAD
    ),
    "message_too_large": Words("The request is too large. The limit is {limit:bytes}."),
    "not_saved": Words(
        "Your last change has not been saved: {why}.",
        "The page keeps it and will try again.",
    ),
    "server_error": Words(
        "An error occurred on the server; see its log for details.",
        "All changes that were marked as saved are safe.",
    ),
    "no_language": Words(
        "There are no texts in the language “{language}”.", "There are: {known:list}."
    ),
    "no_page": Words("There is no page at {path}.", "The API is described at /api/docs."),
}
