"""Words for people's data files that can't be read, and for how they were read."""

from engine.problems.words import Plural, Words, marked

_WRITE_AGAIN = marked("Write it again without such columns, or as CSV.")

WORDS = {
    "file_empty": Words("“{file}” is empty."),
    "file_has_no_rows": Words(
        "“{file}” has no rows below its header.",
        "If the first row holds values, read the file without a header.",
    ),
    "file_has_no_rows.typed": Words("“{file}” has columns, but counts no rows."),
    "file_too_slow": Words(
        "Reading “{file}” took longer than {seconds:duration}.",
        "Use a part of the file.",
    ),
    "file_too_many_rows": Words(
        "“{file}” has more than {limit:,} rows.", "Use a part of the file."
    ),
    "file_too_many_columns": Words(
        "“{file}” has {count:,} columns; the limit is {limit:,}.",
        "Store many values of one kind as an array in an .npz file.",
    ),
    "file_too_large": Words(
        "The values in “{file}” take more than {size:bytes}; the limit is {limit:bytes}.",
        "Use a part of the file.",
    ),
    "file_mixes_encodings": Words(
        "“{file}” mixes encodings: it is UTF-8 up to line {line:,}, but not there.",
        "Save the file in UTF-8, or choose the encoding that most of it has.",
    ),
    "file_not_in_encoding": Words(
        "Line {line:,} of “{file}” is not text in the encoding {encoding}.",
        "Choose another encoding, or save the file in UTF-8.",
    ),
    "file_has_nul": Words(
        "Line {line:,} of “{file}” holds the character NUL, which no text has.",
        "Is it a text file? Save it again in UTF-8.",
    ),
    "file_line_too_long": Words(
        "Line {line:,} of “{file}” has more than {limit:,} characters.",
        "Is it a table with line breaks?",
    ),
    "file_line_too_wide": Words(
        "Line {line:,} of “{file}” has {count:,} values; the first row has {expected:,}.",
        "Put values that hold the delimiter between quotes, or choose another delimiter.",
    ),
    "file_malformed": Words("“{file}” is not a valid table."),
    "file_malformed.line": Words(
        "“{file}” is not a valid table: its quotes don't match at line {line:,}.",
        "A quote within a quoted value is written twice.",
    ),
    "file_encrypted": Words("“{file}” is encrypted.", "Save it without encryption, or password."),
    "file_unknown": Words(
        "The format of “{file}” is not known.",
        "These can be read: CSV, TSV, Excel, OpenDocument, Parquet, JSON lines, NPZ and NPY, text, "
        "and a ZIP or TAR of images or texts in folders.",
    ),
    "file_of_format": Words(
        "“{file}” is a file in the format {format}, which is not read.",
        "Save it as CSV, Excel, Parquet or JSON lines.",
    ),
    "file_damaged": Words("“{file}” is damaged, or is not what its name says."),
    "file_damaged.member": Words("“{member}” in “{file}” is damaged."),
    "parquet_uses": Words(
        "“{file}” uses a part of the format Parquet that can't be read here.",
        "Write it again with the defaults of the program, or as CSV.",
    ),
    "parquet_uses.codec": Words(
        "“{file}” uses the codec {codec}, which can't be read here.",
        "Write it again with the codec zstd or snappy.",
    ),
    "parquet_uses.type": Words(
        "“{file}” has a column of a type that can't be read here, such as variant or geometry.",
        _WRITE_AGAIN,
    ),
    "parquet_uses.interval": Words(
        "“{file}” has a column of intervals of months and days, which can't be read here.",
        _WRITE_AGAIN,
    ),
    "parquet_uses.decimal": Words(
        "“{file}” has a column of decimal numbers of more than 38 digits, which can't be read "
        "here.",
        "Write it again with these numbers as float64.",
    ),
    "parquet_uses.zone": Words(
        "“{file}” has a column of times in a time zone that has no name, which can't be read here.",
        "Write it again with these times in UTC.",
    ),
    "parquet_uses.map": Words(
        "“{file}” has a column of maps whose keys may be missing, which can't be read here.",
        _WRITE_AGAIN,
    ),
    "file_bad_json": Words(
        "Line {line:,} of “{file}” is not valid JSON.", "Each line holds one object: JSON lines."
    ),
    "file_json_row": Words(
        "Row {line:,} of “{file}” is not an object with named values.",
        "Each line holds one object: JSON lines.",
    ),
    "file_value_too_long": Words(
        "A value that begins in line {line:,} of “{file}” has more than {limit:,} characters.",
        "Rows are read one by one where they are objects in a list, or in lines.",
    ),
    "file_names_too_long": Words(
        "The names of the values up to row {row:,} of “{file}” have more than {limit:,} "
        "characters together."
    ),
    "json_left_out": Words(
        "The rows are those under “{name}”. Not read: {columns:names}.", severity="note"
    ),
    "file_without_columns": Words("“{file}” has no columns of numbers, texts or dates."),
    "file_without_sheet": Words("“{file}” has no sheet “{sheet}”.", "It has: {known:list}."),
    "sheets_left_out": Words(
        "Only the sheet “{sheet}” is read. The workbook has these: {sheets:names}.",
        "Choose another one under “Sheet”.",
        "note",
    ),
    "file_declares_entities": Words(
        "“{member}” in “{file}” declares XML entities, which no spreadsheet needs.",
        "Save the workbook again, or as CSV.",
    ),
    "file_sheet_too_large": Words(
        "A sheet of “{file}” reaches to row {rows:,} and column {columns:,}: “{member}”.",
        "Delete the cells far below and to the right, or save the sheet as CSV.",
    ),
    "array_of_objects": Words(
        "“{member}” in “{file}” holds Python objects. They are not read, because reading them "
        "would run code of the file.",
        "Save the values with a dtype of numbers or text.",
    ),
    "array_of_kind": Words(
        "“{member}” in “{file}” holds values of the dtype {dtype}.",
        "Save them as numbers or text.",
    ),
    "array_of_texts": Words(
        "“{member}” in “{file}” holds texts with the shape {shape:shape}; one text for each row is "
        "expected.",
        "Save each column as an array of its own.",
    ),
    "arrays_joined": Words(
        "The arrays of {parts:list} were joined; “{column}” says which rows are which.",
        "Divide the rows by this column to keep the parts.",
        severity="note",
    ),
    "series_without_numbers": Words(
        "“{file}” has no column of numbers to forecast.",
        "A time series needs a column of numbers, with a row for each step.",
    ),
    "series_too_short": Words(
        "“{file}” has no {needed:,} complete rows in a sequence: it has {rows:,} rows.",
        "Choose fewer past or future steps, or fill the missing numbers in.",
    ),
    "first_line_counts": Words(
        "The first line was skipped, because it is neither a row nor a header: it counts the rows "
        "and columns that follow (“{line}”).",
        severity="note",
    ),
    "rows_above_header": Words(
        Plural(
            "count",
            "One row above the header of the table was left out (“{line}”).",
            "{count:,} rows above the header of the table were left out (“{line}” …).",
        ),
        "If they belong to the table, set “Rows above” to 0.",
        severity="note",
    ),
    "header_of_two_rows": Words(
        "The header has two rows, whose cells are joined to names such as “{name}”.",
        severity="note",
    ),
    "text_is_continued": Words(
        "The text is read to be continued: from {past} characters the next one is predicted.",
        "Uncheck “Predict each next character” to read its lines as rows.",
        severity="note",
    ),
    "series_sorted": Words("The rows were sorted by their dates.", severity="note"),
    "series_with_gaps": Words(
        Plural(
            "count",
            "One window was left out because a number in it is missing.",
            "{count:,} windows were left out because a number in them is missing.",
        ),
        severity="warning",
    ),
    "series_leaves_out": Words("Not part of the series: {columns:names}.", severity="warning"),
    "text_too_short": Words(
        "“{file}” has no more than {past:,} characters.", "Choose fewer characters."
    ),
    "array_left_out": Words(
        "“{column}” with the shape {shape:shape} was left out: the others have {rows:,} rows.",
        severity="warning",
    ),
}
