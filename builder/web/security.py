"""Protects against other sites: checks Host and Origin, and sets a Content Security Policy.

There is no login on one's own machine, so pages of other sites must not be able to send requests:
neither by a form or fetch (Origin), nor by DNS rebinding (Host).
"""

from urllib.parse import urlsplit

from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port, validate_host
from django.http.response import HttpResponseBase
from django.utils.decorators import async_only_middleware

from builder.web.static import GetResponse
from builder.wire.schemas import ProblemsOut
from engine.problems import Problem, problem

NOT_ALLOWED = 405
SAFE = ("GET", "HEAD", "OPTIONS")

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        # The canvas places every node with a style attribute.
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}


def problem_response(status: int, *problems: Problem) -> HttpResponse:
    """Return an error response: its body is `ProblemsOut`."""
    text = ProblemsOut(problems=problems).model_dump_json()
    return HttpResponse(text, status=status, content_type="application/json")


@async_only_middleware
def guard(get_response: GetResponse) -> GetResponse:
    """Refuse requests from other sites, and set the security headers on every response."""

    async def middleware(request: HttpRequest) -> HttpResponseBase:
        response = refusal(request) or await get_response(request)
        if response.status_code == NOT_ALLOWED and request.path.startswith("/api/"):
            allowed = response["Allow"]
            response = problem_response(
                NOT_ALLOWED, problem("wrong_method", method=str(request.method), allowed=allowed)
            )
            response["Allow"] = allowed
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return middleware


def refusal(request: HttpRequest) -> HttpResponse | None:
    """Return an error response if the request must be refused, None otherwise."""
    try:
        host = request.get_host()
    except DisallowedHost:
        host = request.headers.get("Host", "")
        return problem_response(400, problem("unknown_host", host=host))
    if _body_length(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return problem_response(
            413, problem("message_too_large", limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        )
    if request.method in SAFE:
        return None
    origin = request.headers.get("Origin")
    if origin is not None and not same_origin(origin, host):
        return problem_response(403, _other_site(origin))
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return problem_response(403, _other_site(origin))
    return None


def _other_site(origin: str | None) -> Problem:
    return problem("other_site" if origin else "other_site.unknown", origin=origin)


def same_origin(origin: str, host: str) -> bool:
    """Return whether an Origin header matches the Host header, port included.

    Schemes are not compared: behind a proxy that terminates TLS, the server sees plain HTTP.
    """
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.netloc.lower() == host.lower()


def _body_length(request: HttpRequest) -> int:
    length = request.headers.get("Content-Length", "0")
    return int(length) if length.isascii() and length.isdigit() else 0


class OriginGuard:
    """Accepts a WebSocket only from a page that this server has sent."""

    def __init__(self, application: object) -> None:
        self._application = application

    async def __call__(self, scope: dict, receive: object, send: object) -> None:  # type: ignore[type-arg]
        headers = {name.lower(): value.decode("latin1") for name, value in scope["headers"]}
        host, origin = headers.get(b"host", ""), headers.get(b"origin", "")
        allowed = validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS)
        application = (
            self._application if allowed and same_origin(origin, host) else WebsocketDenier()
        )
        await application(scope, receive, send)  # type: ignore[operator]
