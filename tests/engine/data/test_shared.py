"""Stores: a folder, and a bucket on a real server of S3's protocol."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.data import shared
from engine.data.catalogue import DataSets
from engine.data.delivering import UndeliveredError
from engine.data.shared import Store
from engine.data.stores import Origin, located, rows_file
from engine.problems import Problem
from tests.engine.data.buckets import ABSENT, bucket
from tests.engine.points import write_points


@pytest.fixture(scope="module")
def bucket_url() -> Iterator[str]:
    """The address of a bucket under a prefix, on a server that the tests start."""
    if ABSENT:
        pytest.skip(ABSENT)
    with bucket():
        yield "s3://layerloom/of tests"


@pytest.fixture(params=["folder", "bucket"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of each kind of store."""
    if request.param == "folder":
        return f"file://{tmp_path}/the%20store"
    address: str = request.getfixturevalue("bucket_url")
    return address


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = shared.at(url)
    yield store
    for folder in ("data", "results"):
        store.clear(folder)


def written(folder: Path, content: bytes) -> Path:
    file = folder / "content"
    file.write_bytes(content)
    return file


def test_a_file_comes_back_as_it_was(store: Store, tmp_path: Path) -> None:
    assert not store.has("data/a")
    content = bytes(range(256)) * 50_000  # 12.8 MB: in several parts
    store.put("data/a", written(tmp_path, content))
    assert store.has("data/a")
    store.get("data/a", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == content


def test_what_is_not_there_is_not_found(store: Store, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        store.get("data/nothing", tmp_path / "back")


def test_clearing_takes_one_folder(store: Store, tmp_path: Path) -> None:
    file = written(tmp_path, b"1")
    for key in ("results/a/1", "results/a/2", "results/ab/1", "data/a"):
        store.put(key, file)
    store.clear("results/a")
    store.clear("results/none")
    left = [
        key for key in ("results/a/1", "results/a/2", "results/ab/1", "data/a") if store.has(key)
    ]
    assert left == ["results/ab/1", "data/a"]


def test_the_same_file_is_put_by_several_at_once(store: Store, tmp_path: Path) -> None:
    file = written(tmp_path, b"rows" * 100_000)
    threads = [threading.Thread(target=store.put, args=("data/x", file)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    shared.take(store, "data/x", tmp_path / "back", shared.sha256(file))


def test_a_result_is_put_under_its_hash(url: str, store: Store, tmp_path: Path) -> None:
    file = written(tmp_path, b"a model")
    hash = shared.deliver(file, Origin(url=url, run="run-1"))
    assert hash == shared.sha256(file)
    shared.take(store, shared.result_key("run-1", hash), tmp_path / "in" / "back", hash)
    assert (tmp_path / "in" / "back").read_bytes() == b"a model"


def test_another_content_is_not_taken(store: Store, tmp_path: Path) -> None:
    store.put("data/x", written(tmp_path, b"another"))
    (tmp_path / "in").mkdir()
    with pytest.raises(OSError, match="another hash"):
        shared.take(store, "data/x", tmp_path / "in" / "rows", "0" * 64)
    assert not list((tmp_path / "in").iterdir())


def test_a_worker_finds_rows_in_the_store(url: str, store: Store, tmp_path: Path) -> None:
    data = write_points(tmp_path)
    (described,) = data.sets
    hash = described.hash or ""
    sets, origin = DataSets(sets=data.sets), Origin(url=url)
    missing = located(sets, hash, tmp_path / "own", origin, shared.fetch)
    assert isinstance(missing, Problem)
    assert missing.code == "data_not_fetched"
    store.put(shared.rows_key(hash), Path(data.files["points"]))
    found = located(sets, hash, tmp_path / "own", origin, shared.fetch)
    assert isinstance(found, DataSets)
    assert found.files["points"] == str(rows_file(tmp_path / "own", hash))
    assert shared.sha256(Path(found.files["points"])) == hash


def test_a_store_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    written(tmp_path, b"a file, not a folder")
    with pytest.raises(UndeliveredError) as raised:
        shared.deliver(tmp_path / "content", Origin(url=f"file://{tmp_path}/content", run="run"))
    assert raised.value.problem.code == "result_not_sent"
