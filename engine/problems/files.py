"""Words for people's data files that can't be read, and for what was changed in reading them."""

from engine.problems.words import Plural, Words, marked

_TELLS = marked("Ignore the column, if it is known only once the target is known.")

WORDS = {
    "file_empty": Words("“{file}” is empty."),
    "file_has_no_rows": Words(
        "“{file}” has no rows below its header.",
        "If the first row holds values, read the file without a header.",
    ),
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
    "file_unknown": Words(
        "The format of “{file}” is not known.",
        "These can be read: CSV, TSV, Excel, Parquet, JSON lines, NPZ and NPY, text, and a ZIP or "
        "TAR of images or texts in folders.",
    ),
    "file_of_format": Words(
        "“{file}” is a file in the format {format}, which is not read.",
        "Save it as CSV, Excel, Parquet or JSON lines.",
    ),
    "file_damaged": Words("“{file}” is damaged, or is not what its name says."),
    "file_damaged.member": Words("“{member}” in “{file}” is damaged."),
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
    "images_named_again": Words(
        Plural(
            "count",
            "One row of “{member}” names an image again; of its rows the last one is read.",
            "{count:,} rows of “{member}” name images again; of the rows of an image the last one "
            "is read.",
        ),
        severity="warning",
    ),
    "table_of_images_left_out": Words(
        "“{member}” names {count:,} of {total:,} images, so it is not read.",
        "Add a row for each image, or leave the other images out.",
        "warning",
    ),
    "file_declares_entities": Words(
        "“{member}” in “{file}” declares XML entities, which no spreadsheet needs.",
        "Save the workbook again, or as CSV.",
    ),
    "file_sheet_too_large": Words(
        "A sheet of “{file}” reaches to row {rows:,} and column {columns:,}: “{member}”.",
        "Delete the cells far below and to the right, or save the sheet as CSV.",
    ),
    "column_left_out": Words(
        "The column “{column}” holds bytes and was left out.", severity="warning"
    ),
    "archive_encrypted": Words(
        "“{member}” in “{file}” is encrypted.", "Make an archive without a password."
    ),
    "archive_compressed": Words(
        "“{member}” in “{file}” is compressed by a method that can't be read.",
        "Make an ordinary ZIP archive.",
    ),
    "archive_outside": Words(
        "The name “{member}” in “{file}” leads out of the archive.",
        "Make the archive again, from one folder.",
    ),
    "archive_bomb": Words(
        "“{file}” would unpack to more than {limit:bytes}, at “{member}”: suspiciously much for "
        "its size.",
        "Is it the right file? If so, store it less compressed.",
    ),
    "archive_has_many_members": Words(
        "“{file}” holds more than {limit:,} files.", "Use a part of the files."
    ),
    "archive_member_large": Words(
        "“{member}” in “{file}” is larger than {limit:bytes}.", "Use a smaller file."
    ),
    "archive_nested": Words(
        "“{member}” in “{file}” is an archive again.", "Unpack the inner archive first."
    ),
    "archive_links": Words(
        Plural(
            "count",
            "One link or device in “{file}” was left out.",
            "{count:,} links or devices in “{file}” were left out.",
        ),
        severity="warning",
    ),
    "archive_member_no_text": Words(
        "“{member}” in “{file}” is no text in UTF-8.", "Save it again in UTF-8, or leave it out."
    ),
    "image_too_large": Words(
        "The image “{member}” in “{file}” has more than {limit:,} pixels.", "Make it smaller."
    ),
    "images_damaged": Words(
        Plural(
            "count",
            "One image is damaged and was left out: “{member}”.",
            "{count:,} images are damaged and were left out; the first is “{member}”.",
        ),
        severity="warning",
    ),
    "images_unpaired": Words(
        Plural(
            "count",
            "One image has no mask, or is a mask without an image, and was left out: “{member}”.",
            "{count:,} images without a mask, or masks without an image, were left out; the first "
            "is “{member}”.",
        ),
        severity="warning",
    ),
    "masks_stretched": Words(
        Plural(
            "count",
            "One mask has other proportions than its image: “{member}”. Both were scaled to the "
            "same size.",
            "{count:,} masks have other proportions than their images; the first is “{member}”. "
            "Both were scaled to the same size.",
        ),
        "See in the rows whether masks and images still fit.",
        severity="warning",
    ),
    "mask_ignores": Words(
        "The value 255 in the masks usually means that a pixel is a border, or has no label. It is "
        "the class “{name}”, and counts like any other in the loss and the metrics.",
        severity="note",
    ),
    "mask_of_many_values": Words(
        "The masks in “{file}” have more than {limit:,} different values; “{member}” is one of "
        "them. A mask has one value for each class.",
        "JPEG blurs the values of masks, and so does scaling: save them as PNG, at their original "
        "size.",
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
    "classes_alike": Words(
        "The classes “{one}” and “{other}” of “{column}” differ in capital letters only.",
        "If they mean the same, write them alike in the file.",
        "warning",
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
