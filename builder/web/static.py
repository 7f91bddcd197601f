"""Serves static files: listed once at startup, and read on the event loop."""

from collections.abc import Awaitable, Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import async_only_middleware
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

GetResponse = Callable[[HttpRequest], Awaitable[HttpResponseBase]]


@async_only_middleware
def static_files(get_response: GetResponse) -> GetResponse:
    """Serve a static file if the path has one; files are small enough to be read at once."""
    files: dict[str, StaticFile] = WhiteNoiseMiddleware(lambda _: None).files

    async def middleware(request: HttpRequest) -> HttpResponseBase:
        if file := files.get(request.path_info):
            return _response(file, request)
        return await get_response(request)

    return middleware


def _response(file: StaticFile, request: HttpRequest) -> HttpResponse:
    source = file.get_response(request.method, request.META)
    content = b""
    if source.file is not None:
        with source.file:
            content = source.file.read()
    response = HttpResponse(content, status=int(source.status))
    del response["Content-Type"]
    for name, value in source.headers:
        response[name] = value
    return response
