"""What the pages do by themselves while somebody types; where drafts are kept makes no difference to them."""

from __future__ import annotations

from typing import Any

from browsing import Site
from test_page_axe import EXAMPLE, holding

Visit = Any


def test_what_is_typed_is_saved_by_itself(visit: Visit, site: Site) -> None:
    visitor = holding(visit, site, EXAMPLE)
    page = visitor.open("/nl/dossier/product")
    page.locator("#f-product-mass_kg").fill("2,4")
    page.locator("#f-product-mass_kg").press("Tab")
    page.get_by_text("Bewaard, tot").wait_for()
    page.reload()
    assert "2,4" == page.locator("#f-product-mass_kg").input_value()
    page.get_by_role("button", name="Maak de laatste wijziging ongedaan").click()
    assert "1,9" == page.locator("#f-product-mass_kg").input_value()


def test_a_link_in_the_summary_leads_to_the_field_in_a_closed_part(visit: Visit, site: Site) -> None:
    visitor = holding(visit, site, EXAMPLE)
    page = visitor.open("/nl/dossier/today")
    page.locator("summary", has_text="Vervoer en grens").click()
    page.locator("#f-plans-0-sources-0-logistics-storage_days").fill("veel")
    page.get_by_role("button", name="Bewaar en ga verder").click()
    page.wait_for_load_state()
    assert "problems" == page.evaluate("document.activeElement.id")
    page.locator("#problems a").first.click()
    page.wait_for_function("document.activeElement.id.endsWith('storage_days')")
    assert "veel" == page.locator("#f-plans-0-sources-0-logistics-storage_days").input_value()


def test_enter_goes_on_and_adds_no_source(visit: Visit, site: Site) -> None:
    visitor = holding(visit, site, EXAMPLE)
    page = visitor.open("/nl/dossier/today")
    page.locator("#f-plans-0-sources-0-lead_days").press("Enter")
    page.wait_for_url("**/dossier/plans")
