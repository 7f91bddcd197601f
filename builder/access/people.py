"""Tells people apart by a cookie, so that they can take turns. It permits nothing.

The cookie is a random text, which its page can't read. What the server stores and sends is its
HMAC, from which nobody learns the cookie. Without accounts somebody can always be several people,
by removing the cookie; a request without one stands for all such requests of its project.
"""

import re
import secrets
from http.cookies import CookieError, SimpleCookie

from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

COOKIE = "layerloom_person"
_FORM = re.compile(r"[A-Za-z0-9_-]{20,64}")
_YEAR = 365 * 24 * 3600


def person_of(source: object) -> str:
    """Return who sent a Django request or opened a socket; "" without a cookie."""
    cookie = _cookie(source)
    if not _FORM.fullmatch(cookie):
        return ""
    return salted_hmac("layerloom.person", cookie, algorithm="sha256").hexdigest()[:16]


def _cookie(source: object) -> str:
    if isinstance(source, HttpRequest):
        return str(source.COOKIES.get(COOKIE, ""))
    headers = source.get("headers", ()) if isinstance(source, dict) else ()
    for name, value in headers:
        if name.lower() == b"cookie":
            try:
                morsel = SimpleCookie(value.decode("latin1")).get(COOKIE)
            except CookieError:
                continue
            if morsel:
                return morsel.value
    return ""


def introduce(request: HttpRequest, response: HttpResponse) -> None:
    """Give a browser its cookie unless it has one."""
    if not person_of(request):
        value = secrets.token_urlsafe(24)
        response.set_cookie(COOKIE, value, max_age=_YEAR, httponly=True, samesite="Lax")
