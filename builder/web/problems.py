"""Words for requests that are refused before any view sees them."""

from engine.problems import Words

WORDS = {
    "wrong_method": Words(
        "This address does not accept {method}; it accepts {allowed}.",
        "See /api/docs for what there is.",
    ),
    "other_site": Words(
        "Requests from {origin} are refused: it is another site.",
        "Open Layerloom at the address that the server printed.",
    ),
    "other_site.unknown": Words(
        "Requests from another site are refused.",
        "Open Layerloom at the address that the server printed.",
    ),
    "unknown_host": Words(
        "This server does not answer to the name “{host}”.",
        "If it is yours, add it to LAYERLOOM_ALLOWED_HOSTS.",
    ),
}
