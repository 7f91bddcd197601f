"""The API's route for one layer alone."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from builder import access
from builder.access import Need, visitor
from builder.api.answers import ERRORS, ProblemsError, ProjectId, answer_text
from builder.services import services
from builder.wire.schemas import ProblemsOut
from engine import catalogue
from engine.problems import problem
from engine.protocol.trials import Trial, Tried

router = Router(tags=["projects"], by_alias=True)

REFUSED = {409: ProblemsOut}


@router.post("/projects/{id}/layer", response={200: Tried, **REFUSED, **ERRORS})
async def try_layer(request: HttpRequest, id: ProjectId, body: Trial) -> HttpResponse:
    """What a layer of the palette makes of an input, with weights given by hand or its first.

    409 if the layer can't be called with this input and these weights.
    """
    await access.enter(visitor(request), id, Need.VIEW)
    if catalogue.load().layer(body.layer) is None:
        raise ProblemsError(409, problem("layer_not_alone", name=body.layer))
    tried = await (await services()).predictors.try_layer(body)
    if isinstance(tried, list):
        raise ProblemsError(409, *tried)
    return answer_text(tried)
