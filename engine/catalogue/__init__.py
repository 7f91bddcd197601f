"""Which layers, ops and objects there are, and which parameters each of them takes."""

from engine.catalogue.entries import (
    Catalogue,
    Category,
    Entry,
    Kind,
    Param,
    ParamType,
    Port,
    When,
    load,
    snake_case,
)

__all__ = [
    "Catalogue",
    "Category",
    "Entry",
    "Kind",
    "Param",
    "ParamType",
    "Port",
    "When",
    "load",
    "snake_case",
]
