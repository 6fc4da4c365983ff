"""The language of titles and products of cases: marked where it is known, never guessed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from desk_people import chosen, id_in, source, staffed
from org_desk import Street

from casework import ED, PRESS, pots, published
from databases import usual
from thuishaven.access import AccessError
from thuishaven.databank.cases import Cases, Imports, Statement
from thuishaven.databank.cases.formats import read
from thuishaven.databank.cases.statements import checked


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    with staffed(usual(), tmp_path_factory.mktemp("desk")) as found:
        yield found


def said(name: str, product: str, lang: str) -> list[Statement]:
    there = pots(organisation__name=name)
    more = {"qualifiers": {"lang": lang}} if lang else {}
    there.append(Statement("move.product", product, PRESS, move=1, **more))  # type: ignore[arg-type]
    return there


def test_a_product_is_marked_where_its_language_is_known(desk: Street) -> None:
    store = desk.house.databank.public
    visitor = desk.browser()
    marked = published(store, said("Aardappel bv", "plastic plant pots", "en"))
    bare = published(store, said("Bromfiets nv", "Velosolex", ""))
    page = visitor.page(f"/nl/cases/{marked}")
    assert '<h1 translate="no">Aardappel bv, <span lang="en">plastic plant pots</span></h1>' in page
    assert '<span translate="no" lang="en">plastic plant pots</span>' in page
    assert '<h1 translate="no">Bromfiets nv, Velosolex</h1>' in visitor.page(f"/nl/cases/{bare}")
    found = visitor.page("/nl/cases")
    assert '<span translate="no" lang="en">plastic plant pots</span>' in found
    assert '<span translate="no">Velosolex</span>' in found


def test_a_title_stands_alone_and_a_source_has_the_language_of_its_title(desk: Street) -> None:
    store = desk.house.databank.public
    press = replace(PRESS, title="Pots komen naar huis")
    there = said("Citroenboom bv", "pots", "en")
    there.append(Statement("case.title", "Des pots rentrent", press, qualifiers={"lang": "fr"}))
    page = desk.browser().page(f"/en/cases/{published(store, there)}")
    assert '<h1 translate="no"><span lang="fr">Des pots rentrent</span></h1>' in page
    assert 'rel="noreferrer" translate="no" lang="nl">Pots komen naar huis</a>' in page


def test_a_language_is_two_small_letters() -> None:
    good = Statement("case.title", "Pots", PRESS, qualifiers={"lang": "nl"})
    assert good == checked(good)
    for wrong in ("NL", "dutch", "n", '"><'):
        with pytest.raises(AccessError, match="wrong_value"):
            checked(replace(good, qualifiers={"lang": wrong}))


def test_a_coder_says_once_in_which_language_the_words_are(desk: Street) -> None:
    eva, anna = desk.browser("eva"), desk.browser("anna")
    case = id_in(eva.give("/nl/desk/cases/new", company="Talen", home="NLD", **source()), "cases")
    eva.give(f"/nl/desk/cases/{case}/step/triage_accept", reason="Het is er een")
    task = id_in(anna.give(f"/nl/desk/cases/{case}/step/take"), "tasks")
    typed = chosen(**{"c.1.move.product": "bloempotten", "c.1.move.to_place": "Tilburg", "go": "keep"})
    page = anna.give(f"/nl/desk/tasks/{task}", **typed, **source(), lang="NL")
    assert 'name="lang" value="nl"' in page
    store = desk.house.databank.public
    claims = {one.field: one.qualifiers for one in Cases(store).claims(desk.actors["anna"], case)}
    assert ({"lang": "nl"}, {}) == (dict(claims["move.product"]), dict(claims["move.to_place"]))
    # The mark is for who listens; nobody reads it beside the value.
    anna.give(f"/nl/desk/tasks/{task}", **{**typed, "go": "finish"}, **source(), lang="nl")
    assert '<td translate="no" lang="nl">bloempotten</td>' in anna.page(f"/nl/desk/tasks/{task}")


def test_the_list_of_the_program_says_that_it_is_in_english(desk: Street) -> None:
    from importlib.resources import files

    text = (files("thuishaven.databank.cases") / "seeds.csv").read_text(encoding="utf-8")
    _form, entries = read(text)
    worded = [one for entry in entries for one in entry.statements if one.field == "move.product"]
    assert {"en"} == {one.qualifiers.get("lang") for one in worded if one.value != "unknown"}
    # Who had taken the list in before it said so is not told that every row changed.
    _form, before = read("\n".join(line.rpartition(",")[0] for line in text.splitlines()))
    assert [one.digest for one in before] == [one.digest for one in entries]
    assert Imports(desk.house.databank.public).preview(ED, text, "x").errors == ()
