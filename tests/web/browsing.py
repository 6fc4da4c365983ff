"""A visitor with a browser, and the server whose pages it reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from chromium import violations

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["Site", "Visitor", "violations"]


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
