"""Dossiers of an organisation on the pages: kept, merged, shared, closed at once; on both engines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from org_desk import EXAMPLE, Street, street

from databases import place
from thuishaven.access import Object
from thuishaven.databank import Content, Database
from visitors import PASSWORD, House

KEPT = "Changes not kept as a version yet."


@pytest.fixture(scope="module")
def neighbours(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    folder = tmp_path_factory.mktemp("street")
    with (
        place(engine, folder) as where,
        Database(where) as databank,
        street(House(databank), folder) as found,
    ):
        yield found


@pytest.fixture
def here(neighbours: Street) -> Street:
    return neighbours.fresh()


def growth(text: str) -> str:
    """The growth in a dossier's text, as it stands there."""
    found = re.search(r"growth: (\{[^}]*\}|[^\n,}]+)", text)
    assert found
    return found[1]


def test_a_draft_becomes_a_dossier_and_goes_on_with_all_its_steps(here: Street) -> None:
    an = here.browser("an")
    an.give("/en/start", what="dossier")
    an.edit("demand", growth="3")
    before = an.cookies["thuishaven-draft"]
    page = an.page("/en/dossiers/new?what=draft")
    made = an.give_from(page, "/en/dossiers/new", what="draft", title="Pots of An")
    assert "This is its first version" in made
    after = an.cookies["thuishaven-draft"]
    assert (False, True) == (before.startswith("w."), after.startswith("w."))
    assert "Pots of An" in an.page("/en/dossiers?q=POTS")
    assert "Undo the last change" in an.page("/en/dossier/demand")
    # The old reference opens nothing, and the new one nothing to who is not signed in.
    stranger = here.browser()
    stranger.cookies.set("thuishaven-draft", before)
    assert "/en/dossier" == stranger.get("/en/dossier/demand").url.path
    stranger.cookies.set("thuishaven-draft", after)
    assert "Sign in" in stranger.page("/en/dossier/demand")


def test_a_change_is_a_version_when_that_is_said_and_not_before(here: Street) -> None:
    an = here.browser("an")
    assert 'class="bar"' in an.work_on(here.dossier)
    an.edit("demand", growth="3")
    assert EXAMPLE == here.text()
    page = an.page(f"/en/dossiers/{here.dossier}")
    assert "1 field changed" in page
    done = an.give_from(page, f"/en/dossiers/{here.dossier}/keep", why="new orders")
    assert "Kept as version 2." in done
    assert ("0.03" in growth(here.text()), 2) == (True, here.versions)
    # The same form sent again does nothing more, also when the answer was lost.
    an.give_from(page, f"/en/dossiers/{here.dossier}/keep", why="new orders")
    assert 2 == here.versions
    history = an.page(f"/en/dossiers/{here.dossier}/versions")
    assert ("new orders" in history, "1 field changed" in history) == (True, True)
    an.edit("demand", growth="9")
    thrown = an.give(f"/en/dossiers/{here.dossier}/throw-away")
    assert KEPT not in thrown
    assert "0.03" in growth(an.get("/en/dossier/download.yaml").text)
    an.give("/en/dossier/undo", how="undo")
    assert "0.09" in growth(an.get("/en/dossier/download.yaml").text)


def test_what_two_people_changed_is_brought_together(here: Street) -> None:
    an, ben = here.browser("an"), here.browser("ben")
    for person in (an, ben):
        person.work_on(here.dossier)
    an.edit("demand", growth="3")
    ben.edit("demand", growth="4", variation="55")
    assert "Kept as version 2." in ben.keep(here.dossier)
    page = an.keep(here.dossier)
    assert "Two people changed this dossier" in page
    assert 2 == here.versions
    place = f"/en/dossiers/{here.dossier}/merge"
    assert "Choose for: How much: Growth of the volume per year" in an.give_from(page, place, 422)
    field = re.search(r'name="(c-\d)" id="f-c-\d-mine"', page)
    assert field
    done = an.give_from(page, place, **{field[1]: "mine"})
    assert "Kept as version 3." in done
    both = here.text()
    assert ("0.03" in growth(both), "0.55" in both) == (True, True)
    assert "0.04" in growth(here.text(2))
    side = an.page(f"/en/dossiers/{here.dossier}/compare?old=2&new=3")
    assert "1 field differs" in side


