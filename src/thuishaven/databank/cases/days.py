"""Days that are known to the day, to the month or to the year."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from functools import lru_cache

from thuishaven.access import AccessError

_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_PRECISION = {1: "year", 2: "month", 3: "day"}


@lru_cache(maxsize=2**10)
def checked_day(text: str, name: str = "as_of") -> str:
    """The text, when it is a day as the databank writes them; an empty one stays empty.

    >>> checked_day("2018-06")
    '2018-06'

    Raises
    ------
    AccessError
        ``no_day``.
    """
    if text:
        try:
            first_day(text)
        except ValueError:
            raise AccessError("no_day", field=name, value=text) from None
    return text


def precision(text: str) -> str:
    """How exact a day is known.

    >>> precision("2018"), precision("2018-06"), precision("2018-06-15"), precision("")
    ('year', 'month', 'day', '')
    """
    return _PRECISION[text.count("-") + 1] if text else ""


def first_day(text: str) -> dt.date:
    """The first day that is meant.

    >>> first_day("2018-02")
    datetime.date(2018, 2, 1)
    """
    found = _DAY.fullmatch(text)
    if found is None:
        raise ValueError(text)
    year, month, day = found.groups(default="1")
    return dt.date(int(year), int(month), int(day))


def last_day(text: str) -> dt.date:
    """The last day that is meant.

    >>> last_day("2018"), last_day("2018-02")
    (datetime.date(2018, 12, 31), datetime.date(2018, 2, 28))
    """
    first = first_day(text)
    match precision(text):
        case "year":
            return first.replace(month=12, day=31)
        case "month":
            return first.replace(day=calendar.monthrange(first.year, first.month)[1])
        case _:
            return first
