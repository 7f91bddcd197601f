"""Every message has a text in every language, with the same named arguments."""

import re
from string import Formatter

import pytest

from builder import urls  # noqa: F401 — enters every room of the server
from engine.problems import problem, translated
from engine.problems.extract import sources
from engine.problems.languages import FOLDER, Language, ids, language, read
from engine.problems.render import ENGLISH, render
from engine.problems.words import Plural

SOURCES = sources()
GERMAN = read((FOLDER / "de.po").read_text(encoding="utf-8"))


def _arguments(text: str) -> list[tuple[str, str]]:
    """The arguments of a template, each with its form: a name, “{count:,}” or “{names:or}”."""
    return sorted((name, form or "") for _, name, form, _ in Formatter().parse(text) if name)


def test_the_languages() -> None:
    assert ids() == ("en", "de")
    assert language("en") is ENGLISH
    with pytest.raises(KeyError):
        language("../de")


def test_each_message_is_translated_and_no_other() -> None:
    """Copy what is missing from `make words` to de.po, and translate it."""
    texts = {text for text, *_ in SOURCES}
    assert sorted(texts - GERMAN.keys()) == []
    assert sorted(GERMAN.keys() - texts - {""}) == []


@pytest.mark.parametrize("texts", SOURCES, ids=lambda texts: texts[0][:40])
def test_a_translation_has_the_arguments_of_its_message(texts: tuple[str, ...]) -> None:
    forms = GERMAN[texts[0]]
    assert len(forms) == len(texts)
    expected = _arguments(texts[-1])
    singular = [argument for argument in expected if argument[0] != "count"]
    for form in forms:
        assert _arguments(form) == expected or _arguments(form) == singular
        assert form.strip()


def test_german_is_quoted_as_german() -> None:
    """Straight quotes are those of code, such as model.save("model.keras")."""
    texts = [re.sub(r'\("[^"]*"\)', "", form) for forms in GERMAN.values() for form in forms]
    wrong = re.compile('[”"]|„[^“]*(„|$)|(^|“)[^„]*“')
    assert [text for text in texts[1:] if wrong.search(text)] == []


def test_a_problem_in_german() -> None:
    german = language("de")
    example = translated(problem("no_column_for_input", data="Iris"), german)
    assert (
        example.message == "Für diese Eingabe ist keine Spalte des Datensatzes „Iris“ mehr übrig."
    )
    assert example.hint == (
        "Wähle unter „Daten“ eine Spalte dafür, oder gib dem Knoten den Namen einer Spalte."
    )
    assert render("{names:or}", {"names": ["a", "b"]}, german) == "„a“ oder „b“"
    text = Plural("count", "The source has only one model.", "The source has only {count} models.")
    assert render(text, {"count": 1}, german) == "Der Quelltext hat nur ein Modell."
    assert render(text, {"count": 2}, german) == "Der Quelltext hat nur 2 Modelle."
    assert render("not in the catalogue", {}, german) == "not in the catalogue"


def test_reading_a_po_file() -> None:
    source = (
        'msgid ""\nmsgstr "Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
        '# for translators\nmsgid "one “{a}”"\nmsgid_plural "{n} of\\n"\n"them"\nmsgstr[0] "x"\n'
    )
    assert read(source) == {"": ("Plural-Forms: nplurals=1; plural=0;\n",), "one “{a}”": ("x",)}
    assert Language(read(source)).ngettext("one “{a}”", "{n} of them", 7) == "x"
    with pytest.raises(ValueError, match="not a line"):
        read("msgid 'a'")
    with pytest.raises(ValueError, match="two translations"):
        read('msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n')
