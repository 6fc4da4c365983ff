"""Shares of firms that say in surveys that they brought production back, to stand beside our own list."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from thuishaven.packaged import read_table

#: Units in which a row is a share of firms, not a number of jobs or of cases.
_SHARES = frozenset({"% of firms", "% of respondents"})


@dataclass(frozen=True, slots=True)
class SurveyShare:
    """A share as it was published.

    Parameters
    ----------
    geography, period, population, indicator
        Where, when, who was asked, what they did.
    n
        How many were asked; ``None`` when that is not said.
    value
        In per cent.
    qualifier
        Such as ``about``; empty where the source gives the figure itself.
    source, source_url, year, status, remark
        Where it stands, and how sure it is.
    """

    geography: str
    period: str
    population: str
    n: float | None
    indicator: str
    value: float
    qualifier: str
    source: str
    source_url: str
    year: str
    status: str
    remark: str


@cache
def survey_shares() -> tuple[SurveyShare, ...]:
    """The shares of firms in the facts, in the order of the table."""
    found = []
    for row in read_table("thuishaven.facts", "tables/databank/survey_shares.csv"):
        if row["unit"] not in _SHARES:
            continue
        plain = {name: row[name] for name in SurveyShare.__slots__ if name not in {"n", "value"}}
        found.append(SurveyShare(**plain, n=float(row["n"]) if row["n"] else None, value=float(row["value"])))
    return tuple(found)
