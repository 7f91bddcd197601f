"""People's data: from an upload to its preview, its memory in the web process, training on it.

The first rows are compared with pandas, which is no part of the environment: `BENCH_PYTHON` names
an interpreter that has it, else the present one is asked.
"""

import io
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from PIL import Image

from bench import Row, mapped
from bench.socket import server
from bench.timing import milliseconds

CSV_BYTES = 100_000_000
IMAGES, SIDE = 10_000, 96
ROUNDS = 3
UPLOAD_BYTES = 2_000_000_000
UPLOAD_LIMIT = 150
"""Megabytes of the web process, also while it receives so much."""

BY_PANDAS = """
import sys, time
import pandas
began = time.perf_counter()
pandas.read_csv(sys.argv[1])
print(time.perf_counter() - began)
"""
BY_PILLOW = """
import io, sys, time, zipfile
import numpy as np
from PIL import Image
began = time.perf_counter()
with zipfile.ZipFile(sys.argv[1]) as archive:
    images = np.stack([
        np.asarray(Image.open(io.BytesIO(archive.read(name)))) for name in archive.namelist()
    ])
print(time.perf_counter() - began)
"""


def rows() -> Iterator[Row]:
    """Previews, memory during an upload, mapped rows, and a data set larger than memory."""
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as (url, pid):
        yield _preview(url, "CSV of 100 MB", write_table(Path(folder) / "t.csv"), BY_PANDAS)
        yield _preview(url, "10,000 images", write_images(Path(folder) / "i.zip"), BY_PILLOW)
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as (url, pid):
        yield _memory(url, pid)
    for measure in (mapped.speed, mapped.larger_than_memory):
        with tempfile.TemporaryDirectory() as folder:
            yield from measure(Path(folder))


def write_table(path: Path) -> Path:
    """Write a table of numbers, categories and dates."""
    random, count = np.random.default_rng(0), 10_000
    columns: dict[str, Any] = {
        f"x{i}": random.normal(size=count).round(6) * 10**i for i in range(6)
    }
    columns |= {"count": random.integers(0, 10_000, count)}
    columns |= {"kind": random.choice(["oak", "elm", "beech"], count)}
    days = np.datetime64("2020-01-01") + random.integers(0, 2000, count)
    frame = pl.DataFrame(columns | {"day": days})
    with path.open("wb") as file:
        while file.tell() < CSV_BYTES:
            frame.write_csv(file, include_header=not file.tell())
    return path


def write_images(path: Path) -> Path:
    """Write JPEG images of different content in ten class folders."""
    random = np.random.default_rng(0)
    small = random.integers(0, 255, (IMAGES, 6, 6, 3), "uint8")
    with zipfile.ZipFile(path, "w") as archive:
        for number, pixels in enumerate(small):
            file = io.BytesIO()
            Image.fromarray(pixels).resize((SIDE, SIDE)).save(file, "JPEG")
            archive.writestr(f"class{number % 10}/{number}.jpg", file.getvalue())
    return path


def _preview(url: str, what: str, path: Path, script: str) -> Row:
    """From the last byte to the preview, against a script that reads the same file."""
    reader = "pandas" if script == BY_PANDAS else "Pillow"
    name = f"{what}: end of the upload to the preview / {reader} reading the file"
    command = [os.environ.get("BENCH_PYTHON", sys.executable), "-c", script, str(path)]
    pairs = []
    for _ in range(ROUNDS):
        script_run = subprocess.run(command, capture_output=True, text=True, check=False)
        if script_run.returncode:
            return Row(name, "not measured", script_run.stderr.strip().rpartition("\n")[2])
        pairs.append((_until_preview(url, path), float(script_run.stdout)))
    ratio = statistics.median(own / other for own, other in pairs)
    own, other = (statistics.median(times) for times in zip(*pairs, strict=True))
    detail = f"{milliseconds(own)} against {milliseconds(other)}, medians of {ROUNDS}"
    return Row(name, f"{ratio:.2f}", detail)


def _until_preview(url: str, path: Path) -> float:
    """Upload a file to a new project; return the seconds from its last byte to the preview."""
    project, upload = _begin(url, path.name, path.stat().st_size)
    with path.open("rb") as file:
        _send(url, project, upload, file.read)
    began = time.perf_counter()
    while True:
        (described,) = _call("GET", f"{url}/api/projects/{project}/data")
        assert described["state"] != "failed", described["problems"]
        if described["state"] == "ready":
            break
        time.sleep(0.02)
    preview = _call("GET", f"{url}/api/projects/{project}/data/{described['id']}/preview")
    assert preview["columns"]
    return time.perf_counter() - began


def _memory(url: str, pid: int) -> Row:
    """The most memory of the web process while all but the last byte of a file comes."""
    project, upload = _begin(url, "large.csv", UPLOAD_BYTES)
    before, most, left = resident(pid), 0.0, UPLOAD_BYTES - 1

    def next_part(size: int) -> bytes:
        nonlocal most, left
        most, size = max(most, resident(pid)), min(size, left)
        left -= size
        return bytes(size)

    began = time.perf_counter()
    _send(url, project, upload, next_part)
    took = time.perf_counter() - began
    most = max(most, resident(pid))
    _call("DELETE", f"{url}/api/projects/{project}/uploads/{upload['id']}")
    detail = f"{before:.0f} MB before, {took:.0f} s; limit {UPLOAD_LIMIT} MB"
    return Row("memory of the web process during an upload of 2 GB", f"{most:.0f} MB", detail)


def resident(pid: int) -> float:
    """Megabytes of a process that are no pages of files."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    match = re.search(r"RssAnon:\s*(\d+) kB", status)
    assert match
    return int(match[1]) * 1024 / 1e6


def _begin(url: str, name: str, size: int) -> tuple[str, dict[str, Any]]:
    project = str(_call("POST", f"{url}/api/projects", b"{}")["id"])
    body = json.dumps({"name": name, "bytes": size}).encode()
    return project, _call("POST", f"{url}/api/projects/{project}/uploads", body)


def _send(url: str, project: str, upload: dict[str, Any], read: Callable[[int], bytes]) -> None:
    """Send a file in parts of the size that the server asks for."""
    offset = 0
    while part := read(upload["part"]):
        path = f"{url}/api/projects/{project}/uploads/{upload['id']}?offset={offset}"
        offset += len(part)
        assert _call("PUT", path, part)["received"] == offset


def _call(method: str, address: str, body: bytes | None = None) -> Any:
    request = urllib.request.Request(address, body, method=method)
    request.add_header(
        "Content-Type", "application/octet-stream" if method == "PUT" else "application/json"
    )
    with urllib.request.urlopen(request, timeout=600) as answer:
        text = answer.read()
    return json.loads(text) if text else None
