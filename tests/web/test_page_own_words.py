"""What is told beside the plain questions: own figures, materials of a plan, the network, what matters."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from typing import Any

import httpx
import pytest
from browsing import Site

from thuishaven.dossier import build
from thuishaven.dossier.yaml import parse, plain
from thuishaven.web.examples import examples

HEADERS = {"Sec-Fetch-Site": "same-origin"}
WAGE = "labour_cost_hourly_manufacturing[iso3=NLD]"


class Desk:
    """Someone at the pages, who opens the pot example and sends forms."""

    def __init__(self, client: httpx.Client, lang: str = "nl") -> None:
        self.client, self.lang = client, lang

    def get(self, path: str) -> str:
        answer = self.client.get(f"/{self.lang}/{path}")
        assert answer.status_code == 200, (path, answer.status_code)
        return unescape(answer.text)

    def send(self, path: str, **fields: Any) -> httpx.Response:
        return self.client.post(f"/{self.lang}/{path}", data=fields)

    def refused(self, path: str, **fields: Any) -> str:
        answer = self.send(path, **fields)
        assert answer.status_code == 422
        return unescape(answer.text)

    @property
    def tree(self) -> Any:
        return plain(parse(self.client.get(f"/{self.lang}/dossier/download.yaml").text))


@pytest.fixture
def desk(site: Site) -> Iterator[Desk]:
    with httpx.Client(base_url=site.address, timeout=60, headers=HEADERS) as client:
        made = Desk(client)
        assert made.send("start", what="dossier").status_code == 303
        text = examples()["plantenpot"].text
        sent = client.post("/nl/dossier/files", files={"file": ("pot.yaml", text.encode())})
        assert sent.status_code == 303
        yield made


def test_an_own_figure_takes_the_place_of_a_published_one(desk: Desk) -> None:
    page = desk.get(f"dossier/facts?own={WAGE}")
    assert "Arbeidskosten per uur" in page
    sent = {
        "new": WAGE,
        "facts.0.keys.iso3": "NLD",
        "facts.0.value": "41,5",
        "facts.0.low": "40",
        "facts.0.high": "43",
        "facts.0.unit": "EUR/h",
        "facts.0.period": "2026",
        "facts.0.source": "onze loonstaat",
    }
    assert desk.send("dossier/facts", **sent).status_code == 303
    fact = desk.tree["facts"][0]
    assert fact == {
        "parameter": "labour_cost_hourly_manufacturing",
        "keys": {"iso3": "NLD"},
        "value": 41.5,
        "low": 40,
        "high": 43,
        "unit": "EUR/h",
        "period": "2026",
        "source": "onze loonstaat",
    }
    assert build(desk.tree).facts[0].value == 41.5
    assert "onze loonstaat" in desk.get("dossier/facts")
    changed = {**sent, "new": "", "facts.0.value": "42", "go": "next"}
    assert desk.send("dossier/facts", **changed).status_code == 303
    assert desk.tree["facts"][0]["value"] == 42
    desk.send("dossier/facts", **{**changed, "go": "drop:0"})
    assert "facts" not in desk.tree
    desk.send("dossier/undo", how="undo")
    assert desk.tree["facts"][0]["value"] == 42


def test_what_is_wrong_with_an_own_figure_stands_at_its_field(desk: Desk) -> None:
    told = {
        "facts.0.value": "50",
        "facts.0.high": "43",
        "facts.0.unit": "EUR/h",
        "facts.0.keys.iso3": "NLD",
        "facts.0.period": "2026",
    }
    page = desk.refused("dossier/facts", new=WAGE, **told)
    assert 'aria-describedby="h-facts-0-source e-facts-0-source"' in page
    page = desk.refused("dossier/facts", **{**told, "facts.0.source": "loonstaat"})
    assert 'aria-invalid="true"' in page
    assert "(50)" in page
    assert "(43)" in page
    assert desk.tree["facts"][0]["value"] == 50
    assert "dossier/facts#f-facts-0" in desk.get("dossier")


def test_a_plan_may_have_other_materials_than_today(desk: Desk) -> None:
    before = desk.tree["bom"]
    assert desk.send("dossier/plans/home_own", go="bom:own").status_code == 303
    assert desk.tree["plans"][4]["bom"] == before
    desk.send("dossier/plans/home_own", **{"plans.4.bom.0.material": "gerecycleerd polypropyleen"})
    assert desk.tree["plans"][4]["bom"][0]["material"] == "gerecycleerd polypropyleen"
    assert desk.tree["bom"] == before
    assert desk.send("dossier/plans/home_own", go="bom:today").status_code == 303
    assert "bom" not in desk.tree["plans"][4]


def test_a_source_may_make_it_in_its_own_way(desk: Desk) -> None:
    field = "plans.4.sources.0.process.labour_hours"
    desk.send(
        "dossier/plans/home_own",
        **{f"{field}~value": "0,05", f"{field}~low": "0,04", f"{field}~high": "0,08"},
    )
    assert desk.tree["plans"][4]["sources"][0]["process"] == {
        "labour_hours": {"low": 0.04, "mode": 0.05, "high": 0.08}
    }
    assert build(desk.tree).plans[4].sources[0].process.labour_hours.mean == pytest.approx(0.0567, rel=0.05)  # type: ignore[index,union-attr]


def test_the_network_of_suppliers_is_told_row_by_row(desk: Desk) -> None:
    first = {
        "chain.suppliers.0.id": "hars",
        "chain.suppliers.0.tier": "2",
        "chain.suppliers.0.to": "vormer",
        "chain.suppliers.0.country": "BEL",
        "chain.suppliers.0.recovery_weeks~value": "2 - 4 - 9",
    }
    page = desk.refused("dossier/chain", **first)
    assert "vormer" in page
    second = {"chain.suppliers.1.id": "vormer", "chain.suppliers.1.tier": "1"}
    assert desk.send("dossier/chain", **first, **second).status_code == 303
    assert desk.tree["chain"]["suppliers"] == [
        {
            "id": "hars",
            "to": "vormer",
            "tier": 2,
            "country": "BEL",
            "recovery_weeks": {"low": 2, "mode": 4, "high": 9},
        },
        {"id": "vormer", "tier": 1},
    ]


def test_points_weigh_and_an_order_weighs_where_none_are_given(desk: Desk) -> None:
    assert (
        desk.send("dossier/preferences", **{"p.cost": "50", "p.risk": "20", "role": "firm"}).status_code
        == 303
    )
    assert desk.tree["preferences"] == {"weights": {"cost": 0.5, "risk": 0.2}}
    page = desk.refused("dossier/preferences", **{"p.cost": "90", "p.risk": "20", "role": "firm"})
    assert "110" in page
    assert 'aria-describedby="e-p-cost"' in page
    assert desk.send("dossier/preferences", **{"w.cost": "more", "role": "region"}).status_code == 303
    told = desk.tree["preferences"]
    assert (["cost"], "region") == (told["order"][0], told["role"])


def test_a_measure_is_told_and_taken_away(desk: Desk) -> None:
    told = {
        "m.0.plan": "home_own",
        "m.0.criterion": "feasibility",
        "m.0.figure": "2 - 3",
        "m.0.source": "vergunning",
        "m.0.evidence": "1",
    }
    assert desk.send("dossier/preferences", **told).status_code == 303
    assert desk.tree["preferences"]["measures"] == {
        "home_own": {"feasibility": {"low": 2, "high": 3, "source": "vergunning", "evidence": 1}}
    }
    assert "2 - 3" in desk.get("dossier/preferences")
    page = desk.refused("dossier/preferences", **{**told, "m.0.figure": "2 - 9"})
    assert 'aria-describedby="h-m-0 e-m-0-figure"' in page
    assert desk.send("dossier/preferences", **{**told, "m.0.figure": ""}).status_code == 303
    assert "preferences" not in desk.tree


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("Noord-Brabant", "NL41"), ("zuid holland", "NL36"), ("Utrecht (NL35)", "NL35"), ("NL414", "NL414")],
)
def test_a_region_is_understood_by_its_name(desk: Desk, typed: str, kept: str) -> None:
    assert desk.send("dossier/product", **{"company.region": typed}).status_code == 303
    assert kept == desk.tree["company"]["region"]


def test_a_region_of_nowhere_is_refused_with_one_of_the_country(desk: Desk) -> None:
    page = desk.refused("dossier/product", **{"company.region": "Atlantis"})
    assert "Groningen (NL11)" in page
    assert "Atlantis" in page


def test_one_instalment_of_a_part_asks_about_the_rest(desk: Desk) -> None:
    terms = "plans.0.sources.0.terms.payments"
    page = desk.refused(
        "dossier/today",
        **{
            f"{terms}.1.share": "",
            f"{terms}.1.days~value": "",
            f"{terms}.1.days~source": "",
            f"{terms}.0.share": "30",
        },
    )
    assert "30 %" in page
    assert "f-plans-0-sources-0-terms-payments-1-share" in page


def test_every_range_of_a_step_opens_at_once_and_stays_open(desk: Desk) -> None:
    closed, opened = desk.get("dossier/process"), desk.get("dossier/process?ranges=all")
    assert closed.count('class="about" open') < opened.count('class="about" open')
    sent = desk.client.post("/nl/dossier/process?ranges=all", data={"go": "next"})
    assert "/nl/dossier/chain?ranges=all" == sent.headers["location"]


def test_a_figure_that_was_worked_out_says_from_what(desk: Desk) -> None:
    page = desk.get("dossier/plans/home_supplier")
    at = page.index('f-plans-3-sources-0-unit_price"')
    about = page[at : at + 4000]
    assert "dossier/facts?own=" in about
    assert "eigen" in about or "van u" in about


def test_a_required_field_is_asked_for_in_the_words_of_the_page(desk: Desk) -> None:
    page = desk.refused("dossier/product", **{"product.cn": "", "demand.x": "1"})
    assert "39269097" in page
    assert "cn:" not in page
