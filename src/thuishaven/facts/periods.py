"""When a figure is about: reading the periods that publishers write.

A period is a text such as ``2024``, ``2025-Q2``, ``2024-S1``, ``2025-11-13`` or ``2021-2025``. The store
compares its first and last day with the day a question is asked for.
"""

import re
from calendar import monthrange
from datetime import date
from functools import lru_cache

_YEAR = re.compile(r"^(\d{4})$")
_DAY = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$")
_MONTH = re.compile(r"^(\d{4})-(\d{2})$")
_QUARTER = re.compile(r"^(\d{4})-Q([1-4])$")
_HALF = re.compile(r"^(\d{4})-[SH]([12])$")
_YEARS = re.compile(r"^(\d{4})-(\d{4})$")
_MONTHS = re.compile(r"^(\d{4}-\d{2})/(\d{4}-\d{2})$")
_FISCAL = re.compile(r"^FY(\d{4})$")
_DATE_IN_TEXT = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@lru_cache(maxsize=4096)
def bounds(period: str) -> tuple[date, date] | None:
    """First and last day of a period.

    Parameters: ``period``, a text as publishers write it; empty means undated.
    Returns (first, last), or None for an undated record.
    Raises ValueError when the text is no period.

    >>> bounds("2025-Q2")
    (datetime.date(2025, 4, 1), datetime.date(2025, 6, 30))
    >>> bounds("2024-S2")[1]
    datetime.date(2024, 12, 31)
    >>> bounds("2021-2025")
    (datetime.date(2021, 1, 1), datetime.date(2025, 12, 31))
    """
    if not period:
        return None
    if found := _YEAR.match(period):
        year = int(found[1])
        return date(year, 1, 1), date(year, 12, 31)
    if found := _DAY.match(period):
        day = date(int(found[1]), int(found[2]), int(found[3]))
        return day, day
    if found := _QUARTER.match(period):
        return _months(int(found[1]), 3 * int(found[2]) - 2, 3 * int(found[2]))
    if found := _HALF.match(period):
        return _months(int(found[1]), 6 * int(found[2]) - 5, 6 * int(found[2]))
    if found := _MONTH.match(period):
        if 1 <= int(found[2]) <= 12:
            return _months(int(found[1]), int(found[2]), int(found[2]))
        raise ValueError(period)
    if (found := _YEARS.match(period)) and int(found[1]) <= int(found[2]):
        return date(int(found[1]), 1, 1), date(int(found[2]), 12, 31)
    if found := _MONTHS.match(period):
        first, last = bounds(found[1]), bounds(found[2])
        if first and last and first[0] <= last[1]:
            return first[0], last[1]
    if found := _FISCAL.match(period):
        return date(int(found[1]), 4, 1), date(int(found[1]) + 1, 3, 31)
    raise ValueError(period)


@lru_cache(maxsize=1024)
def released(vintage: str) -> date | None:
    """The last day on which a release can have appeared, read from the text of its vintage.

    Returns None when the text holds no date; the store then takes the end of the period.

    >>> released("2025-03 release")
    datetime.date(2025, 3, 31)
    >>> released("fit on 19 European countries") is None
    True
    """
    found = _DATE_IN_TEXT.search(vintage)
    if not found:
        return None
    year, month, day = int(found[1]), int(found[2] or 12), found[3]
    if not 1 <= month <= 12:
        return None
    return date(year, month, int(day) if day else monthrange(year, month)[1])


def months_between(earlier: date, later: date) -> float:
    """Months from one day to another; negative when ``later`` comes first. A month is 365.25/12 days."""
    return (later - earlier).days / (365.25 / 12)


def _months(year: int, first: int, last: int) -> tuple[date, date]:
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])
