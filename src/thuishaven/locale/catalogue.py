"""The translations of one language, read from its ``.po`` file.

The text files are read as they are: nothing is compiled, nothing is built. Reading takes a few milliseconds
for a thousand messages and happens once per language (``docs/decisions/translations.md``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

#: Between the context and the message of a key, as in GNU gettext's own files.
CONTEXT = "\x04"
#: Which of the two forms ``n`` takes. English and Dutch: one is singular. French: zero too.
PLURAL: dict[str, Callable[[float], bool]] = {
    "nl": lambda n: n != 1,
    "en": lambda n: n != 1,
    "fr": lambda n: abs(n) >= 2,
    "xx": lambda n: n != 1,
}
#: Two words for one concept, one for each country: "VTE (BE) / fte (NL)", as the glossary writes them.
VARIANTS = re.compile(r"([^\s()/]+) \((BE|NL)\) / ([^\s()/]+) \((BE|NL)\)")
COUNTRY = {"BEL": "BE", "NLD": "NL"}

#: Spaces of French that do not break a line.
_NARROW, _WHOLE = re.compile(r"(?<=\S) (?=[;!?%])"), re.compile(r"(?<=\S) (?=[:»])|(?<=«) ")

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}
_ESCAPE = re.compile(r"\\(.)")
_KEYWORD = re.compile(r'(msgctxt|msgid|msgid_plural|msgstr|msgstr\[\d\])\s+"(.*)"$')


@dataclass(slots=True)
class Entry:
    """One message: what the code says and how it is said in the language of the file.

    ``forms`` holds the singular and, when ``plural`` is given, the plural; an empty form has no translation.
    """

    msgid: str = ""
    plural: str = ""
    context: str = ""
    forms: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    fuzzy: bool = False

    @property
    def key(self) -> str:
        """The message with its context: what a translation is looked up by."""
        return f"{self.context}{CONTEXT}{self.msgid}" if self.context else self.msgid


def entries(text: str) -> Iterator[Entry]:
    """Read the entries of a ``.po`` file, the header (an empty ``msgid``) first.

    Parameters
    ----------
    text
        The file: GNU gettext's format, UTF-8, obsolete entries (``#~``) left out.

    Raises
    ------
    ValueError
        For a line that is none of the format's, with its number.
    """
    entry, seen = Entry(), ""
    parts: dict[str, str] = {}
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        if line.startswith('"') and line.endswith('"') and seen:
            parts[seen] += line[1:-1]
        elif not line:
            if "msgid" in parts:
                yield _filled(entry, parts)
            entry, parts, seen = Entry(), {}, ""
        elif line.startswith("#"):
            if line.startswith("#,"):
                entry.fuzzy = "fuzzy" in line
            elif line.startswith("#:"):
                entry.places.append(line[2:].strip())
        elif match := _KEYWORD.match(line):
            seen = match[1]
            parts[seen] = match[2]
        else:
            raise ValueError(f"line {number} is not of the .po format: {line!r}")


def _filled(entry: Entry, parts: dict[str, str]) -> Entry:
    plain = {word: _unescape(value) for word, value in parts.items()}
    entry.msgid, entry.plural = plain.pop("msgid"), plain.pop("msgid_plural", "")
    entry.context = plain.pop("msgctxt", "")
    entry.forms = [plain[word] for word in sorted(plain)]
    return entry


def _unescape(value: str) -> str:
    return _ESCAPE.sub(lambda match: _ESCAPES.get(match[1], match[1]), value) if "\\" in value else value


def path(language: str) -> Path:
    """Where the translations of a language are kept."""
    return Path(__file__).with_name(f"{language}.po")


@cache
def messages(language: str, country: str = "") -> dict[str, tuple[str, ...]]:
    """The translated messages of a language, with the words of one country where it has its own.

    Parameters
    ----------
    language
        ``nl`` or ``fr``; English needs no file, so any other language gives an empty table.
    country
        ISO 3166-1 alpha-3. ``BEL`` and ``NLD`` choose one of the two words of "VTE (BE) / fte (NL)"; any
        other country keeps both.
    """
    if country:
        plain = messages(language)
        side = COUNTRY.get(country, "")
        return {key: tuple(for_country(form, side) for form in forms) for key, forms in plain.items()}
    file = path(language)
    if not file.is_file():
        return {}
    found = entries(file.read_text(encoding="utf-8"))
    written = french if language == "fr" else str
    return {
        entry.key: tuple(map(written, entry.forms))
        for entry in found
        if entry.msgid and all(entry.forms) and not entry.fuzzy
    }


def french(text: str) -> str:
    """A French text whose signs keep to their words: no line begins with a colon or ends with a quote.

    The spaces before ; ! ? % are narrow ones, those before : and inside guillemets are whole; none of them
    breaks. Whoever translates types plain spaces.

    >>> french("« oui » : 5 % ?").replace("\\u202f", "_").replace("\\u00a0", "~")
    '«~oui~»~: 5_%_?'
    """
    return _WHOLE.sub("\u00a0", _NARROW.sub("\u202f", text))


def for_country(text: str, side: str) -> str:
    """Choose the Belgian (``BE``) or the Dutch (``NL``) word where a text offers both.

    >>> for_country("12 VTE (BE) / fte (NL) erbij", "BE")
    '12 VTE erbij'
    """
    if not side or " / " not in text:
        return text
    return VARIANTS.sub(lambda match: match[1] if match[2] == side else match[3], text)
