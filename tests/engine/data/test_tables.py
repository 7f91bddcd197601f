"""Scripts read a table as Layerloom does: the same columns, numbers and classes."""

from pathlib import Path

import numpy as np
import pytest

from engine import templates
from engine.code import generate
from engine.data.adopting import use_data
from engine.data.catalogue import DataSets
from engine.data.description import Description, text_table
from engine.data.files.reading import as_data_sets
from engine.data.tables import load_table
from engine.document import Document
from engine.imports.graph_builder import Imported
from engine.imports.python import from_python
from tests.engine.data.files.reads import read, rows
from tests.engine.scripts import run

IRIS = next(template.document for template in templates.load() if template.id == "iris")
PLAIN = "length,kind,words\n1.5,oak,a b c d\n-2,elm,e f g h\n3e2,oak,i j k l\n"
TABLES = {
    "plain": PLAIN,
    "decimal comma": "length;kind\n1,5;oak\n2.000,25;elm\n-3;oak\n,5;elm\n",
    "grouped": 'price,kind\n$1,oak\n"1,200.5",oak\n"2,000",elm\n7 %,elm\n',
    "missing": "length,kind\nNA,oak\n1,\n2,elm\n3,oak\n4,N/A\n-,elm\n",
    "short and empty rows": "length,kind\n1,oak\n,\n\n2\n3,elm\n4,oak\n5,elm\n",
    "spaces": " length , kind of  tree \n 1 , red oak\n2,elm \n3,red oak\n4,elm\n",
    "bars": "length|kind\n1|oak\n2|elm\n3|oak\n4|elm\n",
    "mark": "\ufefflength,kind\n1,Öl\n2,elm\n3,Öl\n4,elm\n",
}


def columns_of(description: Description) -> dict[str, str | list[str]]:
    """How a script reads each column."""
    kinds = {"float32": "number", "string": "text"}
    return {
        column.name: list(column.classes) or kinds[column.dtype]
        for column in description.data.columns
    }


@pytest.mark.parametrize("content", TABLES.values(), ids=TABLES)
def test_a_script_reads_the_same_rows(content: str, tmp_path: Path) -> None:
    description = read(tmp_path, content)
    table = text_table(description, str(tmp_path / "source"))
    assert table is not None
    loaded = load_table(
        table.path, columns_of(description), table.delimiter, table.decimal, table.encoding
    )
    stored = rows(tmp_path, description)
    assert loaded.keys() == stored.keys()
    for name, values in stored.items():
        np.testing.assert_array_equal(loaded[name], values, name)
        assert loaded[name].dtype == values.dtype


@pytest.mark.parametrize(
    "content",
    ["1,2\n3,4\n5,6\n", "a,a,b\n1,2,3\n4,5,6\n", "a,,b\n1,2,3\n4,5,6\n"],
    ids=["without a header", "a name twice", "without a name"],
)
def test_a_table_whose_header_lacks_names_is_not_read(content: str, tmp_path: Path) -> None:
    assert text_table(read(tmp_path, content), "t.csv") is None


def flowers(folder: Path) -> tuple[Document, DataSets]:
    """The model of irises on a table of its own, with the table as its data set."""
    generator = np.random.default_rng(0)
    lines = ["a,b,c,d,species"]
    for row in range(120):
        values = generator.normal(row % 3, 0.3, 4).round(3)
        lines.append(",".join(map(str, values)) + f",{['setosa', 'versicolor', 'other'][row % 3]}")
    (folder / "flowers.csv").write_text("\n".join(lines))
    description = read(folder, "\n".join(lines), "flowers.csv")
    sets = as_data_sets(description, folder / "read")
    table = text_table(description, "flowers.csv")
    assert table is not None
    return use_data(IRIS, description.data), sets.model_copy(
        update={"tables": {description.data.id: table}}
    )


def test_the_script_reads_the_table_beside_it(tmp_path: Path) -> None:
    document, sets = flowers(tmp_path)
    training = document.training.model_copy(update={"epochs": 12})
    document = document.model_copy(update={"training": training})
    source = generate(document, "script", data=sets).source
    assert 'load_table(\n        "flowers.csv",' in source
    assert '"a": "number"' in source
    assert '"species": ["other", "setosa", "versicolor"]' in source
    assert ".npz" not in source
    assert "accuracy" in run(source, tmp_path)
    read_back = from_python(source, sets)
    assert isinstance(read_back, Imported)
    assert generate(read_back.document, "script", data=sets).source == source


def test_columns_of_dates_are_read_from_the_rows(tmp_path: Path) -> None:
    content = "day,size\n" + "".join(f"2026-01-{day:02},{day % 5}.5\n" for day in range(1, 29))
    description = read(tmp_path, content, "days.csv", columns={"day": {"role": "input"}})
    table = text_table(description, "days.csv")
    assert table is not None
    sets = as_data_sets(description, tmp_path / "read")
    sets = sets.model_copy(update={"tables": {description.data.id: table}})
    source = generate(use_data(IRIS, description.data), "script", data=sets).source
    assert "load_table" not in source
