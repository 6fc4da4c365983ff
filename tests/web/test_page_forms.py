"""From the model to a form and back: what is shown and sent again changes nothing, what is typed is kept."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thuishaven.dossier import Dossier, Link, Problem
from thuishaven.dossier.numerals import numeral
from thuishaven.dossier.structure import members, walk
from thuishaven.dossier.yaml import parse, plain
from thuishaven.locale import _, use
from thuishaven.web.answers import sent
from thuishaven.web.field_help import HELP
from thuishaven.web.figures import parts_of, typed, written
from thuishaven.web.forms import Field
from thuishaven.web.tree import put
from thuishaven.web.wizard import pages_of

ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
BLANK = "thuishaven: 1\nas_of: 2026-11-21\n"


def shown(fields: list[Field]) -> dict[str, str]:
    """What a browser sends when a page is sent as it was shown."""
    form: dict[str, str] = {}
    for item in fields:
        if item.kind == "quantity":
            parts = {"value": item.value, "low": item.low, "high": item.high, "source": item.source}
            form |= {f"{item.name}~{part}": text for part, text in parts.items()}
        elif item.kind != "shares":
            form[item.name] = item.value
    return form


def fields_of(tree: Any) -> list[Field]:
    return [item for _step, groups in pages_of(tree) for group in groups for item in group.fields]


@pytest.mark.parametrize("lang", ["nl", "en", "fr"])
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_form_that_is_sent_as_shown_changes_nothing(path: Path, lang: str) -> None:
    tree = parse(path.read_text(encoding="utf-8"))
    before = copy.deepcopy(plain(tree))
    with use(lang):
        fields = fields_of(tree)
        sent(fields, shown(fields), tree)
    assert before == plain(tree)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_figure_of_an_example_has_its_place_in_a_form(path: Path) -> None:
    tree = plain(parse(path.read_text(encoding="utf-8")))

    def figures(node: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        if isinstance(node, dict):
            if node.keys() & {"value", "low", "mean", "min"}:
                return [place]
            return [found for key, part in node.items() for found in figures(part, (*place, key))]
        if isinstance(node, list):
            return [found for n, part in enumerate(node) for found in figures(part, (*place, n))]
        return []

    with use("en"):
        known = {item.path for item in fields_of(tree)}
    missing = [found for found in figures(tree) if found not in known and "process" not in found[3:]]
    assert [] == missing


@given(value=st.floats(-1e12, 1e12, allow_nan=False) | st.integers(-(10**12), 10**12))
def test_a_number_that_is_shown_is_read_as_the_same_number(value: float) -> None:
    for lang in ("nl", "en", "fr"):
        with use(lang):
            assert value == typed(written(value))[0]


@given(text=st.text(max_size=40))
def test_whatever_is_typed_is_a_number_or_kept(text: str) -> None:
    value, unit = typed(text)
    assert isinstance(value, int | float) or text.strip().lstrip("€$£").strip() in f"{value} {unit}"
    parts_of(text)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"value": "7,90 USD"}, {"value": 7.9, "unit": "USD"}),
        ({"value": "80 000 - 130 000"}, {"low": 80000, "high": 130000}),
        ({"value": "8", "low": "7", "high": "9,5"}, {"low": 7, "mode": 8, "high": 9.5}),
        ({"value": "8", "source": "offerte"}, {"value": 8, "source": "offerte"}),
        ({"value": "{mean: 8, sd: 1}"}, {"mean": 8, "sd": 1}),
        ({"value": "1.450"}, "1.450"),
        ({"value": "1.450 USD"}, {"value": "1.450", "unit": "USD"}),
        ({"value": "8 USD", "low": "veel"}, {"low": "veel", "mode": 8, "unit": "USD"}),
        ({"value": ""}, None),
    ],
)
def test_a_figure_is_kept_as_it_was_meant(form: dict[str, str], expected: Any) -> None:
    tree = parse(BLANK + "product: {price: 1}\n")
    with use("nl"):
        fields = [item for item in fields_of(tree) if item.name == "product.price"]
        sent(fields, {f"product.price~{key}": text for key, text in form.items()}, tree)
    assert expected == plain(tree).get("product", {}).get("price")


def test_a_number_with_two_meanings_is_kept_and_asked_about() -> None:
    found = numeral("1.450")
    assert isinstance(found, Problem)
    assert ("1.450", "") == typed("1.450")


def test_help_stands_at_fields_that_exist_and_in_every_language() -> None:
    described = {member.help for _path, member in walk(Dossier)} | {
        item.help for item in members(Link).values()
    }
    assert set() == HELP.keys() - described
    with use("nl"):
        item = next(item for item in fields_of(parse(BLANK)) if item.name == "product.cn")
        assert "douaneaangifte" in item.hint
    for lang in ("nl", "fr"):
        with use(lang):
            assert [] == [text for text in HELP.values() if _(text) == text]


def test_a_section_that_is_emptied_goes() -> None:
    tree = {"product": {"cbam": {"emissions": 1}}, "demand": {"growth": 0}}
    put(tree, ("product", "cbam", "emissions"), None)
    assert {"demand": {"growth": 0}} == tree


@pytest.mark.parametrize(
    ("lang", "field", "text", "expected"),
    [
        ("nl", "demand.units_per_year", "80.000", "80.000"),
        ("nl", "demand.units_per_year", "80.000 - 130 000", {"low": "80.000", "high": 130000}),
        ("en", "demand.units_per_year", "80,000", "80,000"),
        ("nl", "demand.units_per_year", "1.450.000", 1450000),
        ("nl", "product.mass_kg", "1.900", "1.900"),
        ("nl", "demand.lost_sales", "1.450 %", "1.450"),
    ],
)
def test_a_number_with_two_meanings_is_asked_about_in_every_field(
    lang: str, field: str, text: str, expected: Any
) -> None:
    tree = parse(BLANK)
    with use(lang):
        fields = [item for item in fields_of(tree) if item.name == field]
        sent(fields, {f"{field}~value": text}, tree)
    section, name = field.split(".")
    assert expected == plain(tree)[section][name]


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("nl", "14/09/2026", "2026-09-14"),
        ("fr", "3.9.2026", "2026-09-03"),
        ("en", "14-9-2026", "2026-09-14"),
        ("en", "3/9/2026", "3/9/2026"),
        ("nl", "31/02/2027", "31/02/2027"),
        ("nl", "2026-09-14", "2026-09-14"),
    ],
)
def test_a_date_is_read_day_first(lang: str, text: str, expected: str) -> None:
    tree = parse(BLANK)
    with use(lang):
        fields = [item for item in fields_of(tree) if item.name == "plans.0.sources.0.quote.date"]
        sent(fields, {fields[0].name: text}, tree)
    assert expected == plain(tree)["plans"][0]["sources"][0]["quote"]["date"]


def test_weights_that_cannot_be_used_are_told_with_the_way_out(client: httpx.Client) -> None:
    text = (ROOT / "examples" / "plantenpot.yaml").read_text(encoding="utf-8")
    assert "\npreferences:" not in text
    file = {"file": ("pot.yaml", text + "\npreferences: {weights: {nosuch: 0.5}}\n")}
    opened = client.post(
        "/fr/dossier/files", files=file, headers={"origin": str(client.base_url).rstrip("/")}
    )
    assert 303 == opened.status_code
    for path in ("results", "results/pictures", "results/plan/home_own", "results/report.html"):
        page = client.get(f"/fr/{path}")
        assert (200, 1) == (page.status_code, page.text.count("champ nosuch"))
        assert 'href="/fr/dossier/preferences">Ce qui compte pour vous</a> : ' in page.text.replace(
            "\xa0", " "
        )
    assert "champ nosuch" in client.get("/fr/dossier/preferences").text


def test_an_untouched_dossier_says_once_what_it_needs(client: httpx.Client) -> None:
    client.post("/en/start", data={"what": "dossier"}, headers={"origin": str(client.base_url).rstrip("/")})
    page = client.get("/en/results").text
    assert "{country: BEL}" not in page
    assert 1 == page.count("Say who makes the product now")
