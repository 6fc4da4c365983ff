"""What a visitor does with a draft: files in and out, undo, plans, what-ifs, many parts; nothing is lost."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from browsing import Site
from calling import calling
from test_page_axe import EXAMPLE

from thuishaven.dossier.load import build
from thuishaven.dossier.yaml import parse, plain

ROOT = Path(__file__).resolve().parent.parent.parent
COOKIE = "thuishaven-draft"


@pytest.fixture(scope="module")
def site(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The pages with drafts on each engine in turn."""
    with calling(tmp_path_factory.mktemp("pages"), engine) as api:
        yield Site(str(api.base_url).rstrip("/"), api.app)


@pytest.fixture
def holder(client: httpx.Client, site: Site) -> httpx.Client:
    """A program that holds a draft of the example."""
    client.post("/en/examples/plantenpot")
    return client


def kept(site: Site, holder: httpx.Client) -> Any:
    """The dossier in a draft."""
    return plain(parse(site.app.state.store.load(holder.cookies[COOKIE]).text))


def test_a_page_read_changes_nothing(holder: httpx.Client, site: Site) -> None:
    before = site.app.state.store.digest()
    for path in ("", "scan", "scan/c", "dossier", "dossier/today", "dossier/plans", "dossier/files"):
        assert 200 == holder.get(f"/en/{path}").status_code
    assert before == site.app.state.store.digest()


def test_an_example_takes_the_place_of_a_draft_and_undo_brings_it_back(
    holder: httpx.Client, site: Site
) -> None:
    holder.post("/en/examples/bicycle")
    assert "Trekking bicycle" == kept(site, holder)["title"]["en"]
    holder.post("/en/dossier/undo", data={"how": "undo"})
    assert "Plant pot, 30 cm" == kept(site, holder)["title"]["en"]
    holder.post("/en/dossier/undo", data={"how": "redo"})
    assert "Trekking bicycle" == kept(site, holder)["title"]["en"]


@pytest.mark.parametrize("kind", ["yaml", "json", "xlsx"])
def test_a_draft_goes_out_and_comes_in_again(holder: httpx.Client, site: Site, kind: str) -> None:
    before = build(kept(site, holder))
    saved = holder.get(f"/nl/dossier/download.{kind}")
    assert "Plantenpot" in saved.headers["content-disposition"]
    holder.post("/en/examples/bicycle")
    answer = holder.post("/nl/dossier/files", files={"file": (f"x.{kind}", saved.content)})
    assert (303, "/nl/dossier") == (answer.status_code, answer.headers["location"])
    assert before == build(kept(site, holder))


