"""Whatever is wrong with a dossier gets one clear message: what, where, what was expected, an example."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from dossiers import COMPLETE, LEAST, problems_of, read
from hypothesis import given, settings
from hypothesis import strategies as st

from thuishaven.dossier import DossierError, load, yaml
from thuishaven.dossier.load import open_document
from thuishaven.dossier.problems import CODES, SAME
from thuishaven.locale import LANGUAGES, use
from thuishaven.uncertainty.reading import MESSAGES

POT = COMPLETE.read_text("utf-8")

# What is replaced in the complete dossier, by what; the code, the place and the line of the one problem.
BROKEN = {
    "wrong unit": (
        "mass_kg: {value: 1900, unit: g",
        "mass_kg: {value: 1900, unit: m",
        "wrong_unit",
        "product.mass_kg",
        19,
    ),
    "unknown unit": (
        "oee: {events: 57, trials: 100}",
        "oee: {value: 1, unit: foo}",
        "wrong_unit",
        "process.oee",
        46,
    ),
    "money in kilos": ("price: 24.0", "price: {value: 24, unit: kg}", "wrong_unit", "product.price", 21),
    "money without currency": (
        "price: 24.0",
        "price: {value: 24, unit: euro}",
        "wrong_unit",
        "product.price",
        21,
    ),
    "negative volume": ("volume_m3: 0.02", "volume_m3: -0.02", "negative", "product.volume_m3", 20),
    "negative units": (
        "units_per_year: {low: 80000, mode: 100000, high: 130000, note: sales plan 2027}",
        "units_per_year: -5",
        "negative",
        "demand.units_per_year",
        30,
    ),
    "share above one": ("tax_rate: 0.258", "tax_rate: 25.8", "too_high", "company.tax_rate", 14),
    "low above high": (
        "lead_days: {low: 60, mode: 75",
        "lead_days: {low: 160, mode: 75",
        "wrong_order",
        "plans[today].sources[supplier].lead_days",
        63,
    ),
    "mode outside": (
        "{low: 60, mode: 75, high: 110}",
        "{low: 60, mode: 175, high: 110}",
        "mode_outside",
        "plans[today].sources[supplier].lead_days",
        63,
    ),
    "half a range": (
        "{low: 60, mode: 75, high: 110}",
        "{low: 60, mode: 75}",
        "unknown_form",
        "plans[today].sources[supplier].lead_days",
        63,
    ),
    "unknown word in a range": (
        "{low: 60, mode: 75, high: 110}",
        "{low: 60, hi: 75}",
        "unknown_keys",
        "plans[today].sources[supplier].lead_days",
        63,
    ),
    "a word for a number": ("volume_m3: 0.02", "volume_m3: small", "not_a_number", "product.volume_m3", 20),
    "a decimal comma": ("volume_m3: 0.02", "volume_m3: 0,02", "not_a_number", "product.volume_m3", 20),
    "not a number": ("volume_m3: 0.02", "volume_m3: .nan", "not_finite", "product.volume_m3", 20),
    "infinite": ("volume_m3: 0.02", "volume_m3: 1e999", "not_finite", "product.volume_m3", 20),
    "enormous": ("volume_m3: 0.02", "volume_m3: 1e308", "number_too_large", "product.volume_m3", 20),
    "a million digits": ("volume_m3: 0.02", f"volume_m3: {'9' * 1_000_000}", "number_too_large", "", 20),
    "thousands or decimals": ("volume_m3: 0.02", "volume_m3: 1.450", "ambiguous_number", "", 20),
    "thousands or decimals, quoted": (
        "volume_m3: 0.02",
        'volume_m3: "1.450"',
        "ambiguous_number",
        "product.volume_m3",
        20,
    ),
    "thousands or decimals in a range": (
        "{low: 60, mode: 75, high: 110}",
        "{low: 60, mode: 75, high: 1.100}",
        "ambiguous_number",
        "",
        63,
    ),
    "spread of nothing": (
        "growth: {mean: 0.02, sd: 0.01}",
        "growth: {mean: 0.02, sd: -1}",
        "negative_sd",
        "demand.growth",
        31,
    ),
    "infinite share": (
        "share: 0.3,",
        "share: .inf,",
        "not_finite",
        "plans[today].sources[supplier].terms.payments[1].share",
        66,
    ),
    "unquoted customs code": ('cn: "39269097"', "cn: 39269097", "unquoted_code", "product.cn", 18),
    "customs code with a zero in front": ('cn: "39269097"', "cn: 010121", "unquoted_code", "product.cn", 18),
    "customs code too short": ('cn: "39269097"', 'cn: "3926909"', "wrong_customs_code", "product.cn", 18),
    "unquoted activity code": ('code: "22.29"', "code: 22.29", "unquoted_code", "company.nace.code", 11),
    "unquoted revision": ('revision: "2.0"', "revision: 2.0", "unquoted_code", "company.nace.revision", 11),
    "unquoted period": ('period: "2026"', "period: 2026", "unquoted_code", "facts[1].period", 110),
    "a part with a number for a name": ("- id: shell", "- id: 12", "unquoted_code", "bom[1].id", 37),
    "a name with spaces": ("- id: home", "- id: at home", "wrong_identifier", "plans[at home].id", 84),
    "Norway in two letters": ("origin: NLD", "origin: NO", "unknown_country", "bom[shell].origin", 43),
    "Norway, in small letters": ("origin: NLD", "origin: no", "unknown_country", "bom[shell].origin", 43),
    "a truth value for a country": ("origin: NLD", "origin: true", "unquoted_code", "bom[shell].origin", 43),
    "unknown country": (
        "country: CHN",
        "country: XXX",
        "unknown_country",
        "plans[today].sources[supplier].country",
        57,
    ),
    "unknown market": ("DEU: 0.6", "GER: 0.6", "unknown_country", "demand.markets.GER", 33),
    "unknown delivery term": (
        "incoterm: FOB",
        "incoterm: FBO",
        "unknown_incoterm",
        "plans[today].sources[supplier].incoterm",
        60,
    ),
    "wrong choice": (
        "tooling: ours",
        "tooling: mine",
        "unknown_choice",
        "plans[today].sources[supplier].quote.tooling",
        62,
    ),
    "six shifts": (
        "process: {shifts: 2}",
        "process: {shifts: 6}",
        "unknown_choice",
        "plans[home].sources[tilburg].process.shifts",
        85,
    ),
    "another version": ("thuishaven: 1", "thuishaven: 2", "unknown_choice", "thuishaven", 2),
    "a date that does not exist": ("as_of: 2026-11-21", 'as_of: "2026-02-30"', "wrong_date", "as_of", 3),
    "a number for a date": ("as_of: 2026-11-21", "as_of: 20261121", "wrong_date", "as_of", 3),
    "a year for a shop": (
        "until: 2028",
        "until: 28",
        "wrong_year",
        "plans[today].sources[supplier].until",
        59,
    ),
    "last year before the first": (
        "from: 2029,",
        "from: 2029, until: 2027,",
        "until_before_from",
        "plans[today].sources[supplier_2].until",
        73,
    ),
    "unknown field": ("labour_hours: 0.11", "labor_hours: 0.11", "unknown_field", "process.labor_hours", 46),
    "unknown field in a change": (
        "logistics: {fill: 0.95}",
        "logistics: {filling: 0.95}",
        "unknown_field",
        "plans[improve].changes.supplier.logistics.filling",
        82,
    ),
    "wrong value in a change": (
        "logistics: {fill: 0.95}",
        "logistics: {fill: 95}",
        "too_high",
        "plans[improve].changes.supplier.logistics.fill",
        82,
    ),
    "a text for a section": ("stock:\n  service_level: 0.95", "stock: enough", "wrong_type", "stock", 48),
    "a section for a list": (
        "flows: [{line: T01, from: 2027, amount: -50000, probability: 0.6}]",
        "flows: {line: T01}",
        "wrong_type",
        "plans[home].flows",
        93,
    ),
    "no country of ours": ("  country: NLD\n  region", "  region", "missing", "company.country", 7),
    "no name": ("  name: {nl: Plantenpot, en: Plant pot}\n", "", "missing", "product.name", 16),
    "an empty name": ("name: {nl: Plantenpot, en: Plant pot}", 'name: ""', "missing", "product.name", 17),
    "shares of sources": (
        "country: CHN\n        share: 1",
        "country: CHN\n        share: 0.9",
        "shares",
        "plans[today].sources",
        54,
    ),
    "instalments": (
        "{share: 0.7, days: 30}",
        "{share: 0.6, days: 30}",
        "payment_shares",
        "plans[today].sources[supplier].terms.payments",
        65,
    ),
    "markets above one": ("NLD: 0.4, DEU", "NLD: 0.5, DEU", "market_shares", "demand.markets", 33),
    "two plans with one name": ("- id: home", "- id: improve", "duplicate", "plans[improve].id", 84),
    "two parts with one name": ("- {id: label,", "- {id: shell,", "duplicate", "bom[shell].id", 44),
    "a part of nothing": ("parent: shell", "parent: shel", "unknown_parent", "bom[label].parent", 44),
    "a part of itself": ("parent: null", "parent: shell", "circular_bom", "bom[shell].parent", 38),
    "a circle of parts": ("parent: null", "parent: label", "circular_bom", "bom[shell].parent", 38),
    "a change to a source that is not there": (
        "changes:\n      supplier:",
        "changes:\n      suplier:",
        "unknown_source",
        "plans[improve].changes.suplier",
        80,
    ),
    "a price that is not given": (
        ", share: 1, from: 2029, unit_price: 7.4}",
        ", share: 1, from: 2029}",
        "no_price",
        "plans[today].sources[supplier_2].unit_price",
        73,
    ),
    "a line that does not exist": ("line: T01", "line: Z99", "unknown_line", "plans[home].flows[1].line", 93),
    "a parameter that does not exist": (
        "parameter: electricity_price_non_household",
        "parameter: electricity_prize",
        "unknown_parameter",
        "facts[1].parameter",
        104,
    ),
    "a figure in a unit of something else": (
        "unit: EUR/kWh",
        "unit: EUR/kg",
        "wrong_unit",
        "facts[1].unit",
        109,
    ),
    "a figure about nothing": ("keys: {iso3: NLD}", "keys: {}", "fact_keys", "facts[1].keys", 105),
    "one key twice": ("price: 24.0", "price: 24.0\n  price: 25.0", "duplicate_key", "", 22),
    "a tab": ("  name: Voorbeeld bv", "\tname: Voorbeeld bv", "tab", "", 8),
    "half a bracket": ("markets: {NLD: 0.4, DEU: 0.6}", "markets: {NLD: 0.4, DEU: 0.6", "not_yaml", "", 35),
    "text turned around": (
        "material: polypropylene",
        "material: poly\u202eenelyporp",
        "hidden_character",
        "",
        40,
    ),
    "a null character": (
        "material: polypropylene",
        "material: poly\x00propylene",
        "hidden_character",
        "",
        40,
    ),
    "nested too deep": ("scan:", f"scan: {'[' * 100_000}", "too_deep", "", 96),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_dossier_gets_one_clear_message(name: str) -> None:
    old, new, code, where, line = BROKEN[name]
    assert POT.count(old) == 1
    found = problems_of(POT.replace(old, new))
    assert [(code, where, line)] == [(problem.code, problem.where, problem.line) for problem in found]
    for language in LANGUAGES:
        with use(language):
            assert not re.search(r"\{\w+\}", found[0].message())


@pytest.mark.parametrize("name", BROKEN)
def test_every_message_shows_an_example_or_what_to_do(name: str) -> None:
    old, new, *_rest = BROKEN[name]
    problem = problems_of(POT.replace(old, new))[0]
    without = {
        "unknown_form",
        "unknown_source",
        "duplicate_key",
        "hidden_character",
        "too_deep",
        "ambiguous_number",
    }
    assert problem.code in without or problem.params.get("example")


SUGGESTED = {
    "labor_hours": ("labour_hours: 0.11", "labor_hours: 0.11", "labour_hours"),
    "Norway": ("origin: NLD", "origin: NO", "NOR"),
    "a name for a country": ("origin: NLD", "origin: Netherlands", "NLD"),
    "an unquoted code": ('cn: "39269097"', "cn: 39269097", '"39269097"'),
}


@pytest.mark.parametrize("name", SUGGESTED)
def test_a_message_suggests_what_was_meant(name: str) -> None:
    old, new, example = SUGGESTED[name]
    assert [example] == [problem.params["example"] for problem in problems_of(POT.replace(old, new))]


def test_a_message_says_both_readings_of_an_ambiguous_number() -> None:
    problem = problems_of(POT.replace("volume_m3: 0.02", "volume_m3: 1.450"))[0]
    with use("en"):
        expected = (
            "1.450 can mean two things. Write 1450 for a whole number, or 1.4500 for a number with decimals."
        )
        assert expected == problem.message()


def test_a_message_names_line_and_field() -> None:
    problem = problems_of(POT.replace("tooling: ours", "tooling: mine"))[0]
    with use("en"):
        assert problem.place() == "line 62, plans[today].sources[supplier].quote.tooling"
        assert (
            problem.message() == "mine is not one of the choices. Expected: ours, theirs, for example theirs."
        )


def test_what_follows_the_advice_is_accepted() -> None:
    assert read(POT.replace("volume_m3: 0.02", "volume_m3: 1.4500")).product.volume_m3.mean == 1.45  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not_a_dossier"),
        ("just words", "not_a_dossier"),
        ("[1, 2]", "not_a_dossier"),
        ("company: {country: BEL}", "not_a_dossier"),
        ("{", "not_yaml"),
        ("a: *b", "alias_bomb"),
        ("a: &b [*b]", "alias_bomb"),
        ("thuishaven: 1\n--- \nthuishaven: 1", "not_yaml"),
        ("%YAML 1.1\n---\nthuishaven: 1\nas_of: 2026-99-99", "not_yaml"),
        ("a: !!python/object:os.system {}", "not_a_dossier"),
    ],
)
def test_what_is_no_dossier_is_said_once(text: str, code: str) -> None:
    assert [code] == [problem.code for problem in problems_of(text)]


def test_a_file_that_refers_to_itself_a_billion_times_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    assert ["alias_bomb"] == [problem.code for problem in problems_of("thuishaven: 1\n" + "\n".join(lines))]


def test_few_references_can_be_a_bomb_too() -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 19))]
    assert ["alias_bomb"] == [problem.code for problem in problems_of("thuishaven: 1\n" + "\n".join(lines))]


def test_honest_references_are_followed() -> None:
    text = POT.replace("process: {shifts: 2}", "process: &two {shifts: 2}").replace(
        "process: {shifts: 3, automation: high, labour_hours: {min: 0.02, max: 0.06}}", "process: *two"
    )
    assert read(text).plans[2].process.shifts == 2


FILES = {
    "nonsense": (b"nonsense " * 1_200_000, "too_large", None),
    "Latin-1": (POT.encode("utf-8").replace(b"Acheter mieux", b"Acheter \xe0 mieux"), "not_text", 77),
    "UTF-16": (POT.encode("utf-16"), "not_text", None),
    "binary": (bytes(range(256)) * 100, "not_text", None),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_text_of_ours_is_refused(name: str, tmp_path: Path) -> None:
    content, code, line = FILES[name]
    file = tmp_path / "dossier.yaml"
    file.write_bytes(content)
    with pytest.raises(DossierError) as raised:
        load(file)
    assert [(code, line)] == [(problem.code, problem.line) for problem in raised.value.problems]
    assert raised.value.path == str(file)


@pytest.mark.parametrize(
    ("name", "code"), [("none.yaml", "no_file"), ("none.txt", "no_file"), ("dossier.docx", "unknown_format")]
)
def test_a_file_that_is_not_there_or_of_another_kind_is_said(name: str, code: str, tmp_path: Path) -> None:
    (tmp_path / "dossier.docx").write_bytes(b"x")
    with pytest.raises(DossierError) as raised:
        load(tmp_path / name)
    assert [code] == [problem.code for problem in raised.value.problems]


@pytest.mark.parametrize(
    "start", ["\ufeff", "\ufeff# with a byte order mark\n", "---\n", "# comment first\n\n"]
)
def test_what_editors_put_in_front_is_no_problem(start: str, tmp_path: Path) -> None:
    file = tmp_path / "dossier.yaml"
    file.write_text(start + LEAST, "utf-8")
    assert read(LEAST) == load(file)
    assert start + LEAST == open_document(file).text


def test_json_is_read_and_its_numbers_mean_what_they_say(tmp_path: Path) -> None:
    tree = yaml.plain(yaml.parse(LEAST))
    tree["product"]["mass_kg"] = 1.125
    file = tmp_path / "dossier.json"
    file.write_text(json.dumps(tree, default=str))
    expected = read(LEAST.replace('cn: "392690"', 'cn: "392690", mass_kg: 1.1250'))
    assert expected == load(file)


def test_a_json_nested_a_hundred_thousand_deep_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "dossier.json"
    file.write_text('{"a": ' + "[" * 100_000)
    with pytest.raises(DossierError) as raised:
        load(file)
    assert ["too_deep"] == [problem.code for problem in raised.value.problems]


def test_several_problems_are_told_at_once() -> None:
    text = POT.replace("origin: NLD", "origin: NO").replace("tax_rate: 0.258", "tax_rate: 25.8")
    assert ["too_high", "unknown_country"] == [problem.code for problem in problems_of(text)]


def test_every_complaint_of_a_quantity_has_a_message() -> None:
    assert set() == {SAME.get(code, code) for code in MESSAGES} - CODES


@settings(max_examples=150, deadline=None)
@given(
    st.text(st.characters(codec="utf-8"), max_size=200) | st.text("{}[]:,-&*!|>'\"%@ \n#?a1.", max_size=80)
)
def test_no_text_brings_the_reader_down(text: str) -> None:
    for problem in problems_of("thuishaven: 1\n" + text) + problems_of(text):
        assert problem.message()


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(POT) - 1), st.integers(0, 40), st.text("{}[]:,-&*!|>'\" \n#?a1.\t", max_size=5))
def test_no_damage_to_a_dossier_brings_the_reader_down(start: int, length: int, patch: str) -> None:
    for problem in problems_of(POT[:start] + patch + POT[start + length :]):
        assert problem.message()
