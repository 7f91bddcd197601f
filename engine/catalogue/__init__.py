"""Which layers, ops and objects there are, and which parameters each of them takes."""

from engine.catalogue.entries import (
    Catalogue,
    Category,
    Entry,
    Kind,
    Param,
    ParamType,
    Port,
    Traits,
    Values,
    When,
    load,
    snake_case,
    traits_of,
)

__all__ = [
    "Catalogue",
    "Category",
    "Entry",
    "Kind",
    "Param",
    "ParamType",
    "Port",
    "Traits",
    "Values",
    "When",
    "load",
    "snake_case",
    "traits_of",
]
