"""Stores that machines share, for files by content hash: a folder, or a bucket of S3.

    file:///mnt/layerloom     a folder that every machine has at this path
    s3://bucket/prefix        Amazon S3, or whatever speaks its protocol (AWS_ENDPOINT_URL)

The credentials of a bucket are those that boto3 finds on each machine, in the environment or by
the role of the machine. Whoever takes a file from a store verifies its hash.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from engine.data.catalogue import DataSet
from engine.data.delivering import UndeliveredError
from engine.data.stores import Origin, not_fetched
from engine.problems import Problem, problem

SCHEMES = ("file://", "s3://")
_MISSING = frozenset({"404", "NoSuchKey", "NotFound"})


class Store(Protocol):
    """Files by key, a path with slashes. All methods raise OSError; they wait for the network."""

    def has(self, key: str) -> bool:
        """Return whether there is a file with this key."""
        ...

    def put(self, key: str, file: Path) -> None:
        """Store a file, which has its key only once it is whole."""
        ...

    def get(self, key: str, file: Path) -> None:
        """Write what is stored to a file. Raises FileNotFoundError if nothing is."""
        ...

    def clear(self, folder: str) -> None:
        """Remove the files whose keys begin with this folder."""
        ...


def is_store(url: str) -> bool:
    """Return whether an address is that of a store, and not of a server."""
    return url.startswith(SCHEMES)


def at(url: str) -> Store:
    """Return the store at an address. Raises OSError if boto3 is missing or not configured."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return Folder(Path(unquote(parts.path)))
    return Bucket(parts.netloc, parts.path.strip("/"))


def rows_key(hash: str) -> str:
    """Return the key of the rows of a data set."""
    return f"data/{hash}"


def results_of(run: str) -> str:
    """Return the folder of the files of a run."""
    return f"results/{run}"


def result_key(run: str, hash: str) -> str:
    """Return the key of a file of a run."""
    return f"{results_of(run)}/{hash}"


def take(store: Store, key: str, file: Path, hash: str) -> None:
    """Write what is stored to a file, which has its name only if its hash is right.

    Raises OSError.
    """
    with _growing(file) as part:
        store.get(key, part)
        if sha256(part) != hash:
            raise OSError(f"another content came: {key} has another hash")


def fetch(data: DataSet, file: Path, origin: Origin) -> Problem | None:
    """Write the rows of a data set from the store of an origin to a file; return why not."""
    hash = data.hash or ""
    try:
        take(at(origin.url), rows_key(hash), file, hash)
    except OSError as error:
        return not_fetched(data, f"{type(error).__name__}: {error}")
    return None


def deliver(file: Path, origin: Origin) -> str:
    """Put a file of a run into the store of an origin; return its hash. Raises UndeliveredError."""
    try:
        hash = sha256(file)
        at(origin.url).put(result_key(origin.run, hash), file)
    except OSError as error:
        detail = f"{type(error).__name__}: {error}"
        raise UndeliveredError(problem("result_not_sent", name=file.name, detail=detail)) from error
    return hash


def sha256(file: Path) -> str:
    """Return the SHA-256 of a file's content in hexadecimal digits. Raises OSError."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


@contextmanager
def _growing(file: Path) -> Iterator[Path]:
    """Yield a file to write, which gets its name when the context ends without an exception."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=".", delete=False) as part:
        temporary = Path(part.name)
    try:
        yield temporary
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)


class Folder:
    """A folder that every machine has."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has(self, key: str) -> bool:
        """See Store."""
        return (self._folder / key).is_file()

    def put(self, key: str, file: Path) -> None:
        """See Store."""
        with _growing(self._folder / key) as part:
            shutil.copyfile(file, part)

    def get(self, key: str, file: Path) -> None:
        """See Store."""
        shutil.copyfile(self._folder / key, file)

    def clear(self, folder: str) -> None:
        """See Store."""
        shutil.rmtree(self._folder / folder, ignore_errors=True)


class Bucket:
    """A bucket of S3, under a prefix."""

    def __init__(self, bucket: str, prefix: str) -> None:
        self._bucket, self._prefix = bucket, f"{prefix}/" if prefix else ""
        with _as_os_error():
            import boto3

            self._client: Any = boto3.client("s3")

    def has(self, key: str) -> bool:
        """See Store."""
        try:
            with _as_os_error():
                self._client.head_object(Bucket=self._bucket, Key=self._prefix + key)
        except FileNotFoundError:
            return False
        return True

    def put(self, key: str, file: Path) -> None:
        """See Store; a large file is sent in parts."""
        with _as_os_error():
            self._client.upload_file(os.fspath(file), self._bucket, self._prefix + key)

    def get(self, key: str, file: Path) -> None:
        """See Store."""
        with _as_os_error():
            self._client.download_file(self._bucket, self._prefix + key, os.fspath(file))

    def clear(self, folder: str) -> None:
        """See Store."""
        with _as_os_error():
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=f"{self._prefix}{folder}/"
            )
            for page in pages:
                for found in page.get("Contents", ()):
                    self._client.delete_object(Bucket=self._bucket, Key=found["Key"])


@contextmanager
def _as_os_error() -> Iterator[None]:
    """Raise what boto3 raises, or that it is missing, as OSError."""
    try:
        yield
    except ImportError as error:
        raise OSError(f"boto3 is not installed: {error}") from error
    except Exception as error:
        from boto3.exceptions import Boto3Error
        from botocore.exceptions import BotoCoreError, ClientError

        if isinstance(error, ClientError) and _is_missing(error.response):
            raise FileNotFoundError(str(error)) from error
        if isinstance(error, BotoCoreError | ClientError | Boto3Error):
            raise OSError(f"{type(error).__name__}: {error}") from error
        raise


def _is_missing(response: Any) -> bool:
    return response.get("Error", {}).get("Code") in _MISSING