def test_what_does_not_clash_goes_in_without_a_choice(here: Street) -> None:
    an, ben = here.browser("an"), here.browser("ben")
    for person, fields in ((an, {"growth": "3"}), (ben, {"variation": "55"})):
        person.work_on(here.dossier)
        person.edit("demand", **fields)
    ben.keep(here.dossier)
    page = an.keep(here.dossier)
    assert "there is nothing to choose" in page
    an.give_from(page, f"/en/dossiers/{here.dossier}/merge")
    assert ("0.03" in growth(here.text()), "0.55" in here.text()) == (True, True)


def test_a_third_version_made_while_one_chooses_is_not_overwritten(here: Street) -> None:
    an, ben = here.browser("an"), here.browser("ben")
    for person, value in ((an, "3"), (ben, "4")):
        person.work_on(here.dossier)
        person.edit("demand", growth=value)
    ben.keep(here.dossier)
    page = an.keep(here.dossier)
    ben.edit("demand", growth="5")
    ben.keep(here.dossier)
    field = re.search(r'name="(c-\d)" id="f-c-\d-mine"', page)
    assert field
    again = an.give_from(page, f"/en/dossiers/{here.dossier}/merge", **{field[1]: "mine"})
    assert "Once more somebody kept a version" in again
    assert "0.05" in growth(here.text())


def test_who_fills_in_a_part_sees_and_changes_nothing_else(here: Street) -> None:
    token, share = here.link("fill", "dossier.demand", highest_class=3)
    guest = here.browser()
    assert "You see no other part" in guest.page(f"/en/shared/{token}")
    guest.give(f"/en/shared/{token}")
    form = guest.work_on(here.dossier)
    assert ("The demand" in form, "Ningbo" in form) == (True, False)
    for path in ("results", "dossier/product", "dossier/plans", "explore", "dossier/download.yaml", "scan"):
        answer = guest.get(f"/en/{path}")
        assert f"/en/dossiers/{here.dossier}" == answer.url.path, path
    guest.edit("demand", growth="3")
    guest.keep(here.dossier, why="from the order book")
    assert ("0.03" in growth(here.text()), 2) == (True, here.versions)
    changes = here.house.dossiers.compare(here.actors["an"], here.dossier, 1, 2)
    assert ["dossier.demand.growth"] == [change.place for change in changes]
    guest.page(f"/en/dossiers/{here.dossier}/versions", 403)
    guest.page(f"/en/dossiers/{here.dossier}/shares", 403)
    guest.page(f"/en/dossiers/{here.dossier}/versions/1/download.yaml", 403)
    # The copy is no draft of the API, whoever shows its token.
    bearer = {"Authorization": f"Bearer {guest.cookies['thuishaven-draft']}"}
    assert 404 == guest.get("/api/v1/draft", headers=bearer).status_code
    an = here.browser("an")
    an.give(f"/en/dossiers/{here.dossier}/shares/{share}/revoke")
    assert "This dossier is closed to you" in guest.page("/en/dossier/demand", 403)
    guest.give("/en/dossier/demand", 403, **{"demand.growth~value": "9", "go": "stay"})
    guest.give(f"/en/dossiers/{here.dossier}/keep", 403)
    assert "0.03" in growth(here.text())
    guest.give("/en/dossiers/leave")
    assert "Making it at home again" in guest.page("/en/")
    assert "has ended" in guest.page(f"/en/shared/{token}", 410)


