"""Every code that a room can hand over has its words, in every language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from thuishaven import facts
from thuishaven.cost.breakeven import drivers
from thuishaven.cost.registry import CHOICES, input_fields
from thuishaven.cost.scenarios import scenarios
from thuishaven.dossier import Problem, factors
from thuishaven.dossier.model import Dossier
from thuishaven.dossier.problems import CODES
from thuishaven.dossier.structure import walk
from thuishaven.facts.connectors import MESSAGES as CONNECTOR_MESSAGES
from thuishaven.facts.connectors import ConnectorError
from thuishaven.facts.countries import AREAS
from thuishaven.facts.model import LAYERS, STATUSES
from thuishaven.locale import LANGUAGES, use
from thuishaven.report import words
from thuishaven.report.telling import driver_name

PACKAGE = Path(words.__file__).parent.parent
PARAMS = {"parameter": "carbon_price", "asked": "NLD", "used": "EU27"}
PARAMS |= {"period": "2019", "source": "1", "until": "2026-01-31"}


def notices() -> set[str]:
    """The codes of every warning: of the ranges, of the fallbacks, and those the cost engine adds itself."""
    text = (PACKAGE / "uncertainty" / "quantity.py").read_text(encoding="utf-8")
    described = re.search(r"notes : codes of what.*?positive, lower", text, re.DOTALL)
    assert described is not None
    own = set()
    for path in PACKAGE.joinpath("cost").rglob("*.py"):
        own |= set(re.findall(r'Notice\(\s*"(\w+)"', path.read_text(encoding="utf-8")))
    assert own
    return {*re.findall(r'"(\w+)"', described[0]), *facts.MESSAGES, *own}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", sorted(notices()))
def test_every_warning_has_its_sentence(code: str, lang: str) -> None:
    with use(lang):
        said = words.notice(code, PARAMS)
    assert code not in said
    assert len(said.split()) > 3


@pytest.mark.parametrize("code", sorted(notices()))
def test_every_warning_is_counted_or_told(code: str) -> None:
    if code in words.PRESSING:
        return
    warning = {"code": code, "params": {"id": "mine", **PARAMS}}
    with use("en"):
        assert 1 == len(words.summed_up([warning], {"mine"}))


@pytest.mark.parametrize("lang", ["nl", "fr"])
@pytest.mark.parametrize("code", [*STATUSES, "user"])
def test_every_status_has_its_word(code: str, lang: str) -> None:
    with use(lang):
        assert words.status(code) not in ("", code)


def test_every_layer_has_its_words() -> None:
    assert set(LAYERS) == set(words.LAYERS)


def test_every_area_has_its_name() -> None:
    regions = {country.region for country in facts.countries().values()}
    assert {*AREAS, *regions} == set(words.AREAS)


def test_every_group_of_lines_has_its_name() -> None:
    assert {factor.group for factor in factors().values()} == set(words.GROUPS)


def test_every_way_of_transport_has_its_name() -> None:
    found = next(member for path, member in walk(Dossier) if path[-1] == "mode")
    assert set(found.choices) <= set(words.MODES)
    assert {country.mode_default for country in facts.countries().values()} <= set(words.MODES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_scenario_and_driver_has_its_name(lang: str) -> None:
    kinds = {"unit_price": "today.unit_price", "duty": "today.duty_rate", "volume": "demand.units_per_year"}
    with use(lang):
        assert not [name for name in scenarios() if words.scenario_name(name) in ("", name)]
        assert words.scenario_name("expected")
        names = [driver_name(kinds.get(name, f"world.{name}")) for name in drivers()]
    assert len(set(names)) == len(names)
    assert not set(names) & set(drivers())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_input_has_its_label(lang: str) -> None:
    known = {
        **dict.fromkeys(input_fields()),
        **dict.fromkeys(CHOICES),
        **dict.fromkeys(facts.bundled().parameters),
    }
    paths = ["bom.shell.price", "today.bom.shell.mass_kg", "home.supplier.payments.0"]
    with use(lang):
        assert not [name for name in known if words.input_label(name) in ("", name)]
        assert not [path for path in paths if words.input_label(path.rpartition(".")[2], path) in ("", path)]
        assert not [
            name for name in ("shock.exchange.USD", "shock.sea_rate") if words.input_label(name, name) == name
        ]


def test_a_part_of_the_bill_of_materials_has_the_label_of_its_field() -> None:
    with use("en"):
        price = next(m for p, m in walk(Dossier) if p == ("bom", "price"))
        assert price.help == words.input_label("price", "bom.shell.price")


def test_what_an_input_is_about() -> None:
    plans = {"home": "thuis"}
    with use("en"):
        places = [
            words.place(identity, plans)
            for identity in (
                "home.labour_hours",
                "demand.growth",
                "fx_rate[currency=USD]@2026",
                "sea_distance[destination=NLD,origin=CHN]@undated",
                "fx_drift[currency=WLD]@2026",
                "shock.exchange.USD",
                "carbon_price@2025",
            )
        ]
    assert ["thuis", "", "USD", "Netherlands, China", "everywhere", "USD", ""] == places


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", sorted(CONNECTOR_MESSAGES))
def test_every_failure_of_a_connector_has_its_sentence(code: str, lang: str) -> None:
    names = set(re.findall(r"{(\w+)", CONNECTOR_MESSAGES[code]))
    with use(lang):
        assert len(str(ConnectorError(code, **dict.fromkeys(names, "7"))).split()) > 3


@pytest.mark.parametrize("lang", ["nl", "fr"])
@pytest.mark.parametrize("code", sorted(CODES))
def test_every_problem_of_a_dossier_has_its_sentence(code: str, lang: str) -> None:
    problem = Problem(code, "product.price", {"value": "7"})
    with use("en"):
        english = problem.message()
    with use(lang):
        assert problem.message() not in ("", code, english)


AMOUNTS = {
    "share": (0.21, "fraction", "21%", "21%"),
    "rate": (0.0348, "fraction/yr", "3.48% a year", "3,48% per jaar"),
    "money": (84_321.0, "EUR", "84 thousand euros", "84 duizend euro"),
    "small money": (1.5, "EUR", "1.5 euros", "1,5 euro"),
    "hours": (38.25, "EUR/h", "38.2 EUR/h", "38,2 EUR/u"),
    "days": (75.0, "day", "75 days", "75 dagen"),
    "times": (2.4, "multiple", "2.4 times", "2,4 keer"),
}


@pytest.mark.parametrize(("value", "of", "english", "dutch"), AMOUNTS.values(), ids=list(AMOUNTS))
def test_an_amount_is_written_with_its_unit(value: float, of: str, english: str, dutch: str) -> None:
    with use("en"):
        assert english == words.amount(value, of)
    with use("nl"):
        assert dutch == words.amount(value, of)


def test_a_range_is_rounded_to_what_it_supports() -> None:
    with use("en"):
        assert "38 to 52 EUR/h" == words.spread(38.1234, 52.4321, "EUR/h")
        assert "5 to 35%" == words.spread(0.05, 0.35, "fraction")