def test_yaml_keeps_its_comments(holder: httpx.Client, site: Site) -> None:
    holder.post("/nl/dossier/product", data={"product.mass_kg~value": "2,1"})
    text = site.app.state.store.load(holder.cookies[COOKIE]).text
    assert 2.1 == plain(parse(text))["product"]["mass_kg"]
    comments = [line for line in EXAMPLE.splitlines() if line.startswith("#")]
    assert comments
    assert comments == [line for line in text.splitlines() if line.startswith("#")]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "Choose a file first"),
        (b"%PDF-1.7", "not read here"),
        (b"hello", "not a dossier"),
        (b"thuishaven: 1\nproduct: {cn: 1}", "code"),
        (b"PK\x03\x04broken", "XLSX"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(
    holder: httpx.Client, site: Site, content: bytes, expected: str
) -> None:
    before = kept(site, holder)
    answer = holder.post(
        "/en/dossier/files", files={"file": ("x", content)} if content else {}, data={"x": "1"}
    )
    assert answer.status_code in (415, 422)
    assert expected in answer.text
    assert before == kept(site, holder)


def test_a_form_of_another_site_is_refused(holder: httpx.Client) -> None:
    answer = holder.post("/en/dossier/delete", headers={"Origin": "https://elsewhere.example"})
    assert 403 == answer.status_code
    assert "nothing was changed" in answer.text


def test_a_draft_that_is_gone_is_told(client: httpx.Client) -> None:
    client.cookies.set(COOKIE, "x" * 32)
    assert 410 == client.post("/fr/dossier/product", data={"go": "next"}).status_code
    assert 200 == client.get("/fr/dossier").status_code


def test_a_plan_is_begun_told_and_taken_out(holder: httpx.Client, site: Site) -> None:
    answer = holder.post("/en/dossier/plans/add", data={"family": "supplier_abroad", "country": "POL"})
    assert "/en/dossier/plans/supplier_abroad_POL" == answer.headers["location"]
    holder.post(
        answer.headers["location"],
        data={"plans.6.sources.0.unit_price~value": "8.2", "plans.6.name": "Poland"},
    )
    plan = kept(site, holder)["plans"][6]
    assert ("Poland", 8.2, "POL") == (
        plan["name"],
        *(plan["sources"][0][key] for key in ("unit_price", "country")),
    )
    holder.post("/en/dossier/plans/supplier_abroad_POL/delete")
    assert 6 == len(kept(site, holder)["plans"])


@pytest.mark.slow
@pytest.mark.parametrize("how", ["plan", "dossier"])
def test_a_what_if_is_kept(holder: httpx.Client, site: Site, how: str) -> None:
    page = holder.get("/en/results").text
    fields = re.findall(r'name="(s\d)" value="([^"]+)".*?</div>', page)
    data = {name: value.replace("\u00a0", "") for name, value in fields}
    data |= {"how": how, "plan": "home_own", "s4": str(float(data["s4"]) * 2)}
    answer = holder.post("/en/results/save", data=data)
    after = kept(site, holder)
    assert "saved=yes" in answer.headers["location"]
    if how == "plan":
        assert "what_if_1" == after["plans"][-1]["id"]
        assert after["plans"][-1]["sources"] == after["plans"][4]["sources"]
    else:
        assert after != plain(parse(EXAMPLE))
    build(after)
    assert 200 == holder.get("/en/results").status_code


@pytest.mark.slow
def test_a_generated_plan_is_saved_into_the_dossier(holder: httpx.Client, site: Site) -> None:
    page = holder.get("/en/explore?country=POL").text
    name = re.findall(r'name="plan" value="([^"]+)"', page)[0]
    answer = holder.post("/en/explore/save", data={"plan": name})
    assert f"/en/explore?saved={name}" == answer.headers["location"]
    assert name == kept(site, holder)["plans"][-1]["id"]
    build(kept(site, holder))


def test_a_table_of_parts_gives_the_set_worth_moving(client: httpx.Client, site: Site) -> None:
    folder = ROOT / "examples" / "batch"
    text = (folder / "pattern.yaml").read_text(encoding="utf-8")
    client.post("/en/dossier/files", files={"file": ("pattern.yaml", text.encode())})
    plan = parse(text)["plans"][1]["id"]
    files = {
        name: (f"{name}.csv", (folder / f"{name}.csv").read_bytes()) for name in ("parts", "investments")
    }
    answer = client.post("/en/dossier/batch", files=files, data={"plan": plan})
    assert 200 == answer.status_code
    assert "HS-101" in answer.text
    wrong = client.post(
        "/en/dossier/batch", files={"parts": ("x.csv", b"id;nme\n1;x\n")}, data={"plan": plan}
    )
    assert (422, True) == (wrong.status_code, "nme" in wrong.text)


def test_a_figure_is_followed_to_where_it_was_published(holder: httpx.Client) -> None:
    plan = holder.get("/en/results/plan/home_own").text
    assert "/en/results/explain/home_own.P03" in plan
    text = holder.get("/en/results/explain/home_own.P03").text
    assert "labour_hours * labour_cost" in text
    assert "Eurostat" in text
    assert 404 == holder.get("/en/results/explain/home_own.Z99").status_code


def test_a_wrong_number_of_a_slider_stays_and_is_asked_about(holder: httpx.Client) -> None:
    page = unescape(holder.get("/en/results").text)
    shown = dict(re.findall(r'name="(s\d)" value="([^"]*)"', page), s0="1.450", s1="x")
    text = unescape(holder.get("/en/results", params=shown).text)
    assert '<a href="#f-s0">' in text
    assert re.search(r'name="s0" value="1.450"[^>]*aria-invalid="true"', text)
    assert re.search(r'id="e-s0">.*?1.450 can mean two things', text)
    assert re.search(r'name="s1" value="x"', text)
    assert "As the dossier stands" in text
    moved = unescape(holder.get("/en/results/moved", params=shown).text)
    assert '<li data-field="s0">1.450 can mean two things' in moved
    kept = holder.post("/en/results/save", data={**shown, "how": "dossier"}, follow_redirects=False)
    assert 303 == kept.status_code
    assert "s0=1.450" in kept.headers["location"]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["html", "pdf", "xlsx", "json"])
def test_the_report_comes_in_every_form(holder: httpx.Client, kind: str) -> None:
    answer = holder.get(f"/fr/results/report.{kind}")
    starts = {"html": b"<!doctype html>", "pdf": b"%PDF-", "xlsx": b"PK\x03\x04", "json": b"{"}
    assert (200, starts[kind]) == (answer.status_code, answer.content[: len(starts[kind])])
    assert f'.{kind}"' in answer.headers["content-disposition"]
    if kind == "json":
        assert json.loads(answer.content)


def test_a_source_of_which_nothing_is_told_goes(holder: httpx.Client, site: Site) -> None:
    holder.post("/en/dossier/today", data={"go": "more"})
    assert 2 == len(kept(site, holder)["plans"][0]["sources"])
    answer = holder.post("/en/dossier/today", data={"go": "next"})
    assert "/en/dossier/plans" == answer.headers["location"]
    assert 1 == len(kept(site, holder)["plans"][0]["sources"])


def test_after_a_row_of_a_list_the_next_one_is_open(holder: httpx.Client) -> None:
    answer = holder.post(
        "/en/dossier/process", data={"bom.3.id": "label", "bom.3.quantity~value": "1", "go": "stay:bom-3-id"}
    )
    assert "/en/dossier/process#f-bom-4-id" == answer.headers["location"]


def test_a_plan_without_a_name_is_called_by_its_beginning(holder: httpx.Client) -> None:
    answer = holder.post("/en/dossier/plans/add", data={"family": "supplier_abroad", "country": "POL"})
    assert "<h1>A supplier in another country (Poland)</h1>" in holder.get(answer.headers["location"]).text
    answer = holder.post("/en/dossier/plans/add", data={"family": "improve_abroad", "country": ""})
    page = holder.get(answer.headers["location"]).text
    assert "Changes to supplier in China" in page
