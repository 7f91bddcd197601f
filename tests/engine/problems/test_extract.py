"""The words for translators are complete."""

from pathlib import Path

from builder import urls  # noqa: F401 — enters every room of the server
from engine.catalogue import load
from engine.problems import Plural, catalogue, escaped
from engine.problems.extract import from_catalogue, strings, template
from engine.problems.render import DURATIONS, UNITS
from engine.problems.validation import LIMITS, REASONS
from engine.problems.words import Text


def _key(text: Text) -> tuple[str, ...]:
    return (text.one, text.many) if isinstance(text, Plural) else (text,)


def test_all_words_are_collected() -> None:
    collected = strings(Path("engine"), Path("builder"))
    texts = [text for words in catalogue().values() for text in (words.message, words.hint) if text]
    texts += [*UNITS, *LIMITS.values(), *(text for _, text in DURATIONS)]
    texts += [phrase.text for phrase in REASONS.values()]
    assert [text for text in texts if _key(text) not in collected] == []
    assert ("{first} or {last}",) in collected


def test_texts_of_the_catalogue_are_collected() -> None:
    collected = from_catalogue(Path("engine/catalogue/catalogue.json"))
    assert ("It is another name of Conv2D: place that.",) in collected
    dense = load().layer("Dense")
    units = dense and dense.param("units")
    assert units
    assert (escaped(units.help),) in collected


def test_the_template_is_what_gettext_reads() -> None:
    words = {("One “{a}”",): "engine/x.py:1", ("one", "{n} many"): "engine/y.py:2"}
    assert template(words).split("\n\n", 1)[1] == (
        '#: engine/x.py:1\nmsgid "One “{a}”"\nmsgstr ""\n\n'
        '#: engine/y.py:2\nmsgid "one"\nmsgid_plural "{n} many"\nmsgstr[0] ""\n'
    )
