"""Other sites cannot use the server: Host, Origin and the headers of every response."""

import pytest
from django.test import AsyncClient

from tests.builder.conftest import HOST, Client

FORM = "application/x-www-form-urlencoded"


async def post_from(client: AsyncClient, **headers: str) -> int:
    answer = await client.post("/api/projects", "{}", content_type=FORM, headers=headers)
    if answer.status_code != 201:
        assert answer.json()["problems"][0]["code"] in ("other_site", "unknown_host")
    return answer.status_code


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": f"http://{HOST}"},
        {"Origin": f"https://{HOST}"},  # behind a proxy that terminates TLS
        {"Origin": f"HTTP://{HOST.upper()}"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ],
)
async def test_own_page_and_scripts_are_allowed(
    client: AsyncClient, headers: dict[str, str]
) -> None:
    assert await post_from(client, **headers) == 201


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "http://localhost:9999"},
        {"Origin": "http://localhost"},
        {"Origin": f"http://{HOST}.evil.example"},
        {"Origin": f"http://evil@{HOST}"},
        {"Origin": f"ftp://{HOST}"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": f"http://{HOST}", "Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_other_sites_are_refused(client: AsyncClient, headers: dict[str, str]) -> None:
    assert await post_from(client, **headers) == 403


@pytest.mark.parametrize("path", ["/", "/api/projects", "/api/docs", "/static/ninja/favicon.svg"])
async def test_unknown_hosts_are_refused(client: Client, path: str) -> None:
    client.host = "evil.example:8000"
    answer = await client.get(path)
    assert answer.status_code == 400
    assert answer.json()["problems"][0]["code"] == "unknown_host"


@pytest.mark.parametrize("path", ["/", "/api/health", "/api/nothing", "/static/ninja/favicon.svg"])
async def test_every_response_has_the_security_headers(client: AsyncClient, path: str) -> None:
    answer = await client.get(path)
    policy = dict(part.split(" ", 1) for part in answer["Content-Security-Policy"].split("; "))
    assert policy["script-src"] == "'self'"
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["object-src"] == "'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in answer
    assert "Set-Cookie" not in answer
