"""The URLs of the page and of the API."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from builder.api.application import api
from builder.web.pages import page


class IdConverter(StringConverter):
    """An id from `builder.models.new_id`: letters and digits only."""

    regex = "[A-Za-z0-9]{1,16}"


register_converter(IdConverter, "id")

urlpatterns = [
    path("", page, name="home"),
    path("projects/<id:id>", page, name="project"),
    path("api/", api.urls),
]

handler404 = "builder.web.pages.not_found"
handler500 = "builder.web.pages.broken"
