"""Collect every message a reader may see and bring the translations up to date: `make messages`.

A message is
- the text in a call of `_`, `N_`, `ngettext` or `pgettext`, in a module or a template of a page (there `_m`
  too, whose parameters may hold markup);
- the description or title of a field of the dossier (`Field(description=...)`), the help of a command;
- a cell of a CSV table in a column whose name ends in `_en`. A column beside it that ends in `_nl` or `_fr`
  gives the translation, and so does the glossary for a message that is one of its terms.

A language's file keeps its translations; messages that are gone leave it, new ones come in empty. With the
word `missing` nothing is written: it lists what has no translation.
"""

from __future__ import annotations

import ast
import csv
import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment, nodes
from jinja2.ext import babel_extract

from thuishaven.locale import glossary
from thuishaven.locale.catalogue import Entry, entries, path
from thuishaven.locale.speech import LANGUAGES

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "thuishaven"
# How many of the first arguments are messages, and whether a context stands before them.
CALLS = {"_": (0, 1), "_m": (0, 1), "N_": (0, 1), "ngettext": (0, 2), "pgettext": (1, 1)}
# Calls whose keyword arguments are messages: the model of the dossier and the commands.
KEYWORDS = {
    "Field": ("title", "description"),
    "Option": ("help",),
    "Argument": ("help",),
    "Typer": ("help",),
    "command": ("help", "epilog"),
    "callback": ("help", "epilog"),
    "add_typer": ("help",),
}
#: How the pages read their templates; a template that Jinja cannot read is an error, not an empty one.
JINJA = {"extensions": "jinja2.ext.do", "silent": "false"}
TORN = "a message must be one literal text with {names} in it"
LANGUAGE_NAMES = {"nl": "Dutch", "fr": "French"}


class NotALiteralError(Exception):
    """A message is put together in the code, so that no translator ever sees it."""


@dataclass(slots=True)
class Message:
    """A message with where it stands and the translations that stand beside it in a table."""

    entry: Entry
    known: dict[str, str] = field(default_factory=dict)


def called(node: ast.Call) -> str:
    """The last name of what is called: `Field` for `pydantic.Field(...)`."""
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def literal(node: ast.expr, where: str) -> str | None:
    """The text of an argument; nothing for a variable, which holds a message marked elsewhere."""
    match node:
        case ast.Constant(value=str(words)):
            return words
        case ast.JoinedStr() | ast.BinOp() | ast.Constant():
            raise NotALiteralError(f"{where}:{node.lineno}: {TORN}")
        case _:
            return None


def in_python(source: str, where: str) -> Iterator[Entry]:
    """The messages in a module.

    Raises
    ------
    NotALiteralError
        For a message that is an f-string or a sum of texts.
    """
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for node in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        name = called(node)
        if name in CALLS:
            contexts, count = CALLS[name]
            texts = [literal(argument, where) for argument in node.args[: contexts + count]]
            if len(texts) == contexts + count and all(texts):
                words = [str(words) for words in texts]
                context, (one, *many) = "".join(words[:contexts]), words[contexts:]
                yield Entry(msgid=one, plural="".join(many), context=context, places=[where])
        for keyword in node.keywords:
            if keyword.arg in KEYWORDS.get(name, ()):
                words = literal(keyword.value, where)
                if words:
                    yield Entry(msgid=words, places=[where])


def in_template(source: str, where: str) -> Iterator[Entry]:
    """The messages in a template of a page, as Jinja itself finds them.

    Raises
    ------
    NotALiteralError
        For a message that is put together in the template.
    """
    for call in (
        Environment(autoescape=True, extensions=[JINJA["extensions"]]).parse(source).find_all(nodes.Call)
    ):
        named = call.node.name if isinstance(call.node, nodes.Name) else ""
        if any(
            isinstance(argument, nodes.Concat | nodes.BinExpr)
            for argument in call.args[: sum(CALLS.get(named, ()))]
        ):
            raise NotALiteralError(f"{where}:{call.lineno}: {TORN}")
    found = babel_extract(io.BytesIO(source.encode()), keywords=list(CALLS), comment_tags=(), options=JINJA)
    for line, name, given, _comments in found:
        contexts, count = CALLS[name]
        texts = list(given if isinstance(given, tuple) else (given,))[: contexts + count]
        if texts[:1] == [None] and count == 1 and not contexts:
            # A variable, which holds a message marked elsewhere.
            continue
        if len(texts) < contexts + count or not all(texts):
            raise NotALiteralError(f"{where}:{line}: {TORN}")
        words = [str(words) for words in texts]
        context, (one, *many) = "".join(words[:contexts]), words[contexts:]
        yield Entry(msgid=one, plural="".join(many), context=context, places=[where])


