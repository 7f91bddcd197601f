"""Words for the steps that prepare the rows of a data set."""

from engine.problems.words import Plural, Words

WORDS = {
    "step_without_column": Words(
        "Step {step} of the preparation has no column.", "Choose one under “Data”."
    ),
    "step_unknown_column": Words(
        "Step {step} of the preparation names the column “{column}”, and the data set “{data}” has "
        "no such column.",
        "It has: {known:list}.",
    ),
    "step_unknown_column.near": Words(
        "Step {step} of the preparation names the column “{column}”, and the data set “{data}” has "
        "no such column.",
        "Did you mean “{near}”?",
    ),
    "step_leaves_nothing": Words(
        Plural(
            "count",
            "Step {step} of the preparation leaves out the only row.",
            "Step {step} of the preparation leaves out all of the {count:,} rows.",
        ),
        "Remove or change the step under “Data”.",
    ),
    "range_not_of_numbers": Words(
        "Step {step} of the preparation compares “{column}” with numbers, and it does not hold one "
        "number in each row.",
        "Choose a column of numbers or dates.",
    ),
    "range_without_bounds": Words(
        "Step {step} of the preparation has no bounds for “{column}”.",
        "Enter the least or the greatest number that is kept.",
    ),
    "range_reversed": Words(
        "Step {step} of the preparation leaves out every number of “{column}”: the least one that "
        "is kept, {minimum}, is above the greatest, {maximum}.",
        "Swap the two.",
    ),
    "fill_never_missing": Words(
        "Step {step} of the preparation fills “{column}”, which never lacks a value.",
        severity="note",
    ),
    "fill_not_numbers.median": Words(
        "Step {step} of the preparation fills “{column}” with a median, and it holds no numbers.",
        "Choose the most frequent value, or a constant.",
    ),
    "fill_not_numbers.mean": Words(
        "Step {step} of the preparation fills “{column}” with a mean, and it holds no numbers.",
        "Choose the most frequent value, or a constant.",
    ),
    "fill_unknown_class": Words(
        "Step {step} of the preparation fills “{column}” with “{value}”, which is none of its "
        "classes.",
        "They are: {known:list}.",
    ),
    "fill_without_text": Words(
        "Step {step} of the preparation fills “{column}” with a text, and has none.",
        "Enter the text.",
    ),
    "fill_without_number": Words(
        "Step {step} of the preparation fills “{column}” with a number, and has none.",
        "Enter the number.",
    ),
    "fill_without_values": Words(
        "Step {step} of the preparation learns from the training rows what fills “{column}”, and "
        "they lack all of its values.",
        "Fill it with a constant, or do without the column.",
    ),
    "fill_target": Words(
        "Step {step} of the preparation fills “{column}”, which is a target: the model then learns "
        "from, and is measured by, values that nobody has observed.",
        "Leave out the rows without a value.",
        "warning",
    ),
    "rows_in_both_parts": Words(
        Plural(
            "count",
            "One of {rows:,} rows for validation and test equals a training row.",
            "{count:,} of {rows:,} rows for validation and test equal a training row.",
        ),
        "The results then look better than they are.",
        "warning",
    ),
}
