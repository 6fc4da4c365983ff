"""A year of an organisation in tables that give no company away; on both engines."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest
import sqlalchemy as sa

from databases import Clock
from thuishaven.access import (
    EVENT,
    AccessError,
    Actor,
    Denied,
    NotFound,
    Object,
    canonical,
    new_id,
    require,
)
from thuishaven.databank.disclosure import usual_rules
from thuishaven.databank.office import Begun, Decided, Projects, Signals, Told
from thuishaven.databank.office import yearly as module
from thuishaven.databank.office.erasing import clear_project
from thuishaven.databank.office.tables import DECISION, EDITION, EDITION_PART, FOLLOW_UP, PROJECT
from thuishaven.databank.office.yearly import edition, editions, make_edition, note_yearly, yearly, years
from visitors import House


class Year:
    """An agency in which a year passes."""

    def __init__(self, house: House, clock: Clock) -> None:
        self.house, self.clock = house, clock
        self.agency = house.organisation("Agency")
        _, self.an = house.member("an", self.agency, "adviser")
        _, self.kim = house.member("kim", self.agency, "company_user")
        _, self.eve = house.member("eve", house.organisation("Other"), "adviser")
        self.projects = Projects(house.store)

    def opened(self, count: int, nace: str = "22.29", region: str = "BE21", begin: int = 0) -> list[str]:
        return [
            self.projects.open(
                self.an,
                Begun(f"P{n}", f"Company {n} of {nace} {region}", "BEL", "", nace, "2.1", region),
                contact_agreed=True,
            )
            for n in range(begin, begin + count)
        ]

    def stopped(self, project: str, reason: str = "bankrupt") -> None:
        self.projects.advance(self.an, project, "close", {"reason": reason})

    def promised(self, count: int, by: str, *answers: tuple[float, float], begin: int = 0) -> None:
        """Companies that promised ten jobs and four fifths of their volume, and what they answered."""
        projects = self.opened(count, begin=begin)
        said = [answers[place % len(answers)] for place in range(count)]
        with self.house.store.change(self.an) as change:
            # The way to the decision and the link for the answer are tried elsewhere.
            decision = {"decided_on": "2026-11-20", "outcome": "go", "family": "bigger_stock"}
            decision |= {"considered": "[]", "codes": "[]", "reason": "-", "recorded_by": "-"}
            decision |= {"promised_jobs": 10, "promised_volume": 0.8, "promised_by": by}
            rows = [{**decision, "project": project, "recorded": change.now} for project in projects]
            change.run(sa.insert(DECISION), rows)
            asked = {"organisation": self.agency.id, "month": 12, "outcome": "answered"}
            asked |= {"asked": change.now, "answered": change.now}
            told = [
                canonical({"jobs_fte": jobs, "jobs_as_of": "2026-11-22", "volume_share": share}).decode()
                for jobs, share in said
            ]
            rows = [
                {**asked, "id": new_id(), "project": project, "answers": text}
                for project, text in zip(projects, told, strict=True)
            ]
            change.run(sa.insert(FOLLOW_UP), rows)
            thing = Object("project", "", self.agency.id, confidentiality=2)
            change.log("test", "project", projects[0], decision=require(self.an, "update", thing))

    def told(self, year: int = 2026, actor: Actor | None = None) -> dict[str, object]:
        return yearly(self.house.store, actor or self.an, year).to_dict()


@pytest.fixture
def office(house: House, clock: Clock) -> Year:
    return Year(house, clock)


def test_an_empty_year_says_so(office: Year) -> None:
    found = yearly(office.house.store, office.an, 2026)
    assert found.empty
    assert {} == found.tables
    assert (2026,) == years(office.house.store, office.an)


def test_few_companies_are_not_told_at_all(office: Year) -> None:
    least = usual_rules().threshold
    office.opened(least - 1)
    found = yearly(office.house.store, office.an, 2026)
    assert {} == found.tables
    assert ("stage", "sector", "region") == found.untold
    office.opened(1, begin=least)
    again = yearly(office.house.store, office.an, 2026)
    assert float(least) == again.tables["stage"].total


def test_one_company_with_many_projects_is_one_contributor(office: Year) -> None:
    for n in range(9):
        begun = Begun(f"P{n}", "The same company", "BEL", "0417497106")
        office.projects.open(office.an, begun, contact_agreed=True)
    assert {} == yearly(office.house.store, office.an, 2026).tables


def test_a_category_of_one_company_is_not_told_and_cannot_be_worked_out(office: Year) -> None:
    office.opened(8, "22.29")
    office.opened(7, "25.61")
    office.opened(1, "30.92")
    sector = yearly(office.house.store, office.an, 2026).tables.get("sector")
    rows = dict(sector.rows) if sector is not None else {}
    assert 1.0 not in rows.values()
    if sector is not None and sector.rows:
        hidden = [name for name, value in rows.items() if value is None]
        # One hidden number alone would be the rest of the total.
        assert sector.total is None or len(hidden) != 1


def test_the_stage_is_that_of_the_end_of_the_year(office: Year) -> None:
    projects = office.opened(12)
    office.clock.pass_(days=60)
    office.an = replace(office.an, at=office.clock())
    for project in projects[:6]:
        office.stopped(project)
    before = yearly(office.house.store, office.an, 2026)
    assert (12.0, ()) == (before.tables["stage"].total, before.tables["stage"].rows)
    assert not before.running
    after = yearly(office.house.store, office.an, 2027)
    assert {"closed": 6.0, "intake": 6.0} == dict(after.tables["stage"].rows)
    assert after.running
    office.clock.pass_(days=400)
    office.an = replace(office.an, at=office.clock())
    gone = yearly(office.house.store, office.an, 2028)
    assert 6.0 == gone.tables["stage"].total
    assert (2028, 2027, 2026) == years(office.house.store, office.an)


def test_signals_are_counted_with_the_days_until_they_were_handled(office: Year) -> None:
    signals = Signals(office.house.store)
    made = [signals.receive(office.an, Told("desk", f"Firm {n}", f"Title {n}")) for n in range(12)]
    office.clock.pass_(days=3)
    office.an = replace(office.an, at=office.clock())
    for signal in made[:6]:
        signals.close(office.an, signal, "unreachable")
    found = yearly(office.house.store, office.an, 2026)
    assert {"yes": 6.0, "no": 6.0} == dict(found.tables["signals_handled"].rows)
    assert 3.0 == found.days
    assert 12.0 == found.tables["signals"].total


def test_motives_are_told_when_enough_named_them_and_enough_did_not(office: Year) -> None:
    projects = office.opened(14)
    store, thing = office.house.store, Object("project", "", office.agency.id, confidentiality=2)
    with store.change(office.an) as change:
        # The way to the decision is tried elsewhere.
        change.run(sa.update(PROJECT).where(PROJECT.c.id.in_(projects)).values(state="decision_pending"))
        change.log("test", "project", projects[0], decision=require(office.an, "update", thing))
    for place, project in enumerate(projects):
        codes = (("SKILLS",), ("LEADTIME",))[place >= 6] if place != 6 else ("COST_LABOUR",)
        decided = Decided(dt.date(2026, 11, 20), "no_go", "bigger_stock", (), codes, "Enough")
        office.projects.decide(office.an, project, decided)
    found = yearly(store, office.an, 2026)
    assert {"yes": 6.0, "no": 8.0} == dict(found.tables["named.SKILLS"].rows)
    assert "named.COST_LABOUR" in found.untold
    # All decided the same: that would be told of each of them.
    assert "decided" not in found.tables or not found.tables["decided"].rows


def test_promised_is_told_beside_realised_when_enough_kept_it_and_enough_did_not(office: Year) -> None:
    from thuishaven.locale import use
    from thuishaven.report.html import html
    from thuishaven.web.office_compare import csv_of
    from thuishaven.web.office_yearly_paper import yearly_paper, yearly_table

    office.promised(6, "2026-11", (12, 0.9), (7.5, 0.4), begin=0)
    # Its month is not over when the companies count: nothing is due, kept or broken.
    assert "kept_jobs" not in yearly(office.house.store, office.an, 2026).tables
    office.promised(12, "2026-11-22", (12, 0.9), (7.5, 0.4), begin=100)
    found = yearly(office.house.store, office.an, 2026)
    assert {"yes": 6.0, "no": 6.0} == dict(found.tables["kept_jobs"].rows)
    assert {"yes": 6.0, "no": 6.0} == dict(found.tables["kept_volume"].rows)
    names = ("promised_jobs_n", "promised_jobs", "realised_jobs")
    assert [12.0, 120.0, 117.0] == [found.tables[name].total for name in names]
    assert 175.5 == found.tables["jobs"].total
    page = html(yearly_paper(found, "en"))
    assert "12 companies promised 120 jobs together, in full-time equivalents, and counted 117." in page
    assert "80% of their volume at the chosen place, on average, and said that it was 65%." in page
    with use("en"):
        table = csv_of(yearly_table(found)).decode("utf-8-sig").splitlines()
    assert "Share of the volume that they made there,On average,0.65" in table


def test_what_few_promised_is_neither_told_nor_worked_out(office: Year) -> None:
    office.promised(13, "2026-11-21", (12, 0.9), (7, 0.4), begin=0)
    store, names = office.house.store, ("kept_jobs", "promised_jobs", "kept_volume", "promised_volume")
    assert set(names) <= set(yearly(store, office.an, 2026).tables)
    # One company more that counted jobs, and whose day lies ahead: the rest of the sum would be its answer.
    office.promised(1, "2027-01", (60, 0.9), begin=100)
    beside = yearly(store, office.an, 2026)
    assert "jobs" in beside.tables
    assert {"kept_jobs", "promised_jobs"} <= set(beside.withheld)
    assert not {"promised_jobs", "realised_jobs", "promised_jobs_n"} & set(beside.tables)
    # Enough others, but of the rest that company counted nearly all jobs.
    office.promised(4, "2027-01", (1, 0.9), begin=200)
    beside = yearly(store, office.an, 2026)
    assert {"jobs", "kept_jobs"} <= set(beside.tables)
    assert "promised_jobs" in beside.withheld
    office.promised(6, "2027-01", (40, 0.9), begin=300)
    assert {"promised_jobs", "realised_jobs"} <= set(yearly(store, office.an, 2026).tables)


def test_one_company_that_promised_most_is_not_told(office: Year) -> None:
    office.promised(11, "2026-11-21", (0.1, 0.9), (0.2, 0.4), begin=0)
    office.promised(1, "2026-11-21", (900, 0.9), begin=100)
    found = yearly(office.house.store, office.an, 2026)
    assert "promised_jobs" in found.untold
    assert not {"promised_jobs", "realised_jobs", "promised_jobs_n"} & set(found.tables)


def test_only_an_adviser_of_the_organisation_tells_of_it(office: Year) -> None:
    office.opened(8)
    for stranger in (office.kim, office.house.store.visitor()):
        with pytest.raises(Denied):
            yearly(office.house.store, stranger, 2026)
    assert yearly(office.house.store, office.eve, 2026).empty


def test_each_paper_is_an_event_with_a_fingerprint(office: Year) -> None:
    office.opened(8)
    told = make_edition(office.house.store, office.an, 2026, kind="pdf", language="en")
    for lang in ("nl", "fr"):
        note_yearly(office.house.store, office.an, told, kind="pdf", language=lang)
    table = EVENT["confidential"]
    with office.house.store.read(office.house.store.local("beheer")) as connection:
        wanted = sa.select(table).where(table.c.action.in_(["report_year", "tell_year"]))
        rows = connection.execute(wanted.order_by(table.c.seq)).all()
    assert ["tell_year", "report_year", "report_year"] == [row.action for row in rows]
    assert ["en", "nl", "fr"] == [json.loads(row.details)["language"] for row in rows]
    assert 1 == len({row.payload_hash for row in rows})


def test_an_edition_stays_as_it_was_told(office: Year) -> None:
    office.opened(8)
    made = make_edition(office.house.store, office.an, 2026)
    assert (1, 8.0) == (made.number, made.tables["stage"].total)
    office.opened(6, begin=100)
    assert made == edition(office.house.store, office.an, 1)
    second = make_edition(office.house.store, office.an, 2026)
    assert (2, 14.0) == (second.number, second.tables["stage"].total)
    assert (second, made) == editions(office.house.store, office.an, 2026)
    with pytest.raises(AccessError, match="edition_same"):
        make_edition(office.house.store, office.an, 2026)
    for refused in (sa.update(EDITION).values(told="{}"), sa.delete(EDITION)):
        with (
            office.house.databank.as_owner() as owner,
            pytest.raises(sa.exc.DatabaseError),
            owner.confidential.engine.begin() as connection,
        ):
            connection.execute(refused)


def test_one_dossier_more_is_not_told_until_enough_are(office: Year) -> None:
    """Export differencing: whatever a reader holds two of, no number of one company comes out."""
    office.opened(9, "22.29")
    office.opened(8, "25.61", begin=20)
    store = office.house.store
    first = make_edition(store, office.an, 2026)
    assert {"22": 9.0, "25": 8.0} == dict(first.tables["sector"].rows)
    for count in range(1, usual_rules().threshold):
        office.opened(1, "22.29", begin=40 + count)
        now = yearly(store, office.an, 2026)
        assert {} == now.tables
        assert {"stage", "sector", "region"} <= set(now.withheld)
        with pytest.raises(AccessError, match="edition_same"):
            make_edition(store, office.an, 2026)
    office.opened(1, "22.29", begin=60)
    second = make_edition(store, office.an, 2026)
    assert {"22": 14.0, "25": 8.0} == dict(second.tables["sector"].rows)


def test_what_moves_between_cells_hides_them_and_leaves_the_others(office: Year) -> None:
    names = {"22.29": 6, "25.61": 6, "26.11": 30, "27.11": 84}
    made = [office.opened(count, nace, begin=100 * n) for n, (nace, count) in enumerate(names.items())]
    store = office.house.store
    make_edition(store, office.an, 2026)
    # A company turns out to be in another sector; enough others come along.
    office.projects.describe(office.an, made[0][0], nace="25.61", nace_revision="2.1")
    office.opened(9, "26.11", begin=500)
    rows = dict(yearly(store, office.an, 2026).tables["sector"].rows)
    assert {"22": None, "25": None, "26": 39.0, "27": 84.0} == rows


def test_years_beside_each_other_give_nobody_away(office: Year) -> None:
    office.opened(9)
    store = office.house.store
    office.clock.pass_(days=60)
    office.an = replace(office.an, at=office.clock())
    make_edition(store, office.an, 2026)
    office.opened(2, begin=50)
    next_year = yearly(store, office.an, 2027)
    # Eleven are under way where nine were: two is too few to tell.
    assert "stage" in next_year.withheld
    office.opened(4, begin=60)
    told = yearly(store, office.an, 2027)
    assert (15.0, 6.0) == (told.tables["stage"].total, told.tables["sector"].total)


def test_what_was_erased_does_not_come_out_of_the_next_edition(office: Year) -> None:
    projects = office.opened(12)
    store = office.house.store
    make_edition(store, office.an, 2026)
    with office.house.databank.as_owner() as owner:
        with owner.confidential.change(owner.confidential.local("beheer")) as change:
            clear_project(change, projects[0])
            change.log("erase", "project", projects[0], reason="asked")
        with owner.confidential.engine.connect() as connection:
            left = sa.select(EDITION_PART.c["keys"]).where(EDITION_PART.c.subject == projects[0])
            assert {"{}"} == set(connection.execute(left).scalars())
    assert {} == yearly(store, office.an, 2026).tables
    # Who still counts it changed it too: that makes two, and four more are no five.
    office.opened(3, begin=50)
    assert {} == yearly(store, office.an, 2026).tables


def test_two_editions_at_once_are_not_both_the_next(office: Year, monkeypatch: pytest.MonkeyPatch) -> None:
    office.opened(8)
    store, counted = office.house.store, module._counted
    late = counted(store, office.an, 2026, {}, usual_rules())
    make_edition(store, office.an, 2026)
    office.opened(1, begin=50)
    monkeypatch.setattr(module, "_counted", lambda *_args: late)
    monkeypatch.setattr(module, "editions", lambda *_args: ())
    with pytest.raises(AccessError, match="edition_meanwhile"):
        make_edition(store, office.an, 2026)


def test_nobody_reads_the_editions_of_another(office: Year) -> None:
    office.opened(8)
    make_edition(office.house.store, office.an, 2026)
    assert () == editions(office.house.store, office.eve)
    with pytest.raises(NotFound):
        edition(office.house.store, office.eve, 1)
    for stranger in (office.kim, office.house.store.visitor()):
        for asked in (editions, make_edition):
            with pytest.raises(Denied):
                asked(office.house.store, stranger, 2026)
    with pytest.raises(AccessError, match="empty_year"):
        make_edition(office.house.store, office.eve, 2026)


def test_the_rules_are_not_told(office: Year) -> None:
    office.opened(8)
    text = json.dumps(office.told())
    assert not [word for word in ("threshold", "dominance", "p_percent", "check", "reason") if word in text]


def test_a_hidden_number_is_a_dash_in_every_form(office: Year) -> None:
    from thuishaven.locale import use
    from thuishaven.report.html import html
    from thuishaven.web.office_compare import csv_of
    from thuishaven.web.office_yearly_paper import yearly_paper, yearly_table

    counts = {"22.29": 31, "25.61": 27, "26.11": 3, "30.92": 2}
    for place, (nace, count) in enumerate(counts.items()):
        office.opened(count, nace, begin=100 * place)
    found = yearly(office.house.store, office.an, 2026)
    rows = dict(found.tables["sector"].rows)
    assert {"22": 31.0, "25": 27.0, "26": None, "30": None} == rows
    with use("en"):
        table = csv_of(yearly_table(found)).decode("utf-8-sig").splitlines()
    assert '"Projects begun, by sector",26,' in table
    assert '"Projects begun, by sector",30,' in table
    page = html(yearly_paper(found, "en"))
    cells = page[page.index('id="t-sector"') : page.index("</table>", page.index('id="t-sector"'))]
    assert 2 == cells.count(">-<")
    assert not [word for word in (">2<", ">3<", ">5<") if word in cells]
