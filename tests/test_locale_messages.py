"""The catalogues: complete, faithful to the English, in the words of the glossary, and read as they stand."""

from __future__ import annotations

import io
import string

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from programs import program
from thuishaven.locale import glossary
from thuishaven.locale.catalogue import CONTEXT, PLURAL, Entry, entries, for_country, french, messages, path

TRANSLATED = ("nl", "fr")
plain = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1)
texts = st.lists(plain | st.sampled_from(["\n", "\t", '"', "\\", "\\n"]), min_size=1).map("".join)


tool = program("tools/extract_messages.py")


def catalogue(lang: str) -> list[Entry]:
    return [entry for entry in entries(path(lang).read_text(encoding="utf-8")) if entry.msgid]


def names(message: str) -> set[str]:
    """The {names} in a message."""
    return {name for _, name, _, _ in string.Formatter().parse(message) if name is not None}


@pytest.mark.parametrize("lang", TRANSLATED)
def test_every_message_is_translated(lang: str) -> None:
    """Where this fails: run `make messages`, translate what it lists, and commit the files."""
    assert tool.missing(lang, tool.collect()) == []


@pytest.mark.parametrize("lang", TRANSLATED)
def test_a_translation_keeps_the_names_of_its_message(lang: str) -> None:
    wrong = {}
    for entry in catalogue(lang):
        asked = names(entry.msgid) | names(entry.plural)
        if any(names(form) != asked for form in entry.forms if form):
            wrong[entry.msgid] = entry.forms
    assert not wrong


@pytest.mark.parametrize("lang", TRANSLATED)
def test_a_message_that_is_a_term_is_called_as_the_glossary_does(lang: str) -> None:
    terms = {row.en.lower(): str(getattr(row, lang)).lower() for row in glossary().values()}
    wrong = {
        entry.msgid: entry.forms[0]
        for entry in catalogue(lang)
        if not entry.context
        and entry.forms[0].lower() != terms.get(entry.msgid.lower(), entry.forms[0].lower())
    }
    assert not wrong


@pytest.mark.parametrize("lang", TRANSLATED)
def test_we_read_a_catalogue_as_babel_does(lang: str) -> None:
    other = read_po(io.BytesIO(path(lang).read_bytes()), locale=lang, abort_invalid=True)
    expected = {}
    for message in other:
        if message.id:
            one = message.id if isinstance(message.id, str) else message.id[0]
            forms = (message.string,) if isinstance(message.string, str) else tuple(message.string)
            key = f"{message.context}{CONTEXT}{one}" if message.context else one
            # French has spaces before its signs that Babel leaves to whoever writes.
            expected[key] = tuple(map(french, forms)) if lang == "fr" else forms
    assert expected == messages(lang)


@pytest.mark.parametrize("lang", TRANSLATED)
def test_the_plural_rule_is_the_one_the_file_states(lang: str) -> None:
    from gettext import c2py

    stated = read_po(io.BytesIO(path(lang).read_bytes()), locale=lang).plural_expr
    form = c2py(stated)
    assert [form(n) for n in range(30)] == [int(PLURAL[lang](n)) for n in range(30)]


@given(texts, texts, texts, st.booleans())
def test_what_the_tool_writes_is_what_we_read(msgid: str, one: str, many: str, plural: bool) -> None:
    forms = [one, many] if plural else [one]
    entry = Entry(msgid, msgid if plural else "", "a context" if plural else "", forms, ["somewhere.py"])
    assert list(entries(tool.header("fr") + "\n" + tool.written(entry)))[1:] == [entry]


def test_a_line_that_is_not_of_the_format_is_named() -> None:
    with pytest.raises(ValueError, match=r"line 2 .*msgstr leverancier"):
        list(entries('msgid "supplier"\nmsgstr leverancier\n'))


def test_a_doubtful_translation_is_not_used_and_counts_as_missing_text_does() -> None:
    found = list(entries('#, fuzzy\nmsgid "a"\nmsgstr "b"\n\nmsgid "c"\nmsgstr "d"\n'))
    assert [entry.fuzzy for entry in found] == [True, False]


def test_messages_are_collected_from_calls_and_fields() -> None:
    source = """
label = N_("one")
_("two " "halves")
_(label)
ngettext("{n} plan", "{n} plans", 3)
pgettext("of supply", "source")
name: str = pydantic.Field(description="a field", examples=["not this"])
typer.Option(help="an option")
dict(description="not this either")
"""
    found = [(entry.context, entry.msgid, entry.plural) for entry in tool.in_python(source, "x.py")]
    assert found == [
        ("", "one", ""),
        ("", "two halves", ""),
        ("", "{n} plan", "{n} plans"),
        ("of supply", "source", ""),
        ("", "a field", ""),
        ("", "an option", ""),
    ]


@pytest.mark.parametrize("call", ['_(f"{n} plans")', '_("a" + b)', 'ngettext("{n} plan", f"{n} plans", 2)'])
def test_a_message_put_together_in_the_code_is_refused(call: str) -> None:
    with pytest.raises(tool.NotALiteralError, match=r"x\.py:1: a message must be one literal text"):
        list(tool.in_python(call, "x.py"))


def test_messages_are_collected_from_tables_with_their_translations() -> None:
    rows = iter(["id,name_en,name_nl,note\n", "P1,Wage drift,Loonstijging,not this\n", "P2,,,\n"])
    found = list(tool.in_table(rows, "x.csv"))
    collected = [(message.entry.msgid, message.known["nl"], message.known["fr"]) for message in found]
    assert collected == [("Wage drift", "Loonstijging", "")]


def test_a_file_keeps_its_translations_drops_what_is_gone_and_takes_known_terms() -> None:
    source = '_("kept"); _("Supplier"); _("new"); ngettext("{n} plan", "{n} plans", 2)'
    found = {entry.key: tool.Message(entry) for entry in tool.in_python(source, "x.py")}
    old = tool.header("nl") + '\nmsgid "kept"\nmsgstr "gebleven"\n\nmsgid "gone"\nmsgstr "weg"\n'
    after = {entry.msgid: entry.forms for entry in entries(tool.merged("nl", found, old))}
    del after[""]
    assert after == {"kept": ["gebleven"], "Supplier": ["Toeleverancier"], "new": [""], "{n} plan": ["", ""]}


def test_bringing_a_file_up_to_date_twice_changes_nothing() -> None:
    found = tool.collect()
    for lang in TRANSLATED:
        once = tool.merged(lang, found, path(lang).read_text(encoding="utf-8"))
        assert once == tool.merged(lang, found, once)


@pytest.mark.parametrize(
    ("side", "expected"), [("BE", "in VTE"), ("NL", "in fte"), ("", "in VTE (BE) / fte (NL)")]
)
def test_a_country_has_its_own_word(side: str, expected: str) -> None:
    assert expected == for_country("in VTE (BE) / fte (NL)", side)
