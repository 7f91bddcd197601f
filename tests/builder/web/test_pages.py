"""The page, its static files, and the page for unknown addresses."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import AsyncClient
from django_vite.core.asset_loader import DjangoViteAssetLoader


@pytest.fixture
def built(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bundle's manifest, as Vite writes it."""
    manifest = tmp_path / "manifest.json"
    entry = {
        "file": "assets/main-abc12345.js",
        "css": ["assets/main-def12345.css"],
        "isEntry": True,
    }
    manifest.write_text(json.dumps({"src/main.ts": {"src": "src/main.ts", **entry}}))
    settings.MANIFEST = manifest
    settings.DJANGO_VITE = {"default": {"manifest_path": manifest, "static_url_prefix": "dist"}}
    monkeypatch.setattr(DjangoViteAssetLoader, "_instance", None)
    return manifest


@pytest.mark.parametrize("path", ["/", "/projects/abc123"])
async def test_the_page_loads_the_bundle(client: AsyncClient, built: Path, path: str) -> None:
    page = (await client.get(path)).content.decode()
    assert (
        '<script type="module" crossorigin="" src="/static/dist/assets/main-abc12345.js">' in page
    )
    assert 'href="/static/dist/assets/main-def12345.css"' in page
    assert "<noscript>" in page
    assert 'name="viewport"' in page
    assert page.count("<script") == 1  # no inline scripts: the content policy forbids them


async def test_without_a_bundle_the_page_explains_how_to_build_it(
    client: AsyncClient, tmp_path: Path, settings: Any
) -> None:
    settings.MANIFEST = tmp_path / "nothing.json"
    answer = await client.get("/")
    assert answer.status_code == 503
    assert b"make page" in answer.content


@pytest.mark.parametrize("path", ["/nothing", "/projects/", "/projects/a-b", "/static/nothing.js"])
async def test_unknown_addresses_show_the_not_found_page(client: AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert b"Page not found" in answer.content


@pytest.mark.parametrize(
    ("wanted", "lang", "title"),
    [
        ("de-AT,en;q=0.5", "de", "Seite nicht gefunden"),
        ("fr,de;q=0.4,en;q=0.6", "en", "Page not found"),
        ("fr", "en", "Page not found"),
        ("*", "en", "Page not found"),
    ],
)
async def test_pages_speak_the_language_of_the_browser(
    client: AsyncClient, wanted: str, lang: str, title: str
) -> None:
    answer = await client.get("/nothing", headers={"Accept-Language": wanted})
    assert f'<html lang="{lang}">' in answer.content.decode()
    assert f"<h1>{title}</h1>" in answer.content.decode()
    assert answer["Vary"] == "Accept-Language"


@pytest.mark.parametrize(
    "path", ["/static/../manage.py", "/static/%2e%2e/manage.py", "/static//etc/passwd"]
)
async def test_only_static_files_are_served(client: AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_static_files_are_revalidated(client: AsyncClient) -> None:
    first = await client.get("/static/ninja/favicon.svg")
    assert first["Content-Type"] == "image/svg+xml"
    again = await client.get(
        "/static/ninja/favicon.svg", headers={"If-Modified-Since": first["Last-Modified"]}
    )
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("url", "immutable"),
    [
        ("/static/dist/assets/main-B2kq8mXa.js", True),
        ("/static/dist/assets/inter-latin-B2kq_-Xa.woff2", True),
        ("/static/dist/assets/main.js", False),
        ("/static/favicon.svg", False),
        ("/static/ninja/swagger-ui-bundle.js", False),
    ],
)
def test_only_file_names_with_a_hash_are_immutable(
    url: str, immutable: bool, settings: Any
) -> None:
    assert bool(re.match(settings.WHITENOISE_IMMUTABLE_FILE_TEST, url)) is immutable
