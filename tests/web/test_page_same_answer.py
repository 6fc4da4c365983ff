"""The same dossier gives the same answer through every door: the pages, the interface, the terminal."""

from __future__ import annotations

import json
import subprocess
import sys
from html import unescape
from pathlib import Path

import httpx
import pytest
from browsing import Site

from thuishaven.locale import money, number, use
from thuishaven.report import telling
from thuishaven.web.examples import examples

HEADERS = {"Sec-Fetch-Site": "same-origin"}


@pytest.mark.slow
def test_a_draft_that_is_downloaded_says_the_same_everywhere(site: Site, tmp_path: Path) -> None:
    with httpx.Client(base_url=site.address, timeout=120, headers=HEADERS) as client:
        text = examples()["plantenpot"].text
        client.post("/en/start", data={"what": "dossier"})
        client.post("/en/dossier/files", files={"file": ("pot.yaml", text.encode())})
        client.post(
            "/en/dossier/demand",
            data={"demand.units_per_year~value": "80 000 - 90 000 - 130 000"},
        )
        client.post("/en/dossier/preferences", data={"p.cost": "60", "p.risk": "20", "role": "firm"})
        page = unescape(client.get("/en/results").text)
        file = tmp_path / "pot.yaml"
        file.write_bytes(client.get("/en/dossier/download.yaml").content)
        yaml = {"Content-Type": "application/yaml"}
        sent = client.post("/api/v1/advice", content=file.read_bytes(), headers=yaml).json()
    command = [sys.executable, "-m", "thuishaven", "advice", str(file), "--json"]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert told == sent
    cost = told["cost"]
    assert [0.6, 0.2] == [told["weights"]["mean"][name] for name in ("cost", "risk")]
    with use("en", "NLD"):
        for plan in cost["plans"]:
            assert number(plan["unit_tco"]["mean"], telling.cents(plan["unit_tco"])) in page
        for item in cost["find_out_first"]:
            assert money(item["evppi"]["value"]) in page
    assert cost["find_out_first"]
