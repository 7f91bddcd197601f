"""Classes that Python makes a constructor for, and decorators of classes."""

import pytest

from tests.engine.imports.python.reading import read, refusal, summary

MODEL = "\nmodel = keras.Sequential([keras.Input((4,)), layers.Dense(config.units)])"
DATACLASS = """
from dataclasses import dataclass
@dataclass
class Base:
    depth: int = 2
@dataclass(frozen=True)
class Config(Base):
    units: int = 5
"""
NAMED_TUPLE = """
from typing import NamedTuple
class Config(NamedTuple):
    depth: int
    units: int = 5
"""
RECORDS = {
    "the default of a dataclass": (DATACLASS + "config = Config()", 5),
    "by name": (DATACLASS + "config = Config(units=7)", 7),
    "by position, after inherited fields": (DATACLASS + "config = Config(1, 7)", 7),
    "set later": (DATACLASS + "config = Config()\nconfig.units = 9", 9),
    "the default of a named tuple": (NAMED_TUPLE + "config = Config(3)", 5),
    "a named tuple by position": (NAMED_TUPLE + "config = Config(3, 7)", 7),
}


@pytest.mark.parametrize(("source", "units"), RECORDS.values(), ids=RECORDS)
def test_records(source: str, units: int) -> None:
    document = read(source + MODEL).document
    assert summary(document) == [f"Dense(units={units})"]


UNKNOWN = {
    "a class of another library": (
        """
from pydantic import BaseModel
class Config(BaseModel):
    units: int = 5
config = Config(units=7)
""",
        "“Config” extends a class that is not read",
    ),
    "a decorator of another library": (
        """
from attr import attrs
@attrs
class Config:
    units: int = 5
config = Config(units=7)
""",
        "its decorator is not read",
    ),
}


@pytest.mark.parametrize(("source", "why"), UNKNOWN.values(), ids=UNKNOWN)
def test_constructors_that_are_not_known(source: str, why: str) -> None:
    assert why in refusal(source + MODEL)
