"""The next best figure: the steps of a parameter's chain, each said as a code.

A chain is a list of steps, tried in order until one finds a usable record. A step is one or more moves
joined by ``+``:

=================== ==================================================================================
``also:name``       the same keys of another parameter (another sector, a model); code other_parameter
``group:key``       the country in ``key`` becomes EU27 for a member state; code wider_area
``region:key``      the country in ``key`` becomes its region; code wider_area
``world:key``       ``key`` becomes WLD; code wider_area
``any:key``         ``key`` becomes ``*``, the record for all its values; code any_key
``prefix:key``      ever shorter codes (8, 6, 4, 2 digits) down to two; code coarser_code
``product:key``     the product group of the code's HS chapter; code product_group
``fixing``          the European Central Bank's rate of the day asked about; nothing is said, for it is one
``plausible``       the registered plausible range itself; code plausible_range
=================== ==================================================================================

Never a neighbouring country by guess.
"""

from collections.abc import Iterator
from functools import lru_cache

from thuishaven.facts.countries import countries
from thuishaven.facts.model import Fallback, Keys, Parameter
from thuishaven.facts.registry import TABLES, rows
from thuishaven.locale import N_

EUROPEAN_UNION = "EU27"
WORLD = "WLD"
ANY = "*"

#: The step that asks the series of exchange rates; the store takes it, for it needs the day.
FIXING = "fixing"

#: What each code says to a reader; the doors translate it and fill in the parameters.
MESSAGES = {
    "other_parameter": N_("no figure for {parameter} ({asked}); {used} is used instead"),
    "wider_area": N_("no figure for {asked}; the figure for {used} is used"),
    "any_key": N_("no figure for {asked}; the general figure is used"),
    "coarser_code": N_("no figure for code {asked}; the figure for {used} is used"),
    "product_group": N_("no figure for code {asked}; the average of the product group {used} is used"),
    "plausible_range": N_("nothing is known about {parameter} ({asked}); the whole plausible range is used"),
}

Step = tuple[str, Keys, tuple[Fallback, ...], tuple[str, ...]]


@lru_cache(maxsize=1)
def product_groups() -> dict[str, str]:
    """HS chapter (two digits) -> product group of the tariff profile (``tables/product_groups.csv``)."""
    return {row["chapter"]: row["group"] for _, row in rows(TABLES / "product_groups.csv")}


def area_of(code: str, wider: str) -> str | None:
    """The wider area of a country: ``group`` (EU27 or nothing), ``region`` or ``world``."""
    if wider == "world":
        return WORLD if code != WORLD else None
    country = countries().get(code)
    if country is None:
        return None
    if wider == "region":
        return country.region
    return EUROPEAN_UNION if country.eu else None


def steps(parameter: Parameter, keys: Keys) -> Iterator[Step]:
    """The questions to ask instead, best first.

    Yields (parameter name, keys, fallbacks to report, reasons in the table of widths). The last step
    ``plausible`` is yielded with an empty parameter name, ``fixing`` with its own.
    """
    for step in parameter.chain:
        if step == FIXING:
            yield FIXING, keys, (), ()
            continue
        if step == "plausible":
            said = Fallback("plausible_range", {"parameter": parameter.name, "asked": _written(keys)})
            yield "", keys, (said,), ("plausible_range",)
            continue
        found: list[Step] = [(parameter.name, keys, (), ())]
        for move in step.split("+"):
            kind, _, argument = move.partition(":")
            found = [new for old in found for new in _move(kind, argument, old)]
        yield from found


def _move(kind: str, argument: str, before: Step) -> Iterator[Step]:
    name, keys, said, reasons = before
    if kind == "also":
        params = {"parameter": name, "asked": _written(keys), "used": argument}
        reason = "modelled" if argument.endswith("_modelled") else "other_parameter"
        yield argument, keys, (*said, Fallback("other_parameter", params)), (*reasons, reason)
        return
    values = dict(keys)
    asked = values[argument]
    if kind in ("group", "region", "world"):
        area = area_of(asked, kind)
        reason = "whole_world" if kind == "world" else "other_country"
        options = [(area, "wider_area", reason)] if area else []
    elif kind == "any":
        options = [(ANY, "any_key", "any_key")]
    elif kind == "prefix":
        options = [(asked[:n], "coarser_code", "coarser_code") for n in (8, 6, 4, 2) if n < len(asked)]
    elif kind == "product":
        group = product_groups().get(asked[:2])
        options = [(group, "product_group", "product_group")] if group else []
    else:
        raise ValueError(f"unknown fallback step {kind!r}")
    for used, code, reason in options:
        new = tuple(sorted({**values, argument: used}.items()))
        yield name, new, (*said, Fallback(code, {"asked": asked, "used": used})), (*reasons, reason)


def _written(keys: Keys) -> str:
    return ", ".join(f"{key} {value}" for key, value in keys)
