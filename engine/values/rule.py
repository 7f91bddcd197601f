"""The exception for a value that breaks a rule, with words that can be translated."""

from typing import Any


class RuleError(ValueError):
    """A value breaks a rule; `text` is a template (see engine.problems.words) with `arguments`."""

    def __init__(self, text: str, /, **arguments: Any) -> None:
        super().__init__(text.format_map(arguments))
        self.text, self.arguments = text, arguments
