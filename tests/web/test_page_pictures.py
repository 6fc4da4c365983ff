"""Charts beside a page: asked for by the page itself, with letters of their own, dark where it is dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from calling import calling


@pytest.mark.slow
def test_a_page_asks_for_its_pictures(tmp_path: Path) -> None:
    with calling(tmp_path) as api:
        api.post("/nl/examples/plantenpot")
        text = api.get("/nl/results").text
        found = re.findall(r'<img class="chart" src="([^"]+)" alt="([^"]+)">', text)
        wide = [address.replace("&amp;", "&") for address, _alt in found]
        assert [
            "/nl/results/picture/uncertainty.svg?shown=1",
            "/nl/results/picture/waterfall.svg?shown=1",
        ] == wide
        assert all(re.search(r"\d", alt) for _address, alt in found)
        for address in wide:
            shown, narrow, saved = (api.get(each) for each in (address, f"{address}&narrow=1", address[:-8]))
            assert ["image/svg+xml"] * 3 == [
                each.headers["content-type"].partition(";")[0] for each in (shown, narrow, saved)
            ]
            assert all("data:font/woff;base64," in each.text for each in (shown, narrow, saved))
            assert all("<script" not in each.text for each in (shown, narrow, saved))
            assert (True, True, False) == tuple(
                "prefers-color-scheme: dark" in each.text for each in (shown, narrow, saved)
            )
            assert "attachment" in saved.headers["content-disposition"]
        assert 404 == api.get("/nl/results/picture/nothing.svg?shown=1").status_code
