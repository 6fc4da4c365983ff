"""A visitor with a browser, and axe-core that judges what the pages show."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: What is checked on every page: WCAG 2.0 to 2.2, levels A and AA, and what is good practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


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
    from axe_playwright_python.sync_playwright import Axe

    # All rules run; only what passes them is not described, which took most of the time.
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response
    return [
        f"{item['id']}: {node['target']} {node['failureSummary']}"
        for item in found["violations"]
        for node in item["nodes"]
    ]
