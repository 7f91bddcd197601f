"""Rows are found by hash: in the folder, or at an origin, which is not trusted."""

import hashlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from engine.data.built_in import BUILT_IN
from engine.data.catalogue import DataSets
from engine.data.stores import FOLDER, Origin, located, rows_file, worker_folder
from engine.problems import Problem
from engine.protocol import Train
from tests.engine.data.serving import serving
from tests.engine.points import on_points, write_points


class Source(ThreadingHTTPServer):
    """A server with one content for every address, and what was asked of it."""

    content = b""
    status = 200
    length: int | None = None

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.asked: list[tuple[str, str | None]] = []


class Answering(BaseHTTPRequestHandler):
    """Answers what its server holds."""

    server: Source

    def do_GET(self) -> None:
        """Answer, perhaps with fewer bytes than announced."""
        self.server.asked.append((self.path, self.headers.get("Authorization")))
        self.send_response(self.server.status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(self.server.length or len(self.server.content)))
        self.end_headers()
        self.wfile.write(self.server.content)

    def log_message(self, *_: Any) -> None:
        """Print nothing."""


@pytest.fixture
def source() -> Iterator[Source]:
    with serving(Source()) as server:
        yield server


@pytest.fixture
def origin(source: Source) -> Origin:
    return Origin(url=f"http://127.0.0.1:{source.server_port}/run", token="secret")


@pytest.fixture
def written(tmp_path: Path, source: Source) -> DataSets:
    """A described data set, whose rows the source has."""
    made = write_points(tmp_path)
    source.content = Path(made.files["points"]).read_bytes()
    return DataSets(sets=made.sets)


def hash_of(sets: DataSets) -> str:
    (data,) = sets.sets
    assert data.hash
    return data.hash


def test_what_the_folder_lacks_is_fetched_once(
    written: DataSets, source: Source, origin: Origin, tmp_path: Path
) -> None:
    folder = tmp_path / "worker" / "data"
    found = located(written, hash_of(written), folder, origin)
    assert isinstance(found, DataSets)
    file = rows_file(folder, hash_of(written))
    assert found.files == {"points": str(file)}
    assert hashlib.sha256(file.read_bytes()).hexdigest() == hash_of(written)
    assert source.asked == [(f"/run/data/{hash_of(written)}", "Bearer secret")]
    assert located(written, "points", folder, origin) == found, "also by its id"
    assert len(source.asked) == 1


WRONG: dict[str, dict[str, Any]] = {
    "its hash differs": {"content": b"PK another"},
    "hash differs": {"content": b"PK", "length": 1_000},
    "HTTP 404": {"status": 404},
    "HTTP 302": {"status": 302},
}


@pytest.mark.parametrize("detail", WRONG)
def test_nothing_wrong_is_kept(
    detail: str, written: DataSets, source: Source, origin: Origin, tmp_path: Path
) -> None:
    for name, value in WRONG[detail].items():
        setattr(source, name, value)
    folder = tmp_path / "worker"
    refused = located(written, hash_of(written), folder, origin)
    assert isinstance(refused, Problem)
    assert refused.code == "data_not_fetched"
    assert detail in (refused.detail or "")
    assert list(folder.iterdir()) == []
    assert len(source.asked) == 1, "no other address is asked"


def test_a_server_that_is_gone_is_named(written: DataSets, tmp_path: Path) -> None:
    origin = Origin(url="http://127.0.0.1:1/rows", token="secret")
    refused = located(written, hash_of(written), tmp_path / "worker", origin)
    assert isinstance(refused, Problem)
    assert refused.code == "data_not_fetched"


def test_without_an_origin_the_folder_has_the_rows_or_nobody(
    written: DataSets, tmp_path: Path
) -> None:
    refused = located(written, hash_of(written), tmp_path / "worker")
    assert isinstance(refused, Problem)
    assert refused.code == "data_not_stored"
    assert located(BUILT_IN, "digits", tmp_path / "worker") == BUILT_IN
    assert not (tmp_path / "worker").exists()


def test_a_command_with_a_path_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="named by their hash"):
        Train(document=on_points(), output=str(tmp_path), data=write_points(tmp_path))


def test_the_folder_is_that_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER, "/somewhere")
    assert worker_folder() == Path("/somewhere")
    monkeypatch.delenv(FOLDER)
    assert worker_folder().is_relative_to(Path.home())
