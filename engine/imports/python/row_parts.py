"""The fractions of the rows for training, validation and test, and how the rows were divided."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.imports.python.bindings import rows_in
from engine.imports.python.values import Array
from engine.problems import Phrase, phrase

_VALIDATION, _TEST = phrase("the fraction for validation"), phrase("the fraction for test")
_ANOTHER = phrase("validation_data of fit(…): a part of the rows is used instead")
_IN_ORDER = phrase(
    "shuffle=False of train_test_split(…): which rows are for which part is drawn at random"
)
_OTHERWISE = phrase("stratify of train_test_split(…)")


@dataclass(frozen=True)
class RowParts:
    """What a source says about the division of rows; None where it says nothing."""

    validation: Any = None
    test: Any = None
    division: Mapping[str, str] | None = None
    left_out: list[Phrase] = field(default_factory=list)


def read_parts(fitted: Mapping[str, Any], settings: Mapping[str, Any]) -> RowParts:
    """The parts that `fit` takes, and those that the functions of generated scripts divide."""
    left_out: list[Phrase] = []
    trained, validated = rows_in(fitted.get("x")), rows_in(fitted.get("validation_data"))
    first = trained.share if trained else 1.0
    second = validated.share if validated else 0.0
    test: float | None = 0.0
    apart = first is not None and second is not None and round(first + second, 6) <= 1
    if first is None or second is None:
        left_out += [_TEST] if settings.get("data") else []
        test = None
    elif apart:
        test = round(1 - first - second, 6)
    elif first < 1:
        test = round(1 - first, 6)
    validation = second if apart and second else _validation(fitted, settings, first)
    if fitted.get("validation_data") is not None and settings.get("data"):
        if second is None:
            left_out.append(_VALIDATION)
        elif not (apart and second) and validation is None:
            left_out.append(_ANOTHER)
    left_out += _of_order(trained)
    return RowParts(
        validation=validation,
        test=settings.get("test_split") or test,
        division=settings.get("division") or _division(trained),
        left_out=left_out,
    )


def _validation(
    fitted: Mapping[str, Any], settings: Mapping[str, Any], trained: float | None
) -> Any:
    """The fraction for validation that is not in an argument of its own; 0 without validation."""
    fraction = fitted.get("validation_split")
    if isinstance(fraction, float) and trained:  # of the rows that are left
        return round(fraction * trained, 6)
    fraction = fraction or settings.get("split")
    if fraction is not None or not fitted or "custom_loop" in fitted:
        return fraction
    return 0.0 if fitted.get("validation_data") is None else None


def _division(trained: Array | None) -> Mapping[str, str] | None:
    is_stratified = trained is not None and trained.division == "stratified"
    return {"by": "stratified", "column": ""} if is_stratified else None


def _of_order(trained: Array | None) -> Iterator[Phrase]:
    """How rows were divided, where a document can't divide them so."""
    if trained is not None and trained.division == "in order":
        yield _IN_ORDER
    if trained is not None and trained.division == "otherwise":
        yield _OTHERWISE
