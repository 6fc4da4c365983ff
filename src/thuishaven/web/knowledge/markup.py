"""Markdown to HTML: plain Markdown with tables, and braces for what the text may not hold itself.

``{{figure}}``, ``{{figure.low}}`` and ``{{figure.high}}`` write a figure and mark its source;
``{{source:id}}`` marks a source; ``{{operator.name}}`` and its like come from the settings. The address
``page:slug`` links to another page. HTML in the text is shown as text.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from thuishaven.locale import _, language, number
from thuishaven.web.knowledge.figures import figures, publications
from thuishaven.web.knowledge.model import Operator, Source

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

BRACES = re.compile(r"\{\{([a-z0-9_.:]+)\}\}")


class Writing:
    """One text on its way to HTML: collects its headings and the sources that it names."""

    def __init__(self, known: Sequence[str], operator: Operator) -> None:
        self.known = frozenset(known)
        self.operator = operator
        self.cited: list[str] = []
        self.headings: list[tuple[int, str, str]] = []

    def html(self, text: str) -> str:
        """The HTML of a text. Raises KeyError for a figure, source, page or setting that does not exist."""
        parser = _parser()
        tokens = parser.parse(typeset(text), {"writing": self})
        self._name_headings(tokens)
        self._head_columns(tokens)
        return str(parser.renderer.render(tokens, parser.options, {}))

    def sources(self, more: Sequence[str]) -> tuple[Source, ...]:
        """The publications in the order in which the text names them, then those it rests on as a whole."""
        ids = dict.fromkeys([*self.cited, *more])
        return tuple(
            Source(
                id=found.id,
                anchor=f"source-{place}",
                title=found.title,
                publisher=found.publisher,
                url=found.url,
                year=found.year,
            )
            for place, found in enumerate((publications()[one] for one in ids), 1)
        )

    def braces(self, inside: str, last: str) -> tuple[str, str]:
        """The HTML for what stands between double braces, and the source that it marks.

        ``last`` is the source marked last in the same paragraph: it is not marked twice in a row.
        """
        kind, _colon, rest = inside.partition(":")
        if kind == "source":
            return self._mark(rest), rest
        if inside.startswith("operator."):
            return escape(self._setting(inside.removeprefix("operator."))), last
        name, _dot, part = inside.partition(".")
        figure = figures()[name]
        written = f'<span class="figure">{escape(figure.part(part))}</span>'
        if part == "low":
            return written, last
        caution = f" ({escape(figure.caution)})" if figure.caution else ""
        mark = "" if figure.source == last else self._mark(figure.source)
        return f"{written}{caution}{mark}", figure.source

    def _mark(self, source: str) -> str:
        found = publications()[source]
        if source not in self.cited:
            self.cited.append(source)
        place = self.cited.index(source) + 1
        label = escape(_("Source {n}: {title}", n=place, title=f"{found.publisher}, {found.title}"))
        return f'<sup><a class="source" href="#source-{place}" aria-label="{label}">{place}</a></sup>'

    def summary(self, text: str) -> str:
        """A plain line in which only settings stand between braces."""
        return BRACES.sub(lambda found: self._setting(found[1].removeprefix("operator.")), text)

    def _setting(self, part: str) -> str:
        if part == "draft_hours":
            return number(self.operator.draft_hours, 0 if self.operator.draft_hours % 1 == 0 else 1)
        missing = {
            "name": _("the operator of this installation"),
            "contact": _("(the operator has not filled in an address yet)"),
            "supervisor": _("the supervisory authority of your country"),
        }
        return str(getattr(self.operator, part)) or missing[part]

    def target(self, address: str) -> str:
        """The address of another page. Raises KeyError when there is no such page, or it is not a page."""
        kind, _colon, slug = address.partition(":")
        if kind != "page" or slug.partition("#")[0] not in self.known:
            raise KeyError(address)
        return slug

    def _name_headings(self, tokens: Sequence[Token]) -> None:
        for opening, inline in itertools.pairwise(tokens):
            if opening.type != "heading_open":
                continue
            text = "".join(child.content for child in inline.children or [] if child.type == "text")
            name = anchor(text)
            opening.attrSet("id", name)
            self.headings.append((int(opening.tag[1]), name, text))

    def _head_columns(self, tokens: Sequence[Token]) -> None:
        for token in tokens:
            if token.type == "th_open":
                token.attrSet("scope", "col")


def typeset(text: str) -> str:
    """The text with marks right behind what they mark, and in French with the spaces that must not break.

    >>> from thuishaven.locale import use
    >>> with use("fr"):
    ...     typeset("Et alors ? {{source:own}}") == "Et alors\\u202f?{{source:own}}"
    True
    """
    close = text.replace(" {{source:", "{{source:")
    if language() != "fr":
        return close
    return re.sub(r" (?=[:;?!»](?:[\s*){]|$))|(?<=«) ", "\u202f", close, flags=re.MULTILINE)


def anchor(text: str) -> str:
    """The id of a heading: its letters and digits, without accents.

    >>> anchor("Vóór u beslist: 3 vragen")
    'voor-u-beslist-3-vragen'
    """
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.inline.ruler.before("link", "braces", _braces)
    parser.add_render_rule("braces", _render_braces)
    parser.core.ruler.after("inline", "pages", _link_pages)
    return parser


def _braces(state: StateInline, silent: bool) -> bool:
    found = BRACES.match(state.src, state.pos)
    if not found:
        return False
    if not silent:
        marked = [token.meta["source"] for token in state.tokens if token.type == "braces"]
        token = state.push("braces", "", 0)
        token.content, token.meta["source"] = state.env["writing"].braces(found[1], (marked or [""])[-1])
    state.pos = found.end()
    return True


def _link_pages(state: Any) -> None:
    for block in state.tokens:
        for token in block.children or []:
            if token.type == "link_open":
                token.attrSet("href", state.env["writing"].target(str(token.attrGet("href"))))


def _render_braces(_self: Any, tokens: Sequence[Token], place: int, *_rest: Any) -> str:
    return tokens[place].content
