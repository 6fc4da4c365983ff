"""``--set path=value``: fields by the names people use, values as they type them."""

from __future__ import annotations

from typing import Any

import pytest
from dossiers import COMPLETE, LEAST

from thuishaven.dossier import DossierError, build, yaml
from thuishaven.dossier.setting import apply_settings

POT = COMPLETE.read_text("utf-8")

SET: dict[str, tuple[str, str]] = {
    "home.process.labour_hours=0.08": ("labour_hours: {min: 0.02, max: 0.06}", "labour_hours: 0.08"),
    "plans.home.process.labour_hours=0.08": ("labour_hours: {min: 0.02, max: 0.06}", "labour_hours: 0.08"),
    "home.labour_hours=0.08": ("labour_hours: {min: 0.02, max: 0.06}", "labour_hours: 0.08"),
    "plans[3].labour_hours=0.08": ("labour_hours: {min: 0.02, max: 0.06}", "labour_hours: 0.08"),
    "home.labour_hours={low: 0.01, high: 0.05}": (
        "labour_hours: {min: 0.02, max: 0.06}",
        "labour_hours: {low: 0.01, high: 0.05}",
    ),
    "home.machines=950000 USD": ("machines: 900000", "machines: {value: 950000, unit: USD}"),
    "home.machines=1.500,5": ("machines: 900000", ""),
    "demand.units_per_year=120000": (
        "{low: 80000, mode: 100000, high: 130000, note: sales plan 2027}",
        "120000",
    ),
    "units_per_year=120000": ("{low: 80000, mode: 100000, high: 130000, note: sales plan 2027}", "120000"),
    "demand.units_per_year.low=70000": ("low: 80000", "low: 70000"),
    "today.supplier.unit_price=8.2": (
        "unit_price: {value: 7.9, unit: USD, source: quote 2026-09-14}",
        "unit_price: {value: 8.2, unit: USD}",
    ),
    "today.sources.supplier.unit_price=8.2 EUR": (
        "unit_price: {value: 7.9, unit: USD, source: quote 2026-09-14}",
        "unit_price: {value: 8.2, unit: EUR}",
    ),
    "plans.today.sources.supplier.unit_price={low: 7, high: 9}": (
        "unit_price: {value: 7.9, unit: USD, source: quote 2026-09-14}",
        "unit_price: {low: 7, high: 9, unit: USD}",
    ),
    "today.supplier.terms.payments[1].days=-10": ("days: -30", "days: -10"),
    "today.supplier.fill=0.9": ("fill: 0.85", "fill: 0.9"),
    "improve.supplier.fill=0.9": ("{fill: 0.95}", "{fill: 0.9}"),
    "improve.changes.supplier.logistics.fill=0.9": ("{fill: 0.95}", "{fill: 0.9}"),
    "improve.sources.supplier.origin_cost=50": ("{fill: 0.95}", "{fill: 0.95, origin_cost: 50}"),
    "home.country=BEL": ("country: NLD, share: 1, process", "country: BEL, share: 1, process"),
    "company.tax_rate=25 %": ("tax_rate: 0.258", "tax_rate: {value: 25, unit: percent}"),
    "product.cn=39269092": ('"39269097"', "39269092"),
    'product.cn="39269092"': ('"39269097"', "'39269092'"),
    "product.name.nl=Bloempot": ("nl: Plantenpot, en: Plant", "nl: Bloempot, en: Plant"),
    "bom.shell.price=2 EUR/kg": (
        '{low: 1.3, mode: 1.45, high: 1.9, unit: EUR/kg, source: "trade paper, 2026"}',
        "{value: 2, unit: EUR/kg}",
    ),
    "demand.markets.DEU=0.5": ("DEU: 0.6", "DEU: 0.5"),
    "scan.q2=4": ("q2: 3", "q2: 4"),
    "facts.electricity_price_non_household.value=0.16": ("value: 0.14", "value: 0.16"),
    "product.salvage=": ("  salvage: 6\n", ""),
}
ASKED = {
    "home.machines=1.450": "ambiguous_number",
    "home.machines=1.500,5": "not_a_number",
    "home.machines=1.450 USD": "ambiguous_number",
    "home.labor_hours=0.08": "unknown_path",
    "hom.labour_hours=0.08": "unknown_path",
    "today.unit_price=8": "unknown_path",
    "labour_hour=1": "unknown_path",
    "improve.nobody.unit_price=8": "unknown_path",
    "today.supplier.terms.payments[7].days=1": "unknown_path",
    "home.machines.low=1": "unknown_path",
    "nonsense": "setting_form",
    "=3": "setting_form",
    "a..b=3": "setting_form",
    "home.machines={": "not_yaml",
}


@pytest.mark.parametrize("setting", [setting for setting in SET if setting not in ASKED])
def test_a_setting_changes_one_thing(setting: str) -> None:
    old, new = SET[setting]
    assert POT.count(old) == 1
    before = yaml.parse(POT)
    changed = apply_settings(before, [setting])
    assert yaml.plain(yaml.parse(POT.replace(old, new))) == yaml.plain(changed)
    assert yaml.dump(before, POT) == POT
    if setting != "product.cn=39269092":
        build(changed)


@pytest.mark.parametrize("setting", ASKED)
def test_a_setting_that_cannot_be_is_asked_about(setting: str) -> None:
    with pytest.raises(DossierError) as raised:
        build(apply_settings(yaml.parse(POT), [setting]))
    assert [ASKED[setting]] == [problem.code for problem in raised.value.problems]


@pytest.mark.parametrize(
    ("setting", "close"),
    [
        ("home.labor_hours=0.08", "home.process.labour_hours=…"),
        ("today.supplier.unitprice=3", "today.supplier.unit_price=…"),
        ("demand.units_a_year=3", "demand.units_per_year=…"),
    ],
)
def test_a_path_that_comes_close_is_suggested(setting: str, close: str) -> None:
    with pytest.raises(DossierError) as raised:
        apply_settings(yaml.parse(POT), [setting])
    assert [close] == [problem.params["example"] for problem in raised.value.problems]


def test_settings_are_applied_in_order_and_all_problems_told() -> None:
    tree = apply_settings(yaml.parse(LEAST), ["today.unit_price=8", "today.unit_price=9"])
    assert tree["plans"][0]["sources"][0]["unit_price"] == 9
    with pytest.raises(DossierError) as raised:
        apply_settings(yaml.parse(LEAST), ["x=1", "today.unit_price=9", "y=2"])
    assert ["unknown_path", "unknown_path"] == [problem.code for problem in raised.value.problems]


def test_what_is_shared_in_the_file_is_changed_in_one_place_only() -> None:
    text = POT.replace("process: {shifts: 2}", "process: &two {shifts: 2}").replace(
        "process: {shifts: 3, automation: high, labour_hours: {min: 0.02, max: 0.06}}", "process: *two"
    )
    tree: Any = yaml.plain(apply_settings(yaml.parse(text), ["home.process.shifts=4"]))
    assert (2, 4) == (
        tree["plans"][2]["sources"][0]["process"]["shifts"],
        tree["plans"][2]["process"]["shifts"],
    )
