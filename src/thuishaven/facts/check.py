"""The lint of the store: is every record complete, in range, dated, licensed and there only once?"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from thuishaven.facts.countries import AREAS, countries
from thuishaven.facts.fallback import ANY, product_groups
from thuishaven.facts.model import CONFIDENCES, LAYERS, METHODS, RANGE_KINDS, SHIPS, STATUSES, Fact, Parameter
from thuishaven.facts.periods import bounds
from thuishaven.facts.recipes import carried, recipe_rows, worked_out
from thuishaven.facts.series import NoRate
from thuishaven.facts.store import FactSet
from thuishaven.facts.units import UnitError, factor_in_period
from thuishaven.locale import N_

ERROR = "error"
NOTE = "note"
COUNTRY_KEYS = ("iso3", "origin", "destination", "importer")
TOLERANCE = 1e-3

#: What each code says to a reader; the doors translate it and fill in the parameters.
MESSAGES = {
    "unknown_parameter": N_("the registry has no parameter {parameter}"),
    "wrong_keys": N_("the keys should be {expected}, here {given}"),
    "bad_enum": N_("{field} is {value}; expected one of {expected}"),
    "bad_period": N_("{value} is no period; write 2025, 2025-Q2, 2025-S1, 2025-11 or 2021-2025"),
    "bad_unit": N_("{unit} cannot be expressed in {expected}"),
    "no_rate": N_("no exchange rate for {currency} in {period}; the range could not be checked"),
    "implausible": N_("{value} {unit} lies outside the plausible range {low} to {high}"),
    "range_order": N_("low {low}, value {value} and high {high} are not in this order"),
    "duplicate": N_("this record is there {count} times"),
    "no_source": N_("the source {source} is not in the table of sources"),
    "no_licence": N_("no licence is stated"),
    "not_for_shipping": N_("the licence does not allow this record to be bundled"),
    "unknown_country": N_("{value} is no known country or area"),
    "unknown_code": N_("{value} is no customs code or product group"),
    "mixed_vintages": N_("one series holds several editions: {vintages}"),
    "no_value": N_("a record needs a value, a range or a text"),
    "not_recomputed": N_("worked out again from its parents it is {expected}, here {value}"),
    "parent_missing": N_("the recipe needs {parent}, which is not in the store"),
    "stale": N_("{age} months old; the limit of this parameter is {limit}"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: ``severity`` is ``error`` or ``note``; ``fact_id`` may be empty for a whole series."""

    severity: str
    code: str
    fact_id: str
    params: dict[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, object]:
        """Plain form for ``--json``."""
        return {
            "severity": self.severity,
            "code": self.code,
            "fact": self.fact_id,
            "params": dict(self.params),
        }


def check(factset: FactSet, on: date | None = None) -> list[Problem]:
    """Every problem in a set of facts; empty of errors when it may be used.

    Parameters: ``factset``; ``on`` also reports (as notes) the records that are the latest of their key and
    beyond their age limit on that day.
    """
    found: list[Problem] = []
    for fact in factset:
        found.extend(_check_fact(fact, factset))
    found.extend(_duplicates(factset))
    found.extend(_mixed_vintages(factset))
    found.extend(_recomputed(factset))
    if on is not None:
        found.extend(_stale(factset, on))
    return found


def _problem(code: str, fact: Fact, severity: str = ERROR, **params: object) -> Problem:
    return Problem(severity, code, fact.id, {name: str(value) for name, value in params.items()})


def _check_fact(fact: Fact, factset: FactSet) -> Iterator[Problem]:
    parameter = factset.parameters.get(fact.parameter)
    if parameter is None:
        yield _problem("unknown_parameter", fact, parameter=fact.parameter)
        return
    given = tuple(key for key, _ in fact.keys)
    if given != parameter.keys:
        yield _problem("wrong_keys", fact, expected=" ".join(parameter.keys), given=" ".join(given))
    yield from _check_form(fact)
    yield from _check_keys(fact)
    if fact.source_id not in factset.sources:
        yield _problem("no_source", fact, source=fact.source_id)
    yield from _check_numbers(fact, parameter)


def _check_form(fact: Fact) -> Iterator[Problem]:
    enums = (
        ("status", fact.status, STATUSES),
        ("method", fact.method, METHODS),
        ("ship", fact.ship, SHIPS),
        ("confidence", fact.confidence, CONFIDENCES),
        ("range_kind", fact.range_kind, RANGE_KINDS),
        ("layer", fact.layer, LAYERS),
    )
    for name, value, allowed in enums:
        if value not in allowed:
            yield _problem("bad_enum", fact, field=name, value=value, expected=", ".join(allowed))
    if not fact.licence and fact.layer != "user":
        yield _problem("no_licence", fact)
    if fact.ship == "no" and fact.layer == "bundled":
        yield _problem("not_for_shipping", fact)
    if fact.value is None and fact.low is None and fact.high is None and not fact.text:
        yield _problem("no_value", fact)
    try:
        bounds(fact.period)
    except ValueError:
        yield _problem("bad_period", fact, value=fact.period)


