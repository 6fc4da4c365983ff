"""The yearly report of an organisation: what may be told of a year, in blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from thuishaven.databank.office.yearly import SafeTable, Yearly
from thuishaven.locale import N_, _, date, language, listing, number, percent, use
from thuishaven.report.blocks import (
    Block,
    Callout,
    Cell,
    Column,
    Document,
    Heading,
    Listing,
    Number,
    Table,
    Text,
    amount,
    told,
)
from thuishaven.report.telling import capital
from thuishaven.web import office_words as words
from thuishaven.web.office_papers_words import family, motive

#: What each table is called.
TITLES = {
    "stage": N_("Projects by stage"),
    "sector": N_("Projects begun, by sector"),
    "region": N_("Projects begun, by region"),
    "outcome": N_("Projects decided or closed, by outcome"),
    "decided": N_("What companies decided"),
    "answered": N_("Companies asked what became of it"),
    "in_trouble": N_("Is the company in trouble?"),
    "motives_reached": N_("Did it bring something that was hoped for?"),
    "motives_missed": N_("Did something that was hoped for stay away?"),
    "jobs": N_("Jobs that companies counted"),
    "jobs_n": N_("Companies that counted jobs"),
    "kept_jobs": N_("Did it give the jobs that were promised?"),
    "promised_jobs_n": N_("Companies that promised jobs"),
    "promised_jobs": N_("Jobs that they promised"),
    "realised_jobs": N_("Jobs that they counted"),
    "kept_volume": N_("Is the share of the volume made where it was promised?"),
    "promised_volume_n": N_("Companies that promised a share of their volume"),
    "promised_volume": N_("Share of the volume that they promised"),
    "realised_volume": N_("Share of the volume that they made there"),
    "signals": N_("Signals by how they came in"),
    "signals_handled": N_("Was the signal handled?"),
    "in_time": N_("Was the task done in time?"),
}
_SIDES = {"before_decision": N_("before the decision"), "after_decision": N_("after the decision")}
#: Kinds of plan, coarser than families; moving home is one among them.
KINDS = {
    "stay": N_("stay as it is"),
    "improve": N_("improve abroad"),
    "stock": N_("more stock"),
    "material": N_("other materials or design"),
    "contract": N_("a contract"),
    "split": N_("spread over more places"),
    "move": N_("move"),
    "staged": N_("move in stages"),
    "pair": N_("two measures together"),
}
_ANSWERED = {
    **words.ANSWERS,
    "waiting": N_("No answer yet"),
}
_YES = {"yes": N_("Yes"), "no": N_("No")}
_NAMED = "named."
#: Amounts that are shares.
_SHARES = frozenset({"promised_volume", "realised_volume"})


def kinds() -> dict[str, str]:
    """The kind of each plan family, for a coarser table."""
    from thuishaven.alternatives import families

    return {code: one.kind for code, one in families().items()}


def yearly_paper(year: Yearly, lang: str) -> Document:
    """The report in a language.

    Parameters
    ----------
    year
        What may be told.
    lang
        nl, en or fr.
    """
    with use(lang):
        edition = {"date": date(year.until), "name": year.organisation, "n": number(year.number)}
        foot = (
            _("Edition {n}, counted until {date}. Made by {name} with Thuishaven.", **edition)
            if year.made
            else _("No edition; counted until {date}. Made by {name} with Thuishaven.", **edition)
        )
        title = _("Guidance in {year}", year=str(year.year))
        return Document(lang, title, year.organisation, tuple(_blocks(year)), foot, year.until)


def _blocks(year: Yearly) -> Iterator[Block]:
    yield Heading(1, _("The year in short"), "short")
    if year.made is None and not year.empty:
        yield Callout(
            "care",
            _("Not an edition yet"),
            _(
                "This is what an edition would tell that is made today. For your own use: publish only an "
                "edition, for later ones are held against it, so that nobody sees what one company did."
            ),
        )
    if year.running:
        yield Callout(
            "care",
            _("The year is not over"),
            _(
                "These are figures until {date}. What an edition tells now, a later one may have to leave "
                "out: a number that changes by a few companies only would give them away.",
                date=date(year.until),
            ),
        )
    if year.empty:
        yield Text(_("In this year there was no project and no signal. There is nothing to tell."), lead=True)
        return
    yield Text(" ".join(_short(year)), lead=True)
    yield from _part(year, "pipeline", _("The projects"), ("stage", "sector", "region", "outcome"))
    yield from _decided(year)
    yield from _part(
        year,
        "became",
        _("What became of it?"),
        ("answered", "motives_reached", "motives_missed", "in_trouble"),
    )
    yield from _jobs(year)
    yield from _promised(year)
    yield from _named(year)
    yield from _signals(year)
    yield from _part(year, "work", _("Work that was due"), ("in_time",))
    yield from _protected(year)


def _short(year: Yearly) -> Iterator[str]:
    stage, signals = year.tables.get("stage"), year.tables.get("signals")
    if stage is not None:
        yield _("{n} projects were under way in {year}.", n=number(stage.total), year=str(year.year))
    else:
        yield _("How many companies were guided is not told, so that none of them shows.")
    if signals is not None:
        yield _("{n} signals came in.", n=number(signals.total))
    if year.days is not None and year.days < 1:
        yield _("Half of the signals that were handled had been so on the day they came in.")
    elif year.days is not None:
        yield _("Half of the signals that were handled had been so within {n} days.", n=number(year.days))


def _part(year: Yearly, name: str, title: str, tables: tuple[str, ...]) -> Iterator[Block]:
    """A part with the tables that may be told; what may not is said."""
    there = [one for one in tables if one in year.tables]
    if not there and not any(one in (*year.untold, *year.withheld) for one in tables):
        return
    yield Heading(2, title, name)
    for one in there:
        yield from _table(one, year.tables[one])
    yield from _silent(year, tables)


def _silent(year: Yearly, tables: tuple[str, ...]) -> Iterator[Block]:
    """What may not be told, and why."""
    names = [f"“{_(TITLES[one])}”" for one in tables if one in year.untold]
    if names:
        yield Text(_("Not told, for it would give companies away: {names}.", names=listing(names)))
    names = [f"“{_(TITLES[one])}”" for one in tables if one in year.withheld]
    if names:
        yield Text(
            _(
                "Not told beside what was told before, for too few companies changed: {names}.",
                names=listing(names),
            )
        )


def _table(name: str, table: SafeTable) -> Iterator[Block]:
    if not table.rows:
        yield Text(
            _(
                "{title}: {n} in all; not cut finer, so that no company shows.",
                title=_(TITLES[name]),
                n=number(table.total),
            )
        )
        return
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (capital(_category(name, table.level, code)), _shown(value)) for code, value in table.rows
    )
    rows = (*rows, (_("All together"), _shown(table.total)))
    note = _("A dash stands for a number that is not told.") if table.hidden else ""
    columns = (Column(_category_title(name, table.level), width=3), Column(_("How many")))
    yield Table(f"t-{name}", _(TITLES[name]), columns, rows, note, bold=(len(rows) - 1,))


def _shown(value: float | None) -> Number:
    return told(None, "-") if value is None else amount(value, 0)


def _category_title(name: str, level: str) -> str:
    return {
        "stage": _("Stage"),
        "side": _("Stage"),
        "sector": _("Sector (NACE division)"),
        "nuts2": _("Province (NUTS 2)"),
        "nuts1": _("Region (NUTS 1)"),
        "country": _("Country"),
        "family": _("Plan"),
        "kind": _("Kind of plan"),
        "channel": _("How it came in"),
    }.get(level, _("Answer"))


def _category(name: str, level: str, code: str) -> str:
    """A category in words."""
    if code == "unknown":
        return _("not known")
    tables: dict[str, dict[str, str]] = {
        "stage": words.STAGES,
        "side": _SIDES,
        "kind": KINDS,
        "channel": words.CHANNELS,
        "answered": _ANSWERED,
    }
    if code in _YES:
        return _(_YES[code])
    if level == "outcome":
        return family(code) if code not in words.END_REASONS else words.said(words.END_REASONS, code)
    if level == "family":
        return family(code)
    if level == "country":
        return _country(code)
    return words.said(tables.get(level, {}), code)


def _country(code: str) -> str:
    """The country of the first letters of a NUTS code."""
    from babel import Locale

    # NUTS calls two countries otherwise than ISO does.
    names = Locale.parse(language()).territories
    return str(names.get({"EL": "GR", "UK": "GB"}.get(code, code), code))


def _decided(year: Yearly) -> Iterator[Block]:
    if not any("decided" in one for one in (year.tables, year.untold, year.withheld)):
        return
    yield Heading(2, _("What companies decided"), "decided")
    yield Text(
        _(
            "Moving production home is not the aim. Staying, holding more stock or spreading over more "
            "makers counts as much, when it is the better way."
        )
    )
    if "decided" in year.tables:
        yield from _table("decided", year.tables["decided"])
    yield from _silent(year, ("decided",))


def _jobs(year: Yearly) -> Iterator[Block]:
    jobs, counted = year.tables.get("jobs"), year.tables.get("jobs_n")
    if jobs is not None and counted is not None:
        yield Text(
            _(
                "{n} companies counted {jobs} jobs together, in full-time equivalents, on the day that each "
                "of them named.",
                n=number(counted.total),
                jobs=number(jobs.total),
            )
        )
    yield from _silent(year, ("jobs",))


def _promised(year: Yearly) -> Iterator[Block]:
    """Promised beside realised: amounts of the same companies, and how many reached what they promised."""
    wanted = ("kept_jobs", "promised_jobs", "kept_volume", "promised_volume")
    if not any(name in (*year.tables, *year.untold, *year.withheld) for name in wanted):
        return
    yield Heading(2, _("Promised beside realised"), "promised")
    jobs, volume = _three(year, "jobs"), _three(year, "volume")
    if jobs is not None:
        n, promised, realised = jobs
        yield Text(
            _(
                "{n} companies promised {promised} jobs together, in full-time equivalents, and counted "
                "{realised}.",
                n=number(n),
                promised=number(promised),
                realised=number(realised),
            )
        )
    if volume is not None:
        n, promised, realised = volume
        yield Text(
            _(
                "{n} companies promised to make {promised} of their volume at the chosen place, on average, "
                "and said that it was {realised}.",
                n=number(n),
                promised=percent(promised / n),
                realised=percent(realised / n),
            )
        )
    for name in ("kept_jobs", "kept_volume"):
        if name in year.tables:
            yield from _table(name, year.tables[name])
    yield from _silent(year, wanted)
    yield Text(
        _(
            "Only companies count here that promised something by a day that had come, and that answered: "
            "with what they said last in the year. They are no sample. What was promised is what a company "
            "expected when it decided, what came of it is what the same company said; nobody counted again."
        )
    )


def _three(year: Yearly, what: str) -> tuple[float, float, float] | None:
    """How many companies, what they promised and what they said; ``None`` where that is not told."""
    names = (f"promised_{what}_n", f"promised_{what}", f"realised_{what}")
    found = [year.tables[name].total for name in names if name in year.tables]
    return (found[0], found[1], found[2]) if len(found) == len(names) else None


def _named(year: Yearly) -> Iterator[Block]:
    """Motives and barriers that enough companies named, and enough did not."""
    found = {name.removeprefix(_NAMED): one for name, one in year.tables.items() if name.startswith(_NAMED)}
    silent = [name for name in (*year.untold, *year.withheld) if name.startswith(_NAMED)]
    if not found and not silent:
        return
    yield Heading(2, _("Motives and barriers"), "motives")
    rows: list[tuple[Cell, ...]] = []
    for code, table in found.items():
        named = dict(table.rows).get("yes")
        rows.append((capital(motive(code)), _shown(named), _shown(table.total)))
    rows.sort(key=_most)
    if rows:
        columns = (
            Column(_("Motive or barrier"), width=3),
            Column(_("Decisions that name it")),
            Column(_("Of")),
        )
        note = _("A decision may name several, so they do not add up.")
        yield Table("t-named", _("What decisions rest on"), columns, tuple(rows), note)
    if silent:
        yield Text(
            _(
                "Others were named by too few companies, or by nearly all of them, to be told, or too few "
                "changed since they were told."
            )
        )


def _most(row: tuple[Cell, ...]) -> float:
    value = row[1].value if isinstance(row[1], Number) else None
    return -(value or 0.0)


def _signals(year: Yearly) -> Iterator[Block]:
    yield from _part(year, "signals", _("Signals"), ("signals", "signals_handled"))
    if year.days is None and "signals" in year.tables:
        yield Text(_("Too few signals were handled to tell how long that took."))


def _protected(year: Yearly) -> Iterator[Block]:
    yield Heading(2, _("How companies stay unknown"), "protected")
    points: tuple[Callable[[], str], ...] = (
        lambda: _("A company with several projects counts once as a contributor."),
        lambda: _(
            "A number is told only when enough companies stand behind it, and none of them holds most of it. "
            "How many is enough stays within the organisation."
        ),
        lambda: _(
            "Other numbers are left out where a hidden one could be worked out from totals; each hidden "
            "number was tried with a linear programme."
        ),
        lambda: _("Where that left holes, the table was cut coarser. No table is crossed with another."),
        lambda: _(
            "Each edition is kept as it was told. A later one tells a number only when it is the same as "
            "before, or enough companies stand behind the difference; otherwise who subtracts would see what "
            "one of them did."
        ),
    )
    yield Listing(tuple(point() for point in points))


def yearly_table(year: Yearly) -> Table:
    """Every number that may be told, a row for each: what a spreadsheet gets."""
    rows: list[tuple[Cell, ...]] = []
    order = [name for name in TITLES if name in year.tables]
    for name in (*order, *sorted(year.tables.keys() - TITLES.keys())):
        table, code = year.tables[name], name.removeprefix(_NAMED)
        title = capital(motive(code)) if name != code else _(TITLES[name])
        if name in _SHARES:
            # A sum of shares says nothing: what is told is their mean.
            mean = round(table.total / year.tables["promised_volume_n"].total, 2)
            rows.append((title, _("On average"), Number(mean, percent(mean), "0%")))
            continue
        rows += [
            (title, capital(_category(name, table.level, one)), _shown(value)) for one, value in table.rows
        ]
        rows.append((title, _("All together"), _shown(table.total)))
    columns = (Column(_("Table")), Column(_("Category")), Column(_("How many")))
    return Table("year", _("Guidance in {year}", year=str(year.year)), columns, tuple(rows))
