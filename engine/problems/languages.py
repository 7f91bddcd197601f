"""The languages of the catalogue: the `.po` files of this room, read for Python's gettext.

English is the language of the templates themselves. Each other language is one file, `<id>.po`,
as translators know it, without comments. Python's gettext reads only the compiled form, and a file
of which people edit one side and commit another gets stale.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from gettext import NullTranslations, c2py
from pathlib import Path

from engine.problems.render import ENGLISH

FOLDER = Path(__file__).parent
ENGLISH_ID = "en"

Forms = tuple[str, ...]
"""A translation: one text, or one for each plural form."""

_LINE = re.compile(r'(?:(msgid|msgid_plural|msgstr(?:\[\d\])?) )?(".*")')


class Language(NullTranslations):
    """The translations of one language; what it lacks stays English."""

    def __init__(self, texts: Mapping[str, Forms]) -> None:
        super().__init__()
        *_, header = texts[""]
        plural = re.search(r"plural=(.*?);", header)
        self.texts = {text: forms for text, forms in texts.items() if text}
        self._form = c2py(plural[1] if plural else "n != 1")

    def gettext(self, message: str) -> str:
        """Return the translation of a text."""
        return self.texts.get(message, (message,))[0]

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the plural form for a number."""
        forms = self.texts.get(msgid1)
        return forms[self._form(n)] if forms else super().ngettext(msgid1, msgid2, n)


def read(source: str) -> dict[str, Forms]:
    """Read a .po file: the translations by English text, of a plural by its singular.

    Raises:
        ValueError: when a line is none of a .po file, or a text has two translations.
    """
    texts: dict[str, Forms] = {}
    for block in source.strip().split("\n\n"):
        fields = _fields(block)
        text = fields.pop("msgid", "")
        fields.pop("msgid_plural", None)
        if text in texts:
            raise ValueError(f"“{text}” has two translations")
        texts[text] = tuple(fields.values())
    return texts


def _fields(block: str) -> dict[str, str]:
    """The texts of one entry, each of which may go on in further lines."""
    fields: dict[str, str] = {}
    name = ""
    for line in block.splitlines():
        if line.startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if not match:
            raise ValueError(f"not a line of a .po file: {line}")
        name = match[1] or name
        fields[name] = fields.get(name, "") + str(json.loads(match[2]))
    return fields


@cache
def ids() -> tuple[str, ...]:
    """The languages that there are, English first."""
    return (ENGLISH_ID, *sorted(path.stem for path in FOLDER.glob("*.po")))


def texts(id: str) -> Mapping[str, Forms]:
    """The translations of a language by English text. Raises KeyError when there is none."""
    translations = language(id)
    return translations.texts if isinstance(translations, Language) else {}


@cache
def language(id: str) -> NullTranslations:
    """Return a language by its id. Raises KeyError when there is none."""
    if id == ENGLISH_ID:
        return ENGLISH
    if id not in ids():
        raise KeyError(id)
    return Language(read((FOLDER / f"{id}.po").read_text(encoding="utf-8")))
