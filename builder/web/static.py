"""Serves the page's files, found once at the start and answered without leaving the event loop."""

from collections.abc import Awaitable, Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import async_only_middleware
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

GetResponse = Callable[[HttpRequest], Awaitable[HttpResponseBase]]


@async_only_middleware
def static_files(get_response: GetResponse) -> GetResponse:
    """Answer with a static file where there is one; each is small enough to be read whole."""
    files: dict[str, StaticFile] = WhiteNoiseMiddleware(lambda _: None).files

    async def middleware(request: HttpRequest) -> HttpResponseBase:
        if file := files.get(request.path_info):
            return _whole(file, request)
        return await get_response(request)

    return middleware


def _whole(file: StaticFile, request: HttpRequest) -> HttpResponse:
    found = file.get_response(request.method, request.META)
    content = b""
    if found.file is not None:
        with found.file:
            content = found.file.read()
    response = HttpResponse(content, status=int(found.status))
    del response["Content-Type"]
    for name, value in found.headers:
        response[name] = value
    return response