def test_commercial_secrets_are_left_out_of_what_a_reader_opens(here: Street) -> None:
    token, _share = here.link("read", highest_class=3)
    guest = here.browser()
    guest.give(f"/en/shared/{token}")
    assert "are left out" in guest.page(f"/en/dossiers/{here.dossier}")
    guest.work_on(here.dossier)
    text = guest.get("/en/dossier/download.yaml").text
    assert ("unit_price" in EXAMPLE, "unit_price" in text) == (True, False)
    guest.edit("demand", growth="9")
    assert "is not kept in the dossier" in guest.page("/en/dossier/demand")
    guest.give(f"/en/dossiers/{here.dossier}/keep", 403)
    assert 1 == here.versions


def test_a_working_copy_waits_for_its_person_and_for_nobody_else(here: Street) -> None:
    here.joins("carl", here.agency)
    an = here.browser("carl")
    an.work_on(here.dossier)
    an.edit("demand", growth="3")
    copy = an.cookies["thuishaven-draft"]
    ben = here.browser("ben")
    ben.cookies.set("thuishaven-draft", copy)
    assert "somebody else&#39;s working copy" in ben.page("/en/dossier/demand", 403)
    ben.give("/en/dossiers/leave")
    an.give("/en/account/sign-out")
    assert "/en/account/sign-in" == an.get("/en/dossier/demand").url.path
    token, _actor = here.house.sessions.sign_in("carl@example.org", PASSWORD)
    elsewhere = here.browser()
    elsewhere.cookies.set("thuishaven-session", token)
    assert "not kept as a version yet" in elsewhere.page(f"/en/dossiers/{here.dossier}")
    elsewhere.work_on(here.dossier)
    assert "0.03" in growth(elsewhere.get("/en/dossier/download.yaml").text)
    # It moved: the first browser's reference opens nothing any more.
    assert copy != elsewhere.cookies["thuishaven-draft"]


def test_who_leaves_the_organisation_loses_the_copy_with_the_next_click(here: Street) -> None:
    here.joins("dora", here.agency)
    here.joins("chief", here.agency, "administrator")
    ben = here.browser("dora")
    ben.work_on(here.dossier)
    here.house.organisations.take(
        here.actors["chief"], here.actors["dora"].person, here.agency.id, "company_user"
    )
    assert "This dossier is closed to you" in ben.page("/en/results", 403)
    ben.page(f"/en/dossiers/{here.dossier}", 404)


def test_an_address_gets_a_letter_whether_there_is_an_account_or_not(here: Street) -> None:
    an = here.browser("an")
    place = f"/en/dossiers/{here.dossier}/shares"
    asked = {"scope": "read", "how": "address", "until": "30", "reason": "reads along"}
    for address in ("eve@example.org", "nobody@example.org"):
        page = an.give_from(an.page(place), place, address=address, **asked)
        assert ("the letter is on its way" in page, address in page) == (True, True)
    first, second = [letter for letter in here.house.post.letters if letter.code == "share"][-2:]
    assert (False, True) == (bool(first.token), bool(second.token))
    eve = here.browser("eve")
    assert "Plant pots" in eve.page("/en/dossiers?shelf=shared")
    eve.work_on(here.dossier)
    shares = re.findall(rf"{place}/(\w+)/revoke", an.page(place))
    for share in shares:
        an.give(f"{place}/{share}/revoke")
    assert "This dossier is closed to you" in eve.page("/en/dossier", 403)
    # The same form twice shares once.
    page = an.page(place)
    link = an.give_from(page, place, scope="read", how="link", until="7", reason="x")
    assert "/en/shared/" in link
    assert "was shared already" in an.give_from(page, place, scope="read", how="link", until="7", reason="x")
    wrong = an.give_from(page, place, 422, scope="fill", how="address")
    for text in ("Choose the part", "This is no e-mail address", "Write why", "Choose until when"):
        assert text in wrong


