"""The language that is spoken now, and the words to say something in it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from thuishaven.locale import catalogue

#: Languages a reader can choose; the first is spoken when nothing says otherwise.
LANGUAGES = ("nl", "en", "fr")
#: Leaves each message English and wraps it in brackets: what stands outside was not offered for translation.
PSEUDO = "xx"


@dataclass(frozen=True, slots=True)
class Speech:
    """A language and the country (ISO 3166-1 alpha-3, or nothing) whose words are preferred in it."""

    language: str = LANGUAGES[0]
    country: str = ""


_FIRST = Speech()
_current: ContextVar[Speech] = ContextVar("thuishaven_speech", default=_FIRST)


def _checked(language: str, country: str) -> Speech:
    if language not in (*LANGUAGES, PSEUDO):
        raise ValueError(f"language {language!r} is not one of {', '.join(LANGUAGES)}")
    return Speech(language, country)


def speak(language: str, country: str = "") -> None:
    """Speak a language from now on, in this thread or task.

    Parameters
    ----------
    language
        One of :data:`LANGUAGES`, or ``xx`` for the pseudo-locale.
    country
        ISO 3166-1 alpha-3 of the company: Belgium and the Netherlands differ in some Dutch words.

    Raises
    ------
    ValueError
        For a language we do not have.
    """
    _current.set(_checked(language, country))


@contextmanager
def use(language: str, country: str = "") -> Iterator[None]:
    """Speak a language inside a ``with`` block, the former one after it; parameters as :func:`speak`."""
    token = _current.set(_checked(language, country))
    try:
        yield
    finally:
        _current.reset(token)


def language() -> str:
    """The language that is spoken now."""
    return _current.get().language


def country() -> str:
    """The country whose words are preferred now (ISO 3166-1 alpha-3), or nothing."""
    return _current.get().country


def preferred(asked: str | None = None, environ: Mapping[str, str] | None = None) -> str:
    """The language to speak to this reader.

    Parameters
    ----------
    asked
        What the reader asked for (``--lang``); wins when we have it.
    environ
        Where ``THUISHAVEN_LANG`` and the POSIX variables ``LC_ALL``, ``LC_MESSAGES`` and ``LANG`` are read,
        in that order; the process's environment when absent.

    Returns
    -------
    str
        One of :data:`LANGUAGES` or ``xx``. The first variable that is set decides; Dutch when it names no
        language of ours, or none is set.
    """
    environ = os.environ if environ is None else environ
    variables = ("THUISHAVEN_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    wish = next((value for value in (asked, *map(environ.get, variables)) if value), "")
    short = wish.replace("-", "_").split("_")[0].split(".")[0].lower()
    return short if short in (*LANGUAGES, PSEUDO) else LANGUAGES[0]


def _say(key: str, english: str, form: int = 0) -> str:
    speech = _current.get()
    if speech.language == PSEUDO:
        return f"⟦{english}⟧"
    forms = catalogue.messages(speech.language, speech.country).get(key)
    return forms[form] if forms else english


def _(msgid: str, /, **params: object) -> str:
    """Say a message in the current language.

    Parameters
    ----------
    msgid
        The message in English, with ``{names}`` for what varies. A literal, so that it can be collected; a
        variable may hold a message that was marked with :func:`N_`.
    params
        What stands in for the names: text, or numbers already written for the reader (``number``, ``money``).

    Returns
    -------
    str
        The translation; the English message itself where there is none.

    Raises
    ------
    KeyError
        When a name in the message is not among ``params``.
    """
    text = _say(msgid, msgid)
    return text.format(**params) if params else text


def _marked(msgid: str) -> str:
    """Mark a message for translation where it is defined; :func:`_` says it later."""
    return msgid


#: The name that the collector of messages looks for.
N_ = _marked


def pgettext(context: str, msgid: str, /, **params: object) -> str:
    """Say a message whose English has several meanings: ``pgettext("of supply", "source")``."""
    text = _say(f"{context}{catalogue.CONTEXT}{msgid}", msgid)
    return text.format(**params) if params else text


def ngettext(one: str, many: str, n: float, /, **params: object) -> str:
    """Say a message in the singular or the plural.

    Parameters
    ----------
    one, many
        The message in English for one and for another number: ``"{n} year"``, ``"{n} years"``.
    n
        The number that decides. ``{n}`` is written as a whole number unless ``params`` brings its own.
    params
        As for :func:`_`.
    """
    from thuishaven.locale.writing import number

    speaks = language()
    many_form = catalogue.PLURAL[speaks](n)
    text = _say(one, many if many_form else one, int(many_form))
    return text.format(**{"n": number(n)} | params)
