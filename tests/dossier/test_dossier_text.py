"""A dossier in YAML: read, changed and written without losing a comment."""

from __future__ import annotations

from pathlib import Path

import pytest
from dossiers import COMPLETE, LEAST, dossiers, read
from hypothesis import HealthCheck, given, settings

from thuishaven.dossier import DossierError, build, load, open_document, yaml
from thuishaven.dossier.load import Document, save, to_tree
from thuishaven.dossier.merge import alike, merge, normal

POT = COMPLETE.read_text("utf-8")


def test_the_least_dossier_loads() -> None:
    dossier = read(LEAST)
    assert dossier.product.name == {"nl": "Pot", "en": "Pot", "fr": "Pot"}
    assert dossier.plans[0].sources is not None
    assert dossier.plans[0].sources[0].unit_price is not None
    assert (7.9, "EUR/unit") == (
        dossier.plans[0].sources[0].unit_price.mean,
        dossier.plans[0].sources[0].unit_price.unit,
    )


def test_units_are_converted_to_those_of_the_field() -> None:
    dossier = read(
        LEAST.replace(
            'cn: "392690"', 'cn: "392690", mass_kg: {value: 1900, unit: g}, price: {value: 24, unit: USD}'
        )
    )
    assert dossier.product.mass_kg is not None
    assert dossier.product.price is not None
    expected = ((pytest.approx(1.9), "kg"), (24, "USD/unit"))
    found = (
        (dossier.product.mass_kg.mean, dossier.product.mass_kg.unit),
        (dossier.product.price.mean, dossier.product.price.unit),
    )
    assert expected == found


def test_limits_hold_in_the_unit_that_is_written() -> None:
    dossier = read(LEAST.replace("country: BEL", "country: BEL, tax_rate: {value: 25, unit: percent}"))
    assert dossier.company.tax_rate is not None
    assert dossier.company.tax_rate.mean == 0.25
    with pytest.raises(DossierError) as raised:
        read(LEAST.replace("country: BEL", "country: BEL, tax_rate: {value: 125, unit: percent}"))
    assert ["too_high"] == [problem.code for problem in raised.value.problems]


def test_a_price_per_kilo_becomes_one_per_piece_only_where_that_is_the_same() -> None:
    assert read(POT).bom[0].price is not None
    assert read(POT).bom[0].price.unit == "EUR/kg"  # type: ignore[union-attr]
    with pytest.raises(DossierError) as raised:
        read(LEAST.replace("unit_price: 7.9", "unit_price: {value: 7.9, unit: EUR/kg}"))
    assert ["wrong_unit"] == [problem.code for problem in raised.value.problems]


def test_writing_what_was_read_keeps_every_byte(tmp_path: Path) -> None:
    odd = (
        POT.replace("company:\n", "company:\n\n\n   # far in\n").replace("\n", "\r\n")
        + "\r\n\r\n# after the end"
    )
    for text in (POT, odd, "\ufeff" + POT):
        file = tmp_path / "dossier.yaml"
        file.write_bytes(text.encode())
        save(open_document(file), tmp_path / "copy.yaml")
        assert text.encode() == (tmp_path / "copy.yaml").read_bytes()


def test_a_change_touches_its_own_line_only() -> None:
    tree = yaml.parse(POT)
    tree["plans"][2]["one_off"]["machines"] = 950000
    expected = POT.replace("machines: 900000", "machines: 950000")
    assert expected == yaml.dump(tree, POT)


@pytest.mark.parametrize("dash", ["- ", "  - "])
def test_a_change_keeps_the_way_lists_are_indented(dash: str) -> None:
    text = LEAST.replace(
        "  - id: today\n    sources:\n      - {",
        f"{dash}id: today\n{' ' * len(dash)}sources:\n{' ' * len(dash)}{dash}{{",
    )
    tree = yaml.parse(text)
    tree["company"]["country"] = "NLD"
    assert text.replace("BEL", "NLD") == yaml.dump(tree, text)


