"""What a told network says: tiers, only sources, and how long the stock lasts when one stops."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from thuishaven.chain import Reading, Standing, Weeks, read_network
from thuishaven.dossier import build
from thuishaven.dossier.yaml import parse
from thuishaven.locale import use
from thuishaven.report import network
from thuishaven.web.wizard import groups

POT = (Path(__file__).resolve().parent.parent.parent / "examples/plantenpot.yaml").read_text(encoding="utf-8")
MAKERS = [
    {"id": "moulder", "item": "shell", "tier": 1, "country": "CHN", "stock_weeks": 3, "recovery_weeks": 8},
    {
        "id": "resin",
        "item": "polypropylene",
        "tier": 2,
        "to": "moulder",
        "country": "KOR",
        "share": 0.6,
        "stock_weeks": 2,
        "recovery_weeks": {"low": 8, "mode": 12, "high": 20},
        "switch_weeks": 4,
    },
    {"id": "resin_2", "item": "polypropylene", "tier": 2, "to": "moulder", "share": 0.4, "switch_weeks": 2},
    {"id": "pigment", "item": "pigment", "tier": 3, "to": "resin", "visibility": "unknown"},
]


def told(makers: list[dict[str, Any]]) -> Reading:
    tree = parse(POT)
    tree["chain"] = {"suppliers": makers}
    reading = read_network(build(tree))
    assert reading is not None
    return reading


def of(reading: Reading, name: str) -> Standing:
    return next(maker for maker in reading.makers if maker.id == name)


def test_nothing_is_said_of_a_network_that_was_not_told() -> None:
    assert read_network(build(parse(POT))) is None


def test_stock_lasts_all_the_way_to_us_and_the_sooner_way_out_counts() -> None:
    reading = told(MAKERS)
    moulder, resin = of(reading, "moulder"), of(reading, "resin")
    assert (Weeks(3, 3, 3), Weeks(8, 8, 8), Weeks(5, 5, 5)) == (
        moulder.survive,
        moulder.recover,
        moulder.short,
    )
    assert (Weeks(5, 5, 5), Weeks(4, 4, 4), Weeks(0, 0, 0)) == (resin.survive, resin.recover, resin.short)
    assert "moulder" == reading.makers[0].id


def test_what_was_not_told_stays_unknown() -> None:
    reading = told(MAKERS)
    pigment = of(reading, "pigment")
    assert (Weeks(5, 5, 5), None, None) == (pigment.survive, pigment.recover, pigment.short)
    assert None is of(told([{"id": "a", "tier": 1, "recovery_weeks": 4}]), "a").short


def test_only_sources_are_those_without_another_for_the_same_item_and_customer() -> None:
    reading = told(MAKERS)
    assert {"moulder", "pigment"} == {maker.id for maker in reading.only_sources}
    assert (1.0, 0.6) == (of(reading, "moulder").share, of(reading, "resin").share)


def test_tiers_say_how_far_the_network_is_known() -> None:
    found = [(tier.number, tier.makers, tier.known, tier.unknown) for tier in told(MAKERS).tiers]
    assert [(1, 1, 1, 0), (2, 2, 2, 0), (3, 1, 0, 1)] == found
    assert {"CHN": 1, "KOR": 1} == told(MAKERS).countries


def test_a_circle_of_makers_ends() -> None:
    around = [
        {"id": "a", "tier": 1, "to": "b", "stock_weeks": 1, "recovery_weeks": 3},
        {"id": "b", "tier": 1, "to": "a", "stock_weeks": 1, "recovery_weeks": 3},
    ]
    assert Weeks(1, 1, 1) == of(told(around), "a").short


@pytest.mark.parametrize("lang", ["nl", "en", "fr"])
def test_it_is_told_in_the_language_of_the_reader(lang: str) -> None:
    with use(lang):
        said = " ".join(network.sentences(told(MAKERS)))
        table = network.table(told(MAKERS))
    assert "moulder (shell)" in said
    assert len(MAKERS) == len(table.rows)
    assert {len(table.columns)} == {len(row) for row in table.rows}


def test_the_wizard_asks_only_what_is_read_and_shows_what_a_file_told() -> None:
    tree = parse(POT)
    tree["chain"] = {"suppliers": [{"id": "a", "tier": 1, "place": "Antwerpen"}]}
    with use("en"):
        found = next(group for group in groups("chain", tree) if group.lists)
    asked = [{item.path[-1] for item in row.fields} for row in found.lists[0].rows]
    assert "place" in asked[0]
    assert "capacity" not in asked[0]
    assert "place" not in asked[1]
    assert {"id", "item", "tier", "to", "share", "stock_weeks", "recovery_weeks", "switch_weeks"} <= asked[1]
