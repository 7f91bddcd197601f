"""The HTML page that loads the JavaScript bundle, and error pages."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from builder.web.security import problem_response
from engine.problems import problem, sentence

NAME = "Layerloom"
LANGUAGE = "en"
"""The language of the templates of the catalogue; the page's script sets its own."""


async def page(request: HttpRequest, **_: str) -> HttpResponse:
    """Return the page, or instructions for building the bundle if there is none."""
    if not settings.MANIFEST.exists():
        return _unbuilt(request)
    words = {
        "description": sentence(
            "Wire neural-network layers into a graph, see every shape as you edit, train it, and "
            "leave with clean Keras code."
        ),
        "needs_script": sentence(
            "Layerloom draws its canvas with JavaScript. Please allow it for this page."
        ),
    }
    response = _show(request, "page", NAME, words)
    response["Cache-Control"] = "no-cache"
    return response


def _unbuilt(request: HttpRequest) -> HttpResponse:
    title = sentence("The page has not been built")
    words = {
        "text": sentence(
            "Run “make page” and start the server again, or run “make run”, which does both."
        ),
        "link": sentence("The API is available already."),
        "url": "/api/docs",
    }
    return _show(request, "message", title, words, 503)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 Django passes it
    """Answer requests for unknown addresses: JSON under /api/, a page elsewhere."""
    if request.path.startswith("/api/"):
        return problem_response(404, problem("no_page", path=request.path))
    title = sentence("Page not found")
    words = {
        "text": sentence("There is no page at this address."),
        "link": sentence("Go to your projects."),
        "url": "/",
    }
    return _show(request, "message", title, words, 404)


def _show(
    request: HttpRequest, name: str, title: str, words: dict[str, str], status: int = 200
) -> HttpResponse:
    context = {"language": LANGUAGE, "name": NAME, "title": title, **words}
    return render(request, f"builder/{name}.html", context, status=status)


def broken(_: HttpRequest) -> HttpResponse:
    """Answer when a view raised an unexpected exception."""
    return problem_response(500, problem("server_error"))
