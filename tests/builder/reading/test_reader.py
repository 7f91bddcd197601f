"""The reader: foreign files and code are read in a process with limits."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator

import pytest
from pydantic import TypeAdapter

from builder.processes.supervised import UnansweredError
from builder.reading.reader import CodeWanted, Reader
from builder.wire.schemas import CodeOut, ImportOut
from engine import templates
from engine.code import generate
from engine.document import Document
from engine.problems import At, Problem, problem

DIGITS = templates.load()[0].document
TEXT = DIGITS.model_dump_json(by_alias=True)
LARGE = b"[" + b"{}," * 6_000_000 + b"{}]"  # takes seconds and half a gigabyte
CODE = generate(DIGITS, "functional").source


@pytest.fixture
async def reader() -> AsyncIterator[Reader]:
    reader = Reader(30.0, memory_mb=512)
    yield reader
    await reader.close()


def codes(answer: object) -> list[str]:
    assert isinstance(answer, list)
    return [problem.code for problem in answer]


async def test_reads_files_code_and_documents_in_one_process(reader: Reader) -> None:
    read, merged, code, started = await asyncio.gather(
        reader.read(TEXT.encode(), "digits.json"),
        reader.merge(TEXT, CODE.replace("Dense(64", "Dense(32"), CODE),
        reader.code(TEXT.encode(), CodeWanted(), stored=True),
        reader.start(json.dumps({"name": "Mine", "document": DIGITS.to_json()}).encode()),
    )
    assert isinstance(read, bytes)
    assert ImportOut.model_validate_json(read) == ImportOut(document=DIGITS, placed=True)
    assert isinstance(merged, bytes)
    hidden = ImportOut.model_validate_json(merged).document.main.nodes[2]
    assert hidden.params["units"] == 32
    assert isinstance(code, bytes)
    assert CodeOut.model_validate_json(code).source == CODE
    assert not isinstance(started, list)
    assert (started.name, started.layers) == ("Mine", len(DIGITS.main.nodes))
    assert Document.model_validate_json(started.document).graphs == DIGITS.graphs


async def test_errors_of_the_check_are_comments_in_the_code(reader: Reader) -> None:
    node = DIGITS.main.nodes[-1].id
    error = problem("missing_param", At(node=node), owner="“score”", name="units")
    errors = TypeAdapter(list[Problem]).dump_json([error]).decode()
    code = await reader.code(TEXT.encode(), CodeWanted(), stored=True, errors=errors)
    assert isinstance(code, bytes)
    assert f"# {error.message}" in CodeOut.model_validate_json(code).source


async def test_unreadable_input_is_answered_with_problems(reader: Reader) -> None:
    assert codes(await reader.read(b"x = (", "model.py")) == ["python_syntax"]
    assert codes(await reader.merge(TEXT, "x = (", CODE)) == ["python_syntax"]
    assert codes(await reader.code(b"{}}", CodeWanted(), stored=False)) == ["unreadable"]
    assert codes(await reader.start(b'{"template": "gone"}')) == ["no_template"]
    assert codes(await reader.start(b'{"document": {"version": 9}}')) == ["unknown_version"]
    assert codes(await reader.start(b'{"nam": "Mine"}')) == ["bad_document"]
    both = json.dumps({"template": "iris", "document": DIGITS.to_json()}).encode()
    assert codes(await reader.start(both)) == ["template_and_document"]
    assert codes(await reader.start(b"[]")) == ["bad_document"]


async def read_problem(reader: Reader, file: bytes) -> Problem:
    with pytest.raises(UnansweredError) as error:
        await reader.read(file, "")
    return error.value.problem


async def test_a_file_that_needs_too_much_memory_does_not_affect_other_requests() -> None:
    reader = Reader(60.0, memory_mb=256)
    died, read = await asyncio.gather(read_problem(reader, LARGE), reader.read(TEXT.encode(), ""))
    assert died.code == "reader_died"
    assert isinstance(read, bytes)
    await reader.close()


async def test_a_slow_request_does_not_delay_the_next(reader: Reader) -> None:
    await reader.start(b"{}")
    os.kill(reader.pid, signal.SIGSTOP)
    slow = asyncio.create_task(reader.start(b"{}"))
    await asyncio.sleep(0)
    assert reader.busy
    assert isinstance(await reader.read(TEXT.encode(), ""), bytes)
    assert not slow.done()
    slow.cancel()
    await asyncio.gather(slow, return_exceptions=True)


async def test_a_file_that_takes_too_long_does_not_affect_other_requests() -> None:
    reader = Reader(1.0)
    await reader.start(b"{}")
    first = reader.pid
    assert (await read_problem(reader, LARGE)).code == "reader_slow"
    assert not isinstance(await reader.start(b"{}"), list)
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)
    await reader.close()