def test_comments_stand_at_their_field_until_they_are_settled(here: Street) -> None:
    an, ben = here.browser("an"), here.browser("ben")
    an.work_on(here.dossier)
    form = an.page("/en/dossier/demand")
    address = re.search(r'href="([^"]*place=dossier\.demand\.growth)#new"', form)
    assert address
    page = an.page(address[1])
    place = f"/en/dossiers/{here.dossier}/comments"
    for _twice in range(2):
        an.give_from(page, place, place="dossier.demand.growth", text="Whose figure is this?")
    ben.work_on(here.dossier)
    assert 1 == ben.page("/en/dossier/demand").count("Whose figure is this?")
    listed = ben.page(place)
    assert "How much: Growth of the volume per year" in listed
    resolve = re.search(rf"{place}/\w+/resolve", listed)
    assert resolve
    assert "1 settled comment" in ben.give(resolve[0])
    assert "Whose figure is this?" not in an.page("/en/dossier/demand")
    assert "1 thing to look at" in ben.give_from(listed, place, 422, place="dossier", text=" ")


def test_what_is_set_about_a_dossier(here: Street) -> None:
    an = here.browser("an")
    place = f"/en/dossiers/{here.dossier}/manage"
    an.give(place, what="rename", title="Flower pots")
    an.give(place, what="labels", labels="plastics, urgent ,")
    assert "Flower pots" in an.page("/en/dossiers?label=urgent")
    assert "No dossier has this label" in an.page("/en/dossiers?label=metal")
    an.work_on(here.dossier)
    an.edit("demand", growth="3")
    an.give(place, what="archive")
    assert "Flower pots" in an.page("/en/dossiers?shelf=archived")
    assert "In the archive" in an.page("/en/dossier/demand")
    an.give(f"/en/dossiers/{here.dossier}/keep", 409)
    an.give(place, what="unarchive")
    an.keep(here.dossier)
    assert 2 == here.versions
    assert "There is no organisation with this code" in an.give(
        place, 422, what="transfer", other="nowhere", reason="moved"
    )
    an.give(place, what="transfer", other=here.foundry.id, reason="moved")
    assert "This dossier is closed to you" in an.page("/en/dossier/demand", 403)
    assert "Flower pots" in here.browser("eve").page("/en/dossiers")


def test_erasing_takes_working_copies_with_it(here: Street) -> None:
    an, ben = here.browser("an"), here.browser("ben")
    before = here.app.state.store.count()
    for person in (an, ben):
        person.work_on(here.dossier)
    place = f"/en/dossiers/{here.dossier}/manage"
    assert "Type the name of the dossier" in an.give(place, 422, what="erase", name="Pots", reason="wish")
    an.give(place, what="erase", name="Plant pots", reason="wish")
    an.page(f"/en/dossiers/{here.dossier}", 404)
    assert before == here.app.state.store.count()
    assert "Plant pots" not in ben.page("/en/dossier")


def test_another_draft_is_never_put_aside_unasked(here: Street) -> None:
    an = here.browser("an")
    an.give("/en/start", what="dossier")
    page = an.give(f"/en/dossiers/{here.dossier}/open", 409)
    assert "What becomes of your draft?" in page
    an.give(f"/en/dossiers/{here.dossier}/open", instead="yes")
    an.edit("demand", growth="3")
    # Beginning something else leaves the copy as it is, for a person.
    an.give("/en/start", what="dossier")
    assert "not kept as a version yet" in an.page(f"/en/dossiers/{here.dossier}")
    token, _share = here.link("fill", "dossier.demand")
    guest = here.browser()
    guest.give(f"/en/shared/{token}")
    guest.work_on(here.dossier)
    guest.edit("demand", growth="4")
    assert "First say what becomes of your changes" in guest.give("/en/start", what="dossier")
    more = here.house.dossiers.create(here.actors["an"], "More", Content(EXAMPLE))
    thing = Object("dossier", more, here.agency.id, confidentiality=3)
    second, _share = here.house.shares.share(here.actors["an"], thing, "read", reason="agreed")
    guest.give(f"/en/shared/{second}")
    assert "First say what becomes of your changes" in guest.give(f"/en/dossiers/{more}/open")


