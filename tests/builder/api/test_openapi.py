"""The API matches its OpenAPI schema: valid requests are accepted, invalid ones refused."""

import json
import urllib.request
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from builder.api.application import api
from tests.conftest import Server

SCHEMA = schemathesis.openapi.from_dict(
    json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/"), default=str))
)
OPERATIONS = {result.ok().label: result.ok() for result in SCHEMA.get_all_operations()}

# Documents take seconds to generate: the schema of a document is large and refers to itself.
DOCUMENTS = ("POST /api/projects", "POST /api/check", "POST /api/code")
EXAMPLES, DOCUMENT_EXAMPLES = 12, 4
# JSON Schema can't say that ids differ, that a graph is called "main", or that bytes hold a model.
# Starting a run and Keras's table need a document without errors, which depends on the project.
NOT_EXPRESSIBLE = (
    *DOCUMENTS,
    "POST /api/import",
    "POST /api/projects/{id}/edited-code",
    "GET /api/projects/{id}/summary",
    "POST /api/projects/{id}/runs",
    "POST /api/projects/{id}/races",
    # The size of a file has a limit that is a setting.
    "POST /api/projects/{id}/uploads",
    "POST /api/import/uploads",
    "PUT /api/import/uploads/{upload}",
)


def _has_no_input(operation: Any) -> bool:
    return not (operation.path_parameters or operation.query or operation.body)


CASES = [
    (label, mode)
    for label, operation in OPERATIONS.items()
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    if mode == GenerationMode.POSITIVE or not _has_no_input(operation)
]


@pytest.mark.parametrize(("label", "mode"), CASES, ids=lambda value: getattr(value, "name", value))
def test_an_operation_matches_its_schema(server: Server, label: str, mode: GenerationMode) -> None:
    operation = OPERATIONS[label]
    # Operations that start a run get an empty document, which is not trained.
    project = new_project(
        server, {} if label.endswith(("/runs", "/races")) else {"template": "iris"}
    )

    @settings(
        max_examples=DOCUMENT_EXAMPLES if label in DOCUMENTS else EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode), st.booleans())
    def run(case: Any, known: bool) -> None:
        if known and mode == GenerationMode.POSITIVE and "/projects/{id}" in case.path:
            case.path_parameters["id"] = project
        excluded = [positive_data_acceptance] if label in NOT_EXPRESSIBLE else []
        case.call_and_validate(base_url=server.url, excluded_checks=excluded, timeout=60)

    run()


def new_project(server: Server, body: dict[str, Any]) -> str:
    request = urllib.request.Request(
        f"{server.url}/api/projects",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        id: str = json.load(answer)["id"]
    return id
