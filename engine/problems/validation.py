"""From pydantic's errors to words of the catalogue."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from engine.problems.words import Phrase, fields, marked, phrase, words_of
from engine.values import NO_NUL, RuleError

MAX_STEP = 80
"""Characters of one step of a path; a key that somebody sent may be long."""

Path = tuple[str, ...]

REASONS: Mapping[str, Phrase] = {
    "bool_parsing": phrase("it should be true or false"),
    "bool_type": phrase("it should be true or false"),
    "dict_type": phrase("it should be an object"),
    "extra_forbidden": phrase("there is no such field"),
    "finite_number": phrase("it should be a finite number"),
    "float_parsing": phrase("it should be a number"),
    "float_type": phrase("it should be a number"),
    "int_from_float": phrase("it should be a whole number"),
    "int_parsing": phrase("it should be a whole number"),
    "int_type": phrase("it should be a whole number"),
    "list_type": phrase("it should be a list"),
    "missing": phrase("it is missing"),
    "model_attributes_type": phrase("it should be an object"),
    "model_type": phrase("it should be an object"),
    "string_type": phrase("it should be text"),
    "string_unicode": phrase("it should be valid Unicode text"),
    "tuple_type": phrase("it should be a list"),
    "union_tag_not_found": phrase("its type is missing"),
}

LIMITS: Mapping[str, str] = {
    "greater_than": marked("it should be greater than {gt}"),
    "greater_than_equal": marked("it should be at least {ge}"),
    "less_than": marked("it should be less than {lt}"),
    "less_than_equal": marked("it should be at most {le}"),
    "literal_error": marked("it should be {expected}"),
    "string_pattern_mismatch": marked("it should match the pattern {pattern}"),
    "string_too_long": marked("it should have at most {max_length} characters"),
    "string_too_short": marked("it should have at least {min_length} characters"),
    "too_long": marked("it should have at most {max_length} items, not {actual_length}"),
    "too_short": marked("it should have at least {min_length} items, not {actual_length}"),
    "union_tag_invalid": marked("its type is {tag}, which is not one of {expected_tags}"),
}
"""The same with what pydantic says of the limit."""


def reasons(error: ValidationError) -> Iterator[tuple[Path, str, Phrase | str]]:
    """Yield each error's path, its type, and what is wrong: in words that can be translated,
    else in pydantic's."""
    for item in error.errors(include_url=False, include_input=False):
        path = tuple(str(step)[:MAX_STEP] for step in item["loc"])
        yield path, item["type"], reason(item)


def reason(item: Mapping[str, Any]) -> Phrase | str:
    """What is wrong, of one item of pydantic's."""
    context = item.get("ctx", {})
    refused = context.get("error")
    if isinstance(refused, RuleError):
        return words_of(refused)
    if context.get("pattern") == NO_NUL:
        return phrase("text must not hold NUL")
    if item["type"] in REASONS:
        return REASONS[item["type"]]
    if item["type"] in LIMITS:
        text = LIMITS[item["type"]]
        return phrase(text, **{name: context[name] for name in fields(text)})
    return str(item["msg"]).removeprefix("Value error, ")
