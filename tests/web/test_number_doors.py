"""A number that can mean two things is asked about at every door, whatever kind of field it stands in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from thuishaven.cli.interview import quantity
from thuishaven.dossier import DossierError, apply_settings, build
from thuishaven.dossier.yaml import parse
from thuishaven.locale import use
from thuishaven.web.answers import names_of, sent
from thuishaven.web.complaints import in_words
from thuishaven.web.forms import Field
from thuishaven.web.tree import put
from thuishaven.web.wizard import pages_of

POT = (Path(__file__).resolve().parent.parent.parent / "examples/plantenpot.yaml").read_text(encoding="utf-8")
#: A field of every kind that takes a number: as the form calls it, and as ``--set`` does.
FIELDS = {
    "demand.units_per_year": "demand.units_per_year",
    "demand.lost_sales": "demand.lost_sales",
    "company.headcount": "company.headcount",
    "plans.0.sources.0.share": "today.supplier.share",
    "plans.0.sources.0.unit_price": "today.supplier.unit_price",
    "plans.0.sources.0.logistics.storage_days": "today.supplier.logistics.storage_days",
}


def asked(tree: Any) -> list[tuple[str, str, str]]:
    """What is said about a dossier in a Dutch form."""
    with pytest.raises(DossierError) as error:
        build(tree)
    return [
        (problem.code, str(problem.params["value"]), in_words(problem)) for problem in error.value.problems
    ]


def field_of(tree: Any, name: str) -> Field:
    groups = [group for _step, found in pages_of(tree) for group in found]
    return next(item for group in groups for item in group.fields if item.name == name)


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("text", ["1.450", "1,450"])
def test_a_form_a_file_and_a_setting_ask_the_same(name: str, text: str) -> None:
    tree = parse(POT)
    with use("nl"):
        item = field_of(tree, name)
        sent([item], {next(iter(names_of(item))): text}, tree)
        expected = [
            (
                "ambiguous_number",
                text,
                f"{text} kan twee dingen betekenen. Schrijf 1450 voor een geheel getal, of 1,45 voor een "
                "getal met decimalen.",
            )
        ]
        assert expected == asked(tree)
        assert text == field_of(tree, name).value
        filed = parse(POT)
        put(filed, item.path, text)
        assert expected == asked(filed)
    with pytest.raises(DossierError) as error:
        build(apply_settings(parse(POT), [f"{FIELDS[name]}={text}"]))
    assert ["ambiguous_number"] == [problem.code for problem in error.value.problems]


def test_shares_by_country_and_the_figures_of_ones_own_are_asked_about_too() -> None:
    tree = parse(POT)
    tree["demand"]["markets"] = {"NLD": "1.450"}
    tree["facts"] = [
        {
            "parameter": "electricity_price_non_household",
            "keys": {"iso3": "NLD"},
            "value": "1.450",
            "unit": "EUR/kWh",
            "period": "2026",
            "source": "contract",
        }
    ]
    assert [("ambiguous_number", "1.450")] * 2 == [found[:2] for found in asked(tree)]


def test_a_share_without_its_country_stays_and_is_asked_about() -> None:
    class Form(dict[str, list[str]]):
        def getlist(self, name: str) -> list[str]:
            return self[name]

    tree, name = parse(POT), "demand.markets"
    form = Form({f"{name}~key": ["NLD", "", "DEU"], f"{name}~share": ["60", "10", ""]})
    with use("en"):
        sent([field_of(tree, name)], form, tree)
        item = field_of(tree, name)
        with pytest.raises(DossierError) as error:
            build(tree)
        said = [in_words(problem, item) for problem in error.value.problems]
    assert (("NLD", "60"), ("", "10"), ("DEU", "")) == item.rows
    assert ["Give each country its share, and each share its country; or empty both."] * 2 == said


def test_a_range_with_a_wrong_end_is_shown_as_it_was_typed() -> None:
    tree, name = parse(POT), "demand.units_per_year"
    form = {f"{name}~value": "veel", f"{name}~low": "80 000", f"{name}~high": ""}
    with use("nl"):
        sent([field_of(tree, name)], form, tree)
        item = field_of(tree, name)
        assert ("veel", "80\u00a0000", "") == (item.value, item.low, item.high)
        form = {f"{name}~value": "veel", f"{name}~low": "9", f"{name}~high": "1.450"}
        sent([item], form, tree)
        item = field_of(tree, name)
    assert ("veel", "9", "1.450") == (item.value, item.low, item.high)


def test_the_terminal_asks_the_same_in_the_readers_own_numbers() -> None:
    with use("nl"):
        said = quantity("80.000 - 130 000")
    assert (
        "80.000 kan twee dingen betekenen. Schrijf 80000 voor een geheel getal, of 80,0000 voor een getal "
        "met decimalen." == said
    )
