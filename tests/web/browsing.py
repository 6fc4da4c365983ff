"""A visitor with a browser, and axe-core that judges what the pages show."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: What is checked on every page: WCAG 2.0 to 2.2, levels A and AA, and what is good practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: All rules run; only what passes them is not described, which took most of the time.
OPTIONS = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
#: axe-core keeps what is private to an object in a WeakMap, six of them for each color, and reads each color
#: of each element anew. With values beside their keys, and each color read once, it says the same in half the
#: time.
QUICKER = """(() => {
  let places = 0;
  class Kept {
    constructor(pairs = []) {
      this.place = Symbol(places += 1);
      for (const [key, value] of pairs) this.set(key, value);
    }
    has(key) { return Object(key) === key && Object.hasOwn(key, this.place); }
    get(key) { return key?.[this.place]; }
    set(key, value) { key[this.place] = value; return this; }
    add(key) { return this.set(key, true); }
    delete(key) { return this.has(key) && delete key[this.place]; }
  }
  ((WeakMap, WeakSet) => {
    %s
    const colors = axe.commons.color.Color.prototype, read = colors.parseString, known = new Map();
    colors.parseString = function (text) {
      if (!known.has(text)) { read.call(this, text); known.set(text, [this.r, this.g, this.b, this.alpha]); }
      else [this.r, this.g, this.b, this.alpha] = known.get(text);
      return this;
    };
  })(Kept, Kept);
})()"""


@dataclass
class Site:
    """A server that runs, and its application."""

    address: str
    app: Any
    problems: list[str] = field(default_factory=list)


@dataclass
class Visitor:
    """Someone with a browser: opens pages, and notes what goes wrong behind them."""

    page: Page
    site: Site
    problems: list[str]

    def open(self, path: str) -> Page:
        """Open a page of the site; it must be there."""
        answer = self.page.goto(self.site.address + path)
        assert answer is not None
        assert answer.status < 400, f"{path}: {answer.status}"
        return self.page


def violations(page: Page) -> list[str]:
    """What axe-core finds on a page: rule, and the elements that break it."""
    return [
        f"{item['id']}: {node['target']} {node['failureSummary']}"
        for item in judged(page, quicker())["violations"]
        for node in item["nodes"]
    ]


def judged(page: Page, script: str) -> dict[str, Any]:
    """All that axe-core, as one script, says of a page."""
    from axe_playwright_python.sync_playwright import Axe

    found: dict[str, Any] = Axe(script).run(page, options=OPTIONS).response
    return found


@cache
def quicker() -> str:
    """axe-core, made quicker."""
    from axe_playwright_python.base import AXE_SCRIPT

    return QUICKER % AXE_SCRIPT
