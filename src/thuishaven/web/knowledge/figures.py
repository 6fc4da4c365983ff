"""The figures that the pages quote, each with its publication."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from thuishaven.locale import number, percent, price, term
from thuishaven.packaged import read_table


@dataclass(frozen=True, slots=True)
class Publication:
    """Who published what, where and when."""

    id: str
    publisher: str
    title: str
    url: str
    year: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A published figure: its value, or the ends of its range, as text, so that no digit is added or lost.

    ``fact`` names the record elsewhere in the package that holds the same figure, if there is one; a test
    compares them. ``about`` says what is counted, where and when.
    """

    id: str
    value: str
    low: str
    high: str
    unit: str
    source: str
    period: str
    status: str
    fact: str
    about: str

    def part(self, name: str = "") -> str:
        """The figure as the current language writes it.

        Parameters
        ----------
        name
            ``""`` for the value, ``"low"`` or ``"high"`` for an end of its range.

        Raises
        ------
        KeyError
            When the figure has no such part.
        """
        text = {"": self.value, "low": self.low, "high": self.high}[name]
        if not text:
            raise KeyError(f"{self.id}.{name or 'value'}")
        decimals = len(text.partition(".")[2])
        match self.unit:
            case "%":
                return percent(float(text) / 100, decimals)
            case "EUR":
                return price(float(text), decimals=decimals)
            case _:
                return number(float(text), decimals)

    @property
    def caution(self) -> str:
        """The word that must stand beside the figure in the current language, or nothing."""
        return term(self.status) if self.status in {"unverified", "assumption"} else ""


@lru_cache(maxsize=1)
def figures() -> dict[str, Figure]:
    """All figures by id, in the order of ``figures.csv``."""
    return {row["id"]: Figure(**row) for row in read_table("thuishaven.web.knowledge", "figures.csv")}


@lru_cache(maxsize=1)
def publications() -> dict[str, Publication]:
    """All publications by id, in the order of ``sources.csv``."""
    return {row["id"]: Publication(**row) for row in read_table("thuishaven.web.knowledge", "sources.csv")}
