"""Responses that are the same until the server is updated: compressed once, and cached by pages."""

import gzip
import hashlib

from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel


class Constant:
    """A model as JSON, plain and compressed, with its ETag."""

    def __init__(self, value: BaseModel) -> None:
        self._plain = value.model_dump_json(by_alias=True).encode()
        self._packed = gzip.compress(self._plain, mtime=0)
        self._etag = f'"{hashlib.sha256(self._plain).hexdigest()[:32]}"'

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Return what this request needs of it."""
        if request.headers.get("If-None-Match") == self._etag:
            response = HttpResponse(status=304)
        elif "gzip" in request.headers.get("Accept-Encoding", ""):
            response = HttpResponse(self._packed, content_type="application/json")
            response["Content-Encoding"] = "gzip"
        else:
            response = HttpResponse(self._plain, content_type="application/json")
        response["ETag"], response["Cache-Control"] = self._etag, "no-cache"
        response["Vary"] = "Accept-Encoding"
        return response