def test_numbers_are_never_written_so_that_they_are_questioned() -> None:
    text = yaml.dump({"a": 1.125, "b": 12.5, "c": 123.456, "d": -9.875, "e": 0.125})
    assert text == "a: 1.1250\nb: 12.5\nc: 123.4560\nd: -9.8750\ne: 0.125\n"
    assert yaml.plain(yaml.parse(text)) == {"a": 1.125, "b": 12.5, "c": 123.456, "d": -9.875, "e": 0.125}


def test_a_dossier_becomes_a_text_that_means_the_same(tmp_path: Path) -> None:
    dossier = read(POT)
    for name in ("dossier.yaml", "dossier.json"):
        save(dossier, tmp_path / name)
        assert dossier == load(tmp_path / name)


def test_a_dossier_is_written_as_a_person_would() -> None:
    tree = to_tree(read(POT))
    assert tree["process"] == {
        "labour_hours": 0.11,
        "machine_hours": 0.05,
        "energy_kwh": 2.4,
        "oee": {"events": 57, "trials": 100},
    }
    assert tree["about"] == 'Made up for the tests; "no firm" is meant.'
    assert tree["plans"][1]["changes"] == {
        "supplier": {
            "unit_price": {"low": 7.2, "mode": 7.5, "high": 7.9, "unit": "USD"},
            "logistics": {"fill": 0.95},
        }
    }


def test_a_failed_save_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "dossier.yaml"
    file.write_text("old")

    def fail(*_arguments: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        save(read(LEAST), file)
    assert [file] == list(tmp_path.iterdir())
    assert file.read_text() == "old"


def test_saving_under_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DossierError) as raised:
        save(read(LEAST), tmp_path / "dossier.docx")
    assert ["unknown_format"] == [problem.code for problem in raised.value.problems]


def test_merging_keeps_what_means_the_same_as_it_was_written() -> None:
    text = (
        "thuishaven: 1\nproduct: # it\n  name: 'Pot'\n  mass_kg: {value: 1.90, unit: kg} # weighed\n"
        "  price: 24.00\n"
    )
    new = {
        "thuishaven": 1,
        "product": {"name": {"nl": "Pot", "en": "Pot", "fr": "Pot"}, "mass_kg": 1.9, "price": 25},
    }
    assert text.replace("24.00", "25") == yaml.dump(merge(yaml.parse(text), new), text)


def test_merging_into_what_stands_in_two_places_changes_one() -> None:
    text = "plans:\n  - id: a\n    process: &same {oee: 0.5, shifts: 2}\n  - id: b\n    process: *same\n"
    new = {
        "plans": [
            {"id": "a", "process": {"oee": 0.5, "shifts": 2}},
            {"id": "b", "process": {"oee": 0.6, "shifts": 2}},
        ]
    }
    assert new == yaml.plain(merge(yaml.parse(text), new))


def test_merging_follows_items_by_name() -> None:
    text = (
        "bom:\n  # first\n  - {id: a, quantity: 1}\n  # second\n  - {id: b, quantity: 2} # two\n"
        "  - {id: c, quantity: 3}\n"
    )
    new = {"bom": [{"id": "b", "quantity": 2}, {"id": "x", "quantity": 9}, {"id": "c", "quantity": 4}]}
    merged = merge(yaml.parse(text), new)
    assert new == yaml.plain(merged)
    assert "# two" in yaml.dump(merged, text)


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(dossiers())
def test_any_dossier_survives_yaml(tree: dict[str, object]) -> None:
    dossier = build(tree)
    text = yaml.dump(tree)
    again = yaml.parse(text)
    assert tree == yaml.plain(again)
    assert text == yaml.dump(again, text)
    assert dossier == build(again)
    assert dossier == build(to_tree(dossier))


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(dossiers(), dossiers())
def test_merging_any_dossier_into_any_other_gives_the_new_one(
    old: dict[str, object], new: dict[str, object]
) -> None:
    merged = merge(yaml.parse(yaml.dump(old)), new)
    written = yaml.plain(yaml.parse(yaml.dump(merged)))
    assert alike(normal(new), normal(written))
    build(written)


def test_a_document_of_a_dossier_without_a_file_is_saved_too(tmp_path: Path) -> None:
    dossier = read(POT)
    save(Document(dossier, to_tree(dossier)), tmp_path / "dossier.yaml")
    assert dossier == load(tmp_path / "dossier.yaml")
