"""The HTML page that loads the JavaScript bundle, and error pages."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from builder.web.security import problem_response
from engine.problems import problem


async def page(request: HttpRequest, **_: str) -> HttpResponse:
    """Return the page, or instructions for building the bundle if there is none."""
    if not settings.MANIFEST.exists():
        return render(request, "builder/unbuilt.html", status=503)
    response = render(request, "builder/page.html")
    response["Cache-Control"] = "no-cache"
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 Django passes it
    """Answer requests for unknown addresses: JSON under /api/, a page elsewhere."""
    if request.path.startswith("/api/"):
        return problem_response(404, problem("no_page", path=request.path))
    return render(request, "builder/not_found.html", status=404)


def broken(_: HttpRequest) -> HttpResponse:
    """Answer when a view raised an unexpected exception."""
    return problem_response(500, problem("server_error"))
