"""The table of connectors: every code in it, every row fit for the registry."""

import csv
from urllib.parse import parse_qs, urlsplit

import pytest

from thuishaven.facts import bundled, countries
from thuishaven.facts.connectors import ConnectorError, connectors, read_connectors
from thuishaven.facts.connectors.table import BUNDLED, chosen, geo_codes
from thuishaven.facts.countries import AREAS
from thuishaven.facts.units import factor

EVERY = pytest.mark.parametrize("connector", connectors(), ids=lambda connector: connector.name)


@EVERY
def test_the_parameter_is_registered_with_this_key(connector):
    assert bundled().parameters[connector.parameter].keys == (connector.key,)


@EVERY
def test_the_unit_is_one_of_the_parameter(connector):
    assert factor(connector.unit, bundled().parameters[connector.parameter].unit) > 0


@EVERY
def test_it_is_asked_for_over_https_without_a_key(connector):
    address = urlsplit(connector.url())
    assert address.scheme == "https"
    assert not {name for name in parse_qs(address.query) if "key" in name.lower()}


@EVERY
def test_it_names_licence_publisher_and_page(connector):
    assert all((connector.licence, connector.publisher, connector.source_url, connector.update))
    source = connector.source
    assert (connector.source_id, connector.publisher) == (source.source_id, source.publisher)
    assert (connector.licence, connector.url()) == (source.licence, source.publisher_url)


def test_one_source_is_one_thing():
    sources = {}
    for connector in connectors():
        sources.setdefault(connector.source_id, set()).add(connector.dataset)
    assert all(len(datasets) == 1 for datasets in sources.values())


def test_what_is_chosen_by_name_parameter_or_provider():
    assert connectors() == chosen(None, connectors())
    assert [one.name for one in chosen(["ecb"], connectors())] == ["ecb_rate", "ecb_rate_mean"]
    assert [one.name for one in chosen(["lpi_overall", "worldbank_lpi"], connectors())] == ["worldbank_lpi"]
    with pytest.raises(ConnectorError) as caught:
        chosen(["eurostat_labor"], connectors())
    assert caught.value.code == "connector_unknown"
    assert "eurostat_labour_cost_manufacturing" in str(caught.value)


def test_more_is_added_to_the_question(named):
    rate, lpi = named("ecb_rate"), named("worldbank_lpi")
    assert rate.url() == "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist.zip"
    assert rate.url(base="http://127.0.0.1:9/") == "http://127.0.0.1:9/eurofxref-hist.zip"
    assert lpi.url("page=2").endswith("?format=json&per_page=400&mrnev=1&page=2")


def test_codes_of_the_publishers():
    eurostat = geo_codes("eurostat")
    assert tuple(eurostat[code] for code in ("EL", "UK", "EU27_2020", "EA20")) == (
        "GRC",
        "GBR",
        "EU27",
        "EA20",
    )
    assert not {"GR", "GB", "EU28", "CN"} & set(eurostat)
    assert {"WLD": "WLD", "EUU": "EU27", "NLD": "NLD"}.items() <= geo_codes("worldbank").items()
    assert all(len(code) == 2 for code in geo_codes("iso2"))
    assert set(countries()) | set(AREAS) <= set(geo_codes("iso3").values())


@pytest.mark.parametrize(
    ("column", "value", "field"),
    [
        ("format", "xml", "format"),
        ("take", "some", "take"),
        ("jump_kind", "points", "jump_kind"),
        ("ship", "", "ship"),
        ("codes", "fips", "codes"),
        ("transform", "square", "transform"),
        ("unit", " ", "unit"),
        ("periods", "many", "periods/jump"),
        ("periods", "0", "periods/jump"),
        ("jump", "inf", "periods/jump"),
        ("jump", "-1", "periods/jump"),
        ("select", "nace", "select"),
        ("base", "", "base"),
    ],
)
def test_a_wrong_row_is_named(tmp_path, column, value, field):
    with BUNDLED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[1][column] = value
    path = tmp_path / "connectors.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    with pytest.raises(ConnectorError) as caught:
        read_connectors(path)
    assert ("connector_table", "3", field) == (
        caught.value.code,
        caught.value.params["line"],
        caught.value.params["field"],
    )


def test_a_missing_column_and_a_name_twice_are_named(tmp_path):
    path = tmp_path / "connectors.csv"
    text = BUNDLED.read_text(encoding="utf-8")
    path.write_text(text.replace(",licence,", ",license,", 1), encoding="utf-8")
    with pytest.raises(ConnectorError) as caught:
        read_connectors(path)
    assert caught.value.params["field"] == "licence"
    path.write_text(text + text.splitlines()[1] + "\n", encoding="utf-8")
    with pytest.raises(ConnectorError) as caught:
        read_connectors(path)
    assert caught.value.params["field"] == "name"


def test_every_connector_and_flag_is_documented():
    from pathlib import Path

    from thuishaven.facts.connectors.proposal import NEEDS_A_PERSON

    text = (Path(__file__).parents[3] / "docs" / "connectors.md").read_text(encoding="utf-8")
    rows = {(connector.name, connector.parameter) for connector in connectors()}
    assert not {row for row in rows if f"| `{row[0]}` | `{row[1]}` |" not in text}
    assert not [flag for flag in (*NEEDS_A_PERSON, "overruled") if f"| `{flag}` |" not in text]