def in_table(lines: Iterator[str], where: str) -> Iterator[Message]:
    """The messages in a CSV table, with the translations the table itself holds."""
    rows = csv.DictReader(lines)
    columns = [name for name in rows.fieldnames or () if name.endswith("_en")]
    for row in rows if columns else ():
        for column in columns:
            if row[column]:
                siblings = {language: row.get(column[:-2] + language) or "" for language in LANGUAGES}
                yield Message(Entry(msgid=row[column], places=[where]), siblings)


def collect(package: Path = PACKAGE) -> dict[str, Message]:
    """Every message of the package by key, with the places where it stands, in a fixed order."""
    found: dict[str, Message] = {}
    for file in sorted(package.rglob("*")):
        where = file.relative_to(package.parent).as_posix()
        if file.suffix == ".py":
            news = [Message(entry) for entry in in_python(file.read_text(encoding="utf-8"), where)]
        elif file.suffix == ".html" and "templates" in file.parts:
            news = [Message(entry) for entry in in_template(file.read_text(encoding="utf-8"), where)]
        elif file.suffix == ".csv":
            with file.open(encoding="utf-8", newline="") as lines:
                news = list(in_table(lines, where))
        else:
            continue
        for new in news:
            have = found.setdefault(new.entry.key, new)
            have.entry.plural = have.entry.plural or new.entry.plural
            have.known = {**new.known, **have.known}
            if where not in have.entry.places:
                have.entry.places.append(where)
    return found


def quoted(words: str) -> str:
    """A text as the .po format writes it."""
    for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t")):
        words = words.replace(plain, escaped)
    return f'"{words}"'


def written(entry: Entry) -> str:
    """An entry as the .po format writes it."""
    lines = [f"#: {place}" for place in entry.places]
    if entry.context:
        lines.append(f"msgctxt {quoted(entry.context)}")
    lines.append(f"msgid {quoted(entry.msgid)}")
    if entry.plural:
        one, many = entry.forms if len(entry.forms) == 2 else ("", "")
        lines += [
            f"msgid_plural {quoted(entry.plural)}",
            f"msgstr[0] {quoted(one)}",
            f"msgstr[1] {quoted(many)}",
        ]
    else:
        lines.append(f"msgstr {quoted(entry.forms[0] if len(entry.forms) == 1 else '')}")
    return "\n".join(lines) + "\n"


def header(language: str) -> str:
    """What a file opens with; without dates, so that it changes only when a translation does."""
    rule = "(n > 1)" if language == "fr" else "(n != 1)"
    return (
        f"# {LANGUAGE_NAMES[language]} translations of thuishaven. Licensed under the EUPL-1.2.\n"
        'msgid ""\n'
        'msgstr ""\n'
        f'"Language: {language}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: nplurals=2; plural={rule};\\n"\n'
    )


def term(entry: Entry, language: str) -> str:
    """What the glossary calls a message that is one of its terms, with its capital; else nothing."""
    for row in glossary().values():
        if not entry.context and row.en.lower() == entry.msgid.lower():
            words = str(getattr(row, language))
            return words if entry.msgid == row.en else words[:1].upper() + words[1:]
    return ""


def merged(language: str, found: dict[str, Message], old: str) -> str:
    """A language's file brought up to date: the translations it had, the messages that are there now."""
    before = {entry.key: entry for entry in entries(old) if entry.msgid}
    parts = [header(language)]
    for key, message in found.items():
        entry, forms = message.entry, before[key].forms if key in before else []
        count = 2 if entry.plural else 1
        known = term(entry, language) or message.known.get(language, "")
        now = (
            forms
            if len(forms) == count and all(forms)
            else [known]
            if known and count == 1
            else forms[:count]
        )
        parts.append(written(Entry(entry.msgid, entry.plural, entry.context, now, entry.places)))
    return "\n".join(parts)


def missing(language: str, found: dict[str, Message]) -> list[str]:
    """The messages that a language's file does not translate."""
    file = path(language)
    have = {entry.key: entry for entry in entries(file.read_text(encoding="utf-8"))} if file.exists() else {}
    return [
        message.entry.msgid
        for key, message in found.items()
        if key not in have
        or not all(have[key].forms)
        or len(have[key].forms) != (2 if message.entry.plural else 1)
    ]


def main(words: list[str]) -> None:
    """Write the files, or list what they miss; ends with status 1 where a message cannot be collected."""
    try:
        found = collect()
    except NotALiteralError as error:
        raise SystemExit(str(error)) from error
    for language in LANGUAGE_NAMES:
        file = path(language)
        if "missing" not in words:
            old = file.read_text(encoding="utf-8") if file.exists() else ""
            file.write_text(merged(language, found, old), encoding="utf-8")
        gaps = missing(language, found)
        print(f"{LANGUAGE_NAMES[language]}: {len(found) - len(gaps)} of {len(found)} messages translated")
        for gap in gaps:
            print(f"  {gap}")


if __name__ == "__main__":
    main(sys.argv[1:])