def _check_keys(fact: Fact) -> Iterator[Problem]:
    areas = {*AREAS, *(country.region for country in countries().values())}
    for key, value in fact.keys:
        if key in COUNTRY_KEYS and value not in countries() and value not in areas and value != "MFN":
            yield _problem("unknown_country", fact, value=value)
        if key == "cn" and not _is_code(value):
            yield _problem("unknown_code", fact, value=value)


def _is_code(value: str) -> bool:
    if value == ANY or value in product_groups().values():
        return True
    return value.isdigit() and len(value) in (2, 4, 6, 8, 10) and 1 <= int(value[:2]) <= 97


def _check_numbers(fact: Fact, parameter: Parameter) -> Iterator[Problem]:
    present = [number for number in (fact.low, fact.value, fact.high) if number is not None]
    if present != sorted(present):
        yield _problem("range_order", fact, low=fact.low, value=fact.value, high=fact.high)
    if not present:
        return
    try:
        times = factor_in_period(fact.unit, parameter.unit, fact.period)
    except UnitError:
        yield _problem("bad_unit", fact, unit=fact.unit, expected=parameter.unit)
        return
    except NoRate as error:
        yield _problem("no_rate", fact, NOTE, currency=error.currency, period=fact.period)
        return
    except ValueError:  # the period is no period: reported by _check_form
        return
    for number in present:
        if not parameter.plausible_low <= number * times <= parameter.plausible_high:
            yield _problem(
                "implausible",
                fact,
                value=f"{number * times:g}",
                unit=parameter.unit,
                low=parameter.plausible_low,
                high=parameter.plausible_high,
            )


def _duplicates(factset: FactSet) -> Iterator[Problem]:
    counted = Counter((fact.id, fact.layer) for fact in factset)
    for (name, _), count in counted.items():
        if count > 1:
            yield Problem(ERROR, "duplicate", name, {"count": str(count)})


def _mixed_vintages(factset: FactSet) -> Iterator[Problem]:
    """Parameters whose editions may not be blended: over all records, or within one period."""
    rules: dict[str, Callable[[Fact], str]] = {"series": lambda fact: "", "period": lambda fact: fact.period}
    groups: dict[tuple[str, str], set[str]] = {}
    for fact in factset:
        parameter = factset.parameters.get(fact.parameter)
        if parameter is None or parameter.vintages not in rules or fact.status == "assumption":
            continue
        if fact.layer == "user":
            continue
        if fact.vintage or parameter.vintages == "series":
            groups.setdefault((fact.parameter, rules[parameter.vintages](fact)), set()).add(fact.vintage)
    for (name, period), vintages in groups.items():
        if len(vintages) > 1:
            label = f"{name}@{period}" if period else name
            yield Problem(ERROR, "mixed_vintages", label, {"vintages": ", ".join(sorted(vintages))})


def _recomputed(factset: FactSet) -> Iterator[Problem]:
    """Records with a recipe, worked out again from their parents."""
    for recipe in recipe_rows("labour_recipes.csv"):
        stored = factset.find("labour_cost_hourly_from_pay", iso3=recipe["iso3"], variant=recipe["variant"])
        yield from _compare(stored, partial(_from_pay, recipe, factset))
    for recipe in recipe_rows("carry_recipes.csv"):
        stored = [
            fact
            for fact in factset.find(recipe["parameter"], iso3=recipe["iso3"])
            if fact.vintage.startswith("carried from")
        ]
        yield from _compare(stored, partial(_carry, recipe, factset))


def _from_pay(recipe: dict[str, str], factset: FactSet) -> float:
    return worked_out(recipe, factset).cost


def _carry(recipe: dict[str, str], factset: FactSet) -> float:
    parents = [factset.fact(recipe[name]).value or 0.0 for name in ("base", "index_from", "index_to")]
    return carried(*parents)


def _compare(stored: Iterable[Fact], work_out: Callable[[], float]) -> Iterator[Problem]:
    for fact in stored:
        if fact.value is None or fact.layer == "user":
            continue
        try:
            expected = work_out()
        except KeyError as error:
            yield _problem("parent_missing", fact, NOTE, parent=error.args[0])
            continue
        if abs(expected - fact.value) > TOLERANCE * abs(fact.value):
            yield _problem("not_recomputed", fact, expected=f"{expected:.6g}", value=f"{fact.value:.6g}")


def _stale(factset: FactSet, on: date) -> Iterator[Problem]:
    for name, keys in dict.fromkeys((fact.parameter, fact.keys) for fact in factset):
        if name not in factset.parameters:
            continue
        try:
            answer = factset.lookup(name, dict(keys), on)
        except (LookupError, UnitError):
            continue
        if answer.stale and answer.fact.keys == keys:
            limit = answer.parameter.age_months
            yield _problem("stale", answer.fact, NOTE, age=answer.age_months, limit=limit)
