"""Words for the columns and rows of people's data: how they were read, and what to look at."""

from engine.problems.words import Plural, Words, marked

_TELLS = marked("Ignore the column, if it is known only once the target is known.")

WORDS = {
    "column_without_dates": Words(
        "The column “{column}” of “{file}” holds no dates.", "Choose another type for it."
    ),
    "column_with_too_many_classes": Words(
        "The column “{column}” of “{file}” has more than {limit:,} distinct values: too many for "
        "categories.",
        "Choose another type for it.",
    ),
    "column_of_other_type": Words(
        "The column “{column}” of “{file}” can't have the type “{type}”.",
        "Choose another type for it.",
    ),
    "column_has_strays": Words(
        Plural(
            "count",
            "One value of “{column}” is no number and counts as missing: “{cell}” in row {row:,}.",
            "{count:,} values of “{column}” are no numbers and count as missing; the first is "
            "“{cell}” in row {row:,}.",
        ),
        severity="warning",
    ),
    "column_has_gaps": Words(
        Plural(
            "count",
            "One value of “{column}” is missing.",
            "{count:,} values of “{column}” are missing.",
        ),
        "What is missing is NaN, and a loss computed from NaN is NaN: fill these values, leave "
        "their rows out, or leave the column out.",
        "warning",
    ),
    "column_is_constant": Words(
        "“{column}” has the same value in every row, so a model learns nothing from it.",
        "Ignore the column.",
        "note",
    ),
    "column_is_id": Words(
        "“{column}” has another value in every row: it names the rows, and says nothing about "
        "new ones.",
        "Ignore the column, unless it is a measurement.",
        "note",
    ),
    "column_is_constant.ignored": Words(
        "“{column}” is ignored: it has the same value in every row.", severity="note"
    ),
    "column_is_id.ignored": Words(
        "“{column}” is ignored: it has another value in every row.", severity="note"
    ),
    "column_tells_target.same": Words(
        "“{column}” holds the same values as the target “{target}”.", _TELLS, "warning"
    ),
    "column_tells_target.scale": Words(
        "“{column}” is the target “{target}” in another unit.", _TELLS, "warning"
    ),
    "column_tells_target.decides": Words(
        "“{column}” gives the target away: rows that are equal in it have the same “{target}”.",
        _TELLS,
        "warning",
    ),
    "rows_repeat": Words(
        Plural(
            "count",
            "One row repeats an earlier one ({examples}).",
            "{count:,} rows repeat earlier ones ({examples}, …).",
        ),
        "Equal rows can be copies by mistake; the numbers are those of rows in the file.",
        "note",
    ),
    "data_partly_checked": Words(
        "Repeated rows and columns that give the target away were looked for in {columns:,} "
        "columns of the first {rows:,} rows.",
        severity="note",
    ),
    "column_has_missing_class": Words(
        Plural(
            "count",
            "One value of “{column}” is missing; its class is “{name}”.",
            "{count:,} values of “{column}” are missing; their class is “{name}”.",
        ),
        severity="note",
    ),
    "column_of_dates": Words(
        "The dates of “{column}” are stored as days since 1 January 1970.", severity="note"
    ),
    "column_left_out": Words(
        "The column “{column}” holds bytes and was left out.", severity="warning"
    ),
    "column_left_out.type": Words(
        "The column “{column}” was left out: values of the type {type} can't be read here.",
        severity="warning",
    ),
    "column_of_parts": Words(
        "“{column}” says which rows are for training.",
        "A document that trains on this file divides the rows by it.",
        severity="note",
    ),
    "column_of_folds": Words(
        "“{column}” is left out of the model: by its name, it says to which part a row belongs.",
        "Divide the rows by group with it under “Training”, or make it an input.",
        severity="note",
    ),
    "column_of_labels": Words(
        "“{column}” holds lists of {count:,} labels, divided by “{separator}”.",
        "If each cell is a single value, read the column as categories or text.",
        "note",
    ),
    "column_of_labels.json": Words(
        "“{column}” holds lists of {count:,} labels.",
        "If each cell is a single value, read the column as categories or text.",
        "note",
    ),
    "column_without_labels": Words(
        "“{column}” in “{file}” can't be read as lists of at most {limit:,} labels.",
        "Divide the labels in each cell by “;”, “|” or “,”, or read the column as text.",
    ),
    "order_of_dates.month": Words(
        "The dates of “{column}” are read with the month first, but the day could come first, too.",
        severity="note",
    ),
    "order_of_dates.day": Words(
        "The dates of “{column}” are read with the day first, but the month could come first, too.",
        severity="note",
    ),
    "numbers_in_parentheses": Words(
        "Numbers in parentheses in “{column}” are read as numbers below zero, as accountants write "
        "them.",
        severity="note",
    ),
    "numbers_with_unit": Words(
        "The values of “{column}” have a unit (“{cell}”), so they are not read as numbers.",
        "Write “{unit}” into the name of the column, and only numbers into its cells.",
        "warning",
    ),
    "column_of_codes": Words(
        "“{column}” holds codes, not numbers: as many digits in each row, some with a zero first.",
        "If they are quantities, read the column as numbers.",
        "note",
    ),
    "column_of_codes.number": Words(
        "Some numbers of “{column}” begin with zeros, which are not kept.",
        "If they are codes, read the column as categories or text.",
        "note",
    ),
    "row_of_totals": Words(
        "The last row (“{cell}” in “{column}”) seems to hold the sums of the others.",
        "Delete it from the file: a model learns from it as from any other row.",
        "warning",
    ),
    "classes_joined": Words(
        "Values of “{column}” that differ in spaces only are one class, “{name}” for example.",
        severity="note",
    ),
    "classes_alike": Words(
        "The classes “{one}” and “{other}” of “{column}” differ in capital letters only.",
        "If they mean the same, write them alike in the file.",
        "warning",
    ),
}
