"""Importing files and edited code: the response is a document or problems."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from django.test import AsyncClient

from builder.wire.schemas import ProjectOut
from engine import templates
from engine.code import generate
from engine.document import Document

DIGITS = templates.load()[0].document
CODE = generate(DIGITS, "functional").source


async def send(client: AsyncClient, data: bytes | str, name: str = "") -> Any:
    path = f"/api/import?name={name}"
    return await client.post(path, data, content_type="application/octet-stream")


async def apply(client: AsyncClient, project: str, source: str, base: str = CODE) -> Any:
    body = json.dumps({"source": source, "base": base})
    path = f"/api/projects/{project}/edited-code"
    return await client.post(path, body, content_type="application/json")


def codes(answer: Any) -> list[str]:
    return [problem["code"] for problem in answer.json()["problems"]]


async def test_imports_a_document_unchanged(client: AsyncClient) -> None:
    answer = await send(client, json.dumps(DIGITS.to_json()), "digits.json")
    assert answer.status_code == 200
    assert answer.json() == {
        "document": DIGITS.to_json(),
        "problems": [],
        "models": [],
        "taken": None,
        "questions": [],
        "placed": True,
    }


async def test_imports_code_and_reports_what_is_left_out(client: AsyncClient) -> None:
    answer = await send(client, CODE + "\nmodel.load_weights('w.h5')\n", "model.py")
    assert answer.status_code == 200
    assert codes(answer) == ["python_left_out"]
    names = [node["name"] for node in answer.json()["document"]["graphs"][0]["nodes"]]
    assert names == ["image", "flat", "hidden", "score"]


@pytest.mark.parametrize(
    "data", [b"", b"x = 1", b"\xff\xfe\x00", b"PK\x03\x04broken", b"[1", b"{}", b"(" * 9000]
)
async def test_data_without_a_model_is_refused_with_problems(
    client: AsyncClient, data: bytes
) -> None:
    answer = await send(client, data, "../../etc/passwd")
    assert answer.status_code == 422
    assert len(codes(answer)) > 0


TWO = """import keras
small = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
large = keras.Sequential([keras.Input((4,)), keras.layers.Dense(units), keras.layers.Dense(1)])
"""


async def choose(client: AsyncClient, source: str, query: str, answers: str = "") -> Any:
    """Import source with a choice of a model and answers, which follow it in the body."""
    path = f"/api/import?name=two.py{query}"
    if answers:
        path += f"&file={len(source.encode())}"
    return await client.post(path, source + answers, content_type="application/octet-stream")


async def test_source_with_an_unknown_value_asks_for_it(client: AsyncClient) -> None:
    answer = await send(client, TWO, "two.py")
    assert answer.status_code == 200
    value = answer.json()
    assert (value["document"], value["taken"]) == (None, 1)
    assert [model["name"] for model in value["models"]] == ["small", "large"]
    assert [(item["key"], item["line"]) for item in value["questions"]] == [("units", 3)]
    answered = (await choose(client, TWO, "&model=1", '{"units":"3"}')).json()
    assert answered["document"]["graphs"][0]["nodes"][1]["params"] == {"units": 3}
    assert answered["questions"] == []


async def test_another_model_of_the_source_is_read(client: AsyncClient) -> None:
    value = (await choose(client, TWO, "&model=0")).json()
    assert (value["taken"], len(value["document"]["graphs"][0]["nodes"])) == (0, 2)


@pytest.mark.parametrize(
    ("query", "answers"),
    [
        ("&model=-1", ""),
        ("&model=x", ""),
        ("&model=9", ""),
        ("&file=-1", ""),
        ("", "["),
        ("", "\ud7ff"),
        ("", '{"units": "' + "3" * 100_000 + '"}'),
    ],
)
async def test_a_choice_or_answers_that_cannot_be_are_refused(
    client: AsyncClient, query: str, answers: str
) -> None:
    answer = await choose(client, TWO, query, answers)
    assert answer.status_code == 422
    assert len(codes(answer)) > 0


async def test_edited_code_that_asks_is_refused_with_the_reason(
    client: AsyncClient, make_project: Callable[..., Awaitable[ProjectOut]]
) -> None:
    project = await make_project(DIGITS)
    answer = await apply(client, project.id, CODE.replace("Dense(64", "Dense(units"))
    assert (answer.status_code, codes(answer)) == (422, ["python_line"])


async def test_a_too_large_body_is_refused(client: AsyncClient, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = await send(client, b"x" * 101)
    assert (answer.status_code, codes(answer)) == (413, ["message_too_large"])


async def test_edited_code_changes_only_the_edited_parameter(
    client: AsyncClient, make_project: Callable[..., Awaitable[ProjectOut]]
) -> None:
    project = await make_project(DIGITS)
    answer = await apply(client, project.id, CODE.replace("Dense(64", "Dense(32"))
    assert answer.status_code == 200
    expected = DIGITS.to_json()
    hidden = next(node for node in expected["graphs"][0]["nodes"] if node["id"] == "hidden")
    hidden["params"]["units"] = 32
    assert Document.model_validate(answer.json()["document"]) == Document.model_validate(expected)
    unchanged = await client.get(f"/api/projects/{project.id}")
    assert unchanged.json()["revision"] == 0


async def test_code_with_a_syntax_error_is_refused(
    client: AsyncClient, make_project: Callable[..., Awaitable[ProjectOut]]
) -> None:
    project = await make_project(DIGITS)
    answer = await apply(client, project.id, CODE.replace("Dense(64", "Dense((64"))
    assert (answer.status_code, codes(answer)) == (422, ["python_syntax"])
    missing = await apply(client, "nothing", CODE)
    assert (missing.status_code, codes(missing)) == (404, ["no_project"])
