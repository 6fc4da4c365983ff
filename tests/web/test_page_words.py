"""The pseudo-locale shows no words that were never offered for translation."""

from __future__ import annotations

import re
from typing import Any

import pytest
from browsing import Site
from test_page_axe import ANSWERS, DOSSIER, EMPTY, EXAMPLE, RESULTS, SCAN, holding

from pseudo import outside
from thuishaven.dossier.yaml import dump, parse, plain

Visit = Any
#: What stands the same in every language: names, codes and units.
SAME = re.compile(
    r"Thuishaven|EUR|USD|CO2e|kWh|FOB|DAP|CSV|XLSX|YAML|JSON|HTML|PDF|NACE|FTE|[A-Z]{2,4}\b|"
    r"home_\w+|improve_abroad|bigger_stock"
)
#: Fields of a dossier that hold a person's own words, in whatever language.
OWN = {"name", "title", "about", "source", "note", "material", "assumptions", "id"}


def bracketed(node: Any, own: bool = False) -> Any:
    """A dossier whose own words stand in the brackets of the pseudo-locale."""
    if isinstance(node, dict):
        return {
            key: bracketed(value, own or (key in OWN and not (key == "id" and "family" in node)))
            for key, value in node.items()
        }
    if isinstance(node, list):
        return [bracketed(value, own) for value in node]
    return f"⟦{node}⟧" if own and isinstance(node, str) and not node.isidentifier() else node


PSEUDO = dump(bracketed(plain(parse(EXAMPLE))))


def left(page: Any) -> list[str]:
    """The words of a page outside the brackets of the pseudo-locale."""
    page.evaluate(
        "document.querySelectorAll('[translate=no], code, script, input, svg').forEach(p => p.remove())"
    )
    for part in page.query_selector_all("details"):
        part.evaluate("part => part.open = true")
    text = f"{page.title()}\n{page.locator('body').inner_text()}"
    labels = page.evaluate(
        "[...document.querySelectorAll('[aria-label]')].map(part => part.ariaLabel).join('\\n')"
    )
    plain = SAME.sub(" ", outside(f"{text}\n{labels}"))
    return sorted(set(re.findall(r"[^\W\d_]{3,}", plain)))


@pytest.mark.parametrize(
    "paths",
    [
        pytest.param(EMPTY, id="empty"),
        pytest.param(SCAN, id="scan"),
        pytest.param(DOSSIER, id="dossier", marks=pytest.mark.slow),
        pytest.param(RESULTS, id="results", marks=pytest.mark.slow),
    ],
)
def test_no_word_escapes_translation(visit: Visit, site: Site, paths: tuple[str, ...]) -> None:
    page = (visit() if paths is EMPTY else holding(visit, site, PSEUDO, ANSWERS)).page
    found = {}
    for path in paths:
        page.goto(f"{site.address}/xx/{path}")
        found[path] = left(page)
    assert {} == {path: words for path, words in found.items() if words}
