"""The API's routes for constants: the server, its catalogue, templates and data sets."""

from functools import cache
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path as PathParam
from ninja import Router

from builder.access import MissingError
from builder.api.answers import ALWAYS, ERRORS, ProblemsError, answer, answer_list
from builder.api.constants import Constant
from builder.api.environment import environment
from builder.services import services
from builder.wire.schemas import Environment, TemplateOut
from engine import catalogue as catalogue_module
from engine import templates
from engine.catalogue import Catalogue
from engine.data.built_in import BUILT_IN
from engine.data.catalogue import DataSet
from engine.data.preview import Preview
from engine.data.refusals import unknown_data

router = Router(by_alias=True)

DataId = Annotated[str, PathParam(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


@router.get("/health", response={200: dict[str, str], **ALWAYS}, tags=["server"])
async def health(request: HttpRequest) -> HttpResponse:
    """Check that the server responds."""
    return HttpResponse('{"status": "ok"}', content_type="application/json")


@router.get("/environment", response={200: Environment, **ALWAYS}, tags=["server"])
async def what_this_server_can_do(request: HttpRequest) -> HttpResponse:
    """Backends, devices and versions."""
    return answer(await environment())


@cache
def _catalogue() -> Constant:
    return Constant(catalogue_module.load())


@router.get("/catalogue", response={200: Catalogue, 304: None, **ALWAYS}, tags=["catalogue"])
async def layers_and_objects(request: HttpRequest) -> HttpResponse:
    """Every layer and object with its ports and parameters."""
    return _catalogue().answer(request)


@router.get("/templates", response={200: list[TemplateOut], **ALWAYS}, tags=["catalogue"])
async def list_templates(request: HttpRequest) -> HttpResponse:
    """The gallery, in order."""
    return answer_list(TemplateOut, [_template(template) for template in templates.load()])


def _template(template: templates.Template) -> TemplateOut:
    return TemplateOut(
        id=template.id,
        title=template.title,
        teaches=template.teaches,
        tags=template.tags,
        layers=sum(len(graph.nodes) for graph in template.document.graphs),
        data=template.document.training.data,
        graph=template.document.main,
    )


@router.get("/data", response={200: list[DataSet], **ALWAYS}, tags=["catalogue"])
async def list_data(request: HttpRequest) -> HttpResponse:
    """The data sets."""
    return answer_list(DataSet, BUILT_IN.sets)


@router.get("/data/{id}/preview", response={200: Preview, **ERRORS}, tags=["catalogue"])
async def preview_data(request: HttpRequest, id: DataId) -> HttpResponse:
    """The first rows of a data set, and the distribution of its values."""
    if BUILT_IN.find(id) is None:
        raise MissingError(unknown_data(id, BUILT_IN))
    preview = await (await services()).checker.preview(id)
    if isinstance(preview, list):
        raise ProblemsError(422, *preview)
    return answer(preview)
