"""What a browser calls itself, in words that its owner knows."""

from __future__ import annotations

from thuishaven.locale import _

#: Marks in the name that browsers send, the most telling first, and what people call them.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_called(label: str) -> str:
    """A browser and its system, as in ``Firefox on Windows``; nothing when it is not one we know.

    >>> browser_called("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    'Firefox, Linux'
    >>> browser_called("curl/8.5.0")
    'curl/8.5.0'
    """
    browser = next((name for mark, name in _BROWSERS if mark in label), "")
    system = next((name for mark, name in _SYSTEMS if mark in label), "")
    if browser and system:
        return f"{browser}, {system}"
    return browser or system or label[: 2**5] or _("An unknown browser")
