"""The words of problems in another language."""

from django.test import AsyncClient

from engine.problems import catalogue


async def test_a_page_gets_the_words_of_its_language(client: AsyncClient) -> None:
    answer = await client.get("/api/words/de")
    words = answer.json()
    assert words["problems"].keys() == catalogue().keys()
    message, hint = words["problems"]["unused_input"]
    assert message == {"text": "“{name}” feeds no layer.", "many": None, "by": None}
    assert words["texts"][message["text"]] == ["„{name}“ führt zu keiner Schicht."]
    assert len(words["texts"][words["problems"]["code_incomplete"][0]["text"]]) == 2
    assert hint["text"] in words["texts"]
    again = await client.get("/api/words/de", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


async def test_english_needs_no_translations(client: AsyncClient) -> None:
    assert (await client.get("/api/words/en")).json()["texts"] == {}


async def test_an_unknown_language_is_refused(client: AsyncClient) -> None:
    answer = await client.get("/api/words/tlh")
    assert answer.status_code == 404
    [problem] = answer.json()["problems"]
    assert (problem["code"], problem["hint"]) == ("no_language", "There are: en, de.")
