"""Messages about requests that are refused before they reach a view."""

from engine.problems import Words

WORDS = {
    "wrong_method": Words(
        "This address does not accept {method}; it accepts {allowed}.",
        "The API is described at /api/docs.",
    ),
    "other_site": Words(
        "Requests from {origin} are refused because it is another site.",
        "Open Layerloom at the address that the server printed.",
    ),
    "other_site.unknown": Words(
        "Requests from another site are refused.",
        "Open Layerloom at the address that the server printed.",
    ),
    "unknown_host": Words(
        "This server does not accept requests for the host “{host}”.",
        "If this host name is yours, add it to the setting LAYERLOOM_ALLOWED_HOSTS.",
    ),
}
