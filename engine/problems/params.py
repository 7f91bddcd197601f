"""Words for parameters that are missing, unknown, or have a value that does not fit."""

from engine.problems.words import Words, marked

_MEANT = marked("Did you mean “{near}”?")

WORDS = {
    "unknown_param": Words("{owner} has no parameter “{name}”.", "Remove it."),
    "unknown_param.near": Words("{owner} has no parameter “{name}”.", _MEANT),
    "missing_param": Words("{owner} needs “{name}”."),
    "missing_param.help": Words("{owner} needs “{name}”.", "{help}"),
    "bad_param": Words("{path:path} of {owner} must be {expected}; it is {value}."),
    "not_a_choice": Words("{path:path} of {owner} must be {choices:or}; it is {value}."),
    "not_a_choice.near": Words(
        "{path:path} of {owner} must be {choices:or}; it is {value}.", _MEANT
    ),
    "unknown_object": Words("Keras has no {kind} {name}."),
    "unknown_object.near": Words("Keras has no {kind} {name}.", _MEANT),
    "unknown_object.not_held": Words("A document can't hold the {kind} {name}.", "{why}"),
    "unknown_object.nested": Words(
        "{path:path} of {owner} must be {a_kind}; Keras has none called {name}."
    ),
    "unknown_object.nested.near": Words(
        "{path:path} of {owner} must be {a_kind}; Keras has none called {name}.", _MEANT
    ),
    "unknown_object.refused": Words(
        "{path:path} of {owner} must be {a_kind}; {name} can't be used there.", "{why}"
    ),
}
