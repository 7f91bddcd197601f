"""The API's route for the words of problems in another language."""

from functools import cache
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path as PathParam
from ninja import Router

from builder.access import MissingError
from builder.api.answers import ERRORS
from builder.api.constants import Constant
from builder.wire.schemas import Template, WordsOut
from engine.problems import Plural, catalogue, languages, problem
from engine.problems.words import Text

router = Router(by_alias=True)

LanguageId = Annotated[str, PathParam(pattern=r"^[a-z]{2,3}$")]


@router.get("/words/{language}", response={200: WordsOut, 304: None, **ERRORS}, tags=["catalogue"])
async def words_of_a_language(request: HttpRequest, language: LanguageId) -> HttpResponse:
    """The words of all problems, log messages and fixes in a language, for `arguments`."""
    if language not in languages.ids():
        raise MissingError(problem("no_language", language=language, known=languages.ids()))
    return _words(language).answer(request)


@cache
def _words(id: str) -> Constant:
    problems = {
        code: (_template(words.message), _template(words.hint) if words.hint else None)
        for code, words in catalogue().items()
    }
    return Constant(WordsOut(texts=languages.texts(id), problems=problems))


def _template(text: Text) -> Template:
    if isinstance(text, Plural):
        return Template(text=text.one, many=text.many, by=text.by)
    return Template(text=text)
