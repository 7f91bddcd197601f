"""The HTML page that loads the JavaScript bundle, and error pages."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation.trans_real import parse_accept_lang_header

from builder.access import people
from builder.web.security import problem_response
from engine.problems import Phrase, languages, phrase, problem
from engine.problems.render import render as render_words

NAME = "Layerloom"


async def page(request: HttpRequest, **_: str) -> HttpResponse:
    """Return the page, or instructions for building the bundle if there is none."""
    if not settings.MANIFEST.exists():
        return _unbuilt(request)
    words: dict[str, Phrase | str] = {
        "description": phrase(
            "Wire neural-network layers into a graph, see every shape as you edit, train it, and "
            "leave with clean Keras code."
        ),
        "needs_script": phrase(
            "Layerloom draws its canvas with JavaScript. Please allow it for this page."
        ),
    }
    response = _show(request, "page", NAME, words)
    response["Cache-Control"] = "no-cache"
    people.introduce(request, response)
    return response


def _unbuilt(request: HttpRequest) -> HttpResponse:
    title = phrase("The page has not been built")
    words: dict[str, Phrase | str] = {
        "text": phrase(
            "Run “make page” and start the server again, or run “make run”, which does both."
        ),
        "link": phrase("The API is available already."),
        "url": "/api/docs",
    }
    return _show(request, "message", title, words, 503)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 Django passes it
    """Answer requests for unknown addresses: JSON under /api/, a page elsewhere."""
    if request.path.startswith("/api/"):
        return problem_response(404, problem("no_page", path=request.path))
    title = phrase("Page not found")
    words: dict[str, Phrase | str] = {
        "text": phrase("There is no page at this address."),
        "link": phrase("Go to your projects."),
        "url": "/",
    }
    return _show(request, "message", title, words, 404)


def _show(
    request: HttpRequest,
    name: str,
    title: Phrase | str,
    words: dict[str, Phrase | str],
    status: int = 200,
) -> HttpResponse:
    """Return a page in the language that the browser asks for; the script may choose another."""
    id = _language(request)
    texts = {
        key: render_words(text.text, text.arguments, languages.language(id))
        if isinstance(text, Phrase)
        else text
        for key, text in {**words, "title": title}.items()
    }
    context = {"language": id, "name": NAME, **texts}
    response = render(request, f"builder/{name}.html", context, status=status)
    response["Vary"] = "Accept-Language"
    return response


def _language(request: HttpRequest) -> str:
    wanted = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    ids = (tag.split("-")[0] for tag, _ in wanted)
    return next((id for id in ids if id in languages.ids()), languages.ENGLISH_ID)


def broken(_: HttpRequest) -> HttpResponse:
    """Answer when a view raised an unexpected exception."""
    return problem_response(500, problem("server_error"))