@pytest.mark.slow
def test_what_each_version_did_to_the_advice_is_worked_out_once_and_kept(here: Street) -> None:
    an, place = here.browser("an"), f"/en/dossiers/{here.dossier}"
    dossiers, actor = here.house.dossiers, here.actors["an"]

    def kept() -> dict[int, object]:
        return {one.version: one.outcomes.get("advice") for one in dossiers.versions(actor, here.dossier)}

    def noted() -> int:
        return len(here.house.store.events(object=here.dossier, action="note_outcome"))

    dearer = EXAMPLE.replace("unit_price: 7.9", "unit_price: 70")
    dossiers.save(actor, here.dossier, 1, Content(dearer))
    dossiers.save(actor, here.dossier, 2, Content("thuishaven: 1\nplans: []\n"))
    done = an.give(f"{place}/advice", version="2")
    found: dict[int, Any] = kept()
    assert ("today", "home", None) == (found[1]["recommended"], found[2]["recommended"], found[3])
    assert found[2]["today"] > found[1]["today"]
    assert "Before:" in done
    an.give(f"{place}/advice", version="2")
    # Of a version that cannot be worked out that is said, and nothing is kept.
    assert "There is no advice on this version" in an.give(f"{place}/advice", version="3")
    assert (found, 2) == (kept(), noted())


def test_restoring_and_taking_along(here: Street) -> None:
    an = here.browser("an")
    an.work_on(here.dossier)
    an.edit("demand", growth="3")
    an.keep(here.dossier)
    page = an.page(f"/en/dossiers/{here.dossier}/versions")
    restore = f"/en/dossiers/{here.dossier}/versions/1/restore"
    for _twice in range(2):
        assert "Brings version 1 back" in an.give_from(page, restore)
    assert (EXAMPLE, 3) == (here.text(), here.versions)
    assert EXAMPLE == an.get(f"/en/dossiers/{here.dossier}/versions/3/download.yaml").text
    sheet = an.get(f"/en/dossiers/{here.dossier}/versions/2/download.xlsx")
    assert (200, b"PK") == (sheet.status_code, sheet.content[:2])


def test_a_long_list_is_read_in_parts(here: Street) -> None:
    for number in range(40):
        here.house.dossiers.create(here.actors["an"], f"Élan {number}", Content(""))
    an = here.browser("an")
    found: set[str] = set()
    path = "/en/dossiers?q=elan"
    while path:
        page = an.page(path)
        found |= set(re.findall(r"Élan \d+", page))
        older = re.search(r'href="(/en/dossiers\?[^"]*after=\w+)"', page)
        path = older[1].replace("&amp;", "&") if older else ""
    assert 40 == len(found)


def test_who_has_no_right_to_dossiers_is_told_so(here: Street) -> None:
    house = here.house
    here.joins("boss", here.agency, "administrator")
    here.tokens["loner"], _actor = house.person("loner")
    assert "do not reach its dossiers" in here.browser("boss").page("/en/dossiers")
    assert "you do not act for one yet" in here.browser("loner").page("/en/dossiers")
    assert "you cannot make one" in here.browser("loner").page("/en/dossiers/new")
    assert "/en/account/sign-in" == here.browser().get("/en/dossiers").url.path
    here.browser("eve").page(f"/en/dossiers/{here.dossier}", 404)
    for path in ("versions", "compare", "comments", "shares", "manage"):
        here.browser("eve").page(f"/en/dossiers/{here.dossier}/{path}", 404)
    thing = Object("dossier", here.dossier, here.agency.id, confidentiality=3)
    assert () == house.shares.of_object(here.actors["an"], thing)
