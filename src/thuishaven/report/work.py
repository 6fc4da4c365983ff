"""The answer about work in a region in sentences: what the terminal, the pages and the report all say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from thuishaven.locale import _, listing, months, ngettext, number, out_of_ten, percent
from thuishaven.report.subject import Subject, quoted
from thuishaven.report.words import spread, together
from thuishaven.report.work_words import (
    LEAST_JOBS,
    conditions,
    euros,
    jobs,
    rounded,
    scheme_name,
    system_name,
)

Result = Mapping[str, Any]


def focus_of(result: Result) -> Mapping[str, Any] | None:
    """The plan that changes the work here most, on average; ``None`` where none changes it noticeably."""
    others = [plan for plan in result["plans"] if plan["id"] != result["baseline"]]
    if not others:
        return None
    found: Mapping[str, Any] = max(others, key=lambda plan: abs(plan["fte_direct"]["mean"]))
    return found if abs(found["fte_direct"]["mean"]) >= LEAST_JOBS else None


def answer(result: Result, about: Subject) -> list[str]:
    """The answer in sentences: jobs here, shortage occupations, net jobs, and what nobody knows."""
    focus = focus_of(result)
    if focus is None:
        return [_("None of the plans changes the work here noticeably.")]
    name, year = quoted(about.plans[focus["id"]]), result["year"]
    change = focus["fte_direct"]
    if change["mean"] > 0:
        said = [
            _(
                "{plan} brings most work: {jobs} full-time jobs more here in {year} than today, of which "
                "{scarce} in shortage occupations.",
                plan=name,
                jobs=jobs(change),
                year=year,
                scarce=jobs(focus["fte_scarce"]),
            )
        ]
    else:
        less = {"p5": -change["p95"], "p95": -change["p5"]}
        said = [
            _("{plan} costs {jobs} full-time jobs here by {year}.", plan=name, jobs=jobs(less), year=year)
        ]
    said.append(
        _(
            "About {jobs} net jobs are left in the region: some would come anyway, some are lost elsewhere, "
            "and suppliers add some. Those shares are assumptions; nobody has measured them for this case.",
            jobs=jobs(focus["fte_net"]),
        )
    )
    return said


def build_up(plan: Mapping[str, Any]) -> str:
    """Work of building and installing, apart from the jobs that stay; empty where there is none."""
    found = plan["build_up"]
    if found is None or round(found["p95"]) < 1:
        return ""
    return _(
        "Building and installing takes {years} job-years, once; they are not in the table.",
        years=rounded(found["p5"], found["p95"], 0),
    )


def hiring(plan: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    """Can the people be found and trained? One sentence each."""
    found, training = plan["hiring"], plan["training"]
    if round(found["hires"]["p95"]) < 1:
        return
    yield _("People to find: {people}.", people=jobs(found["hires"]))
    for group in found["groups"]:
        if round(group["hires"]["p50"]) < 1:
            continue
        chances = group["chance_all_filled"]
        name = names[group["group"]]
        yield ngettext(
            "{group}: {n} post is filled within six months with a chance of {half}, within a year with "
            "{year}; at the start it is filled with a chance of {filled}.",
            "{group}: all {n} posts are filled within six months with a chance of {half}, within a year with "
            "{year}; at the start {filled} of them are filled on average.",
            round(group["hires"]["p50"]),
            group=name[:1].upper() + name[1:],
            half=percent(chances["6"]),
            year=percent(chances["12"]),
            filled=percent(group["filled_at_start"]["mean"]),
        )
    delay = found["delay_months"]
    if delay["p95"] >= 1:
        yield _(
            "Unfilled posts cost {months} months of full output (on average {mean}). The years above hold "
            "that; the cost page only if you fill in home_risk.delay_months.",
            months=rounded(delay["p5"], delay["p95"], 0),
            mean=months(delay["mean"], 1),
        )
    yield _(
        "Training: {hours} hours, {cost}. While people learn, {lost} hours of output are lost.",
        hours=_about(training["hours"]),
        cost=euros(training["cost"]),
        lost=_about(training["learning_loss_hours"]),
    )


def _about(found: Mapping[str, float]) -> str:
    """A wide range of hours, to two digits."""
    return spread(found["p5"], found["p95"], "").strip()


def shifts(run: Mapping[str, Any]) -> Iterator[str]:
    """The shift system: what it covers, whom it takes, its premium; one sentence each."""
    shift = run["shift"]
    name = system_name(shift["system"])
    known = _("{system}: {hours} hours a week.", system=name, hours=number(shift["hours_per_week"]))
    yield together([known])
    if not shift["stated"]:
        yield _("The dossier gives no shifts, so one is assumed.")
    post = shift["people_per_post"]
    yield _(
        "One post takes {people} full-time people, with leave and illness.",
        people=rounded(post["p5"], post["p95"], 1),
    )
    if shift["system"] > 1:
        premium = shift["premium"]
        text = _("Shift premium: {share} of the wage.", share=_share(premium))
        if not shift["premium_stated"]:
            text += " " + _("Premiums are agreed by sector; ask for yours.")
        yield text
        for example in shift["published_premiums"]:
            yield (
                _(
                    "Published for comparison: {low} to {high} ({publisher}).",
                    low=percent(example["low"] / 100),
                    high=percent(example["high"] / 100),
                    publisher=example["publisher"],
                )
                if example["low"] != example["high"]
                else _(
                    "Published for comparison: {share} ({publisher}).",
                    share=percent(example["low"] / 100),
                    publisher=example["publisher"],
                )
            )


def _share(found: Mapping[str, float]) -> str:
    ends = percent(found["p5"]), percent(found["p95"])
    return ends[0] if ends[0] == ends[1] else _("{low} to {high}", low=ends[0], high=ends[1])


def running(run: Mapping[str, Any]) -> Iterator[str]:
    """Can the line run like that? Slack, load, the line, hours without people; one sentence each."""
    found = run["reliability"]
    if found["load"] is not None:
        slack, load = found["slack_hours_per_week"], found["load"]
        yield _(
            "Machines needed: {machines}; load {load}. In a week of 168 hours each has {slack} left to catch "
            "up.",
            machines=rounded(found["machines"]["p5"], found["machines"]["p95"], 0),
            load=_share(load),
            slack=rounded(slack["p5"], slack["p95"], 0),
        )
        waits = found["waiting"]["p50"]
        if waits is not None and waits >= 1:
            yield _(
                "At that load an order waits about {n} times as long as it is worked on.",
                n=number(waits, 0),
            )
    line = found["line_availability"]
    if line is not None:
        yield _(
            "The stations of the line are available {one}, the line without buffers {low} to {high}.",
            one=percent(line["one_station"]["p50"], 1),
            low=percent(line["stops_any_time"]["p50"]),
            high=percent(line["stops_only_running"]["p50"]),
        )
    alone = found["unattended"]
    if alone is None:
        return
    hours = number(alone["hours"]["p50"])
    if alone["stop_hours"] is not None:
        yield _(
            "{hours} hours without people: with a stop every {stops} hours, {chance} runs go through "
            "undisturbed and the line runs {share} of the time.",
            hours=hours,
            stops=number(alone["stop_hours"]["p50"]),
            chance=out_of_ten(alone["chance_of_no_stop"]["p50"]),
            share=percent(alone["share_run"]["p50"]),
        )
    yield _(
        "To have {target} of the runs go through, a stop may come no more often than every {needed} hours, "
        "jams and empty feeders included.",
        target=percent(alone["target"]),
        needed=number(alone["stop_hours_needed"]["p50"], -1),
    )


def small_series(run: Mapping[str, Any]) -> str:
    """What the cheapest batch is and what another costs; empty where the dossier has no change-over."""
    found = run["small_series"]
    if found is None:
        return ""
    best, at_best = found["best_batch"], found["cost_at_best_batch"]
    text = _(
        "Small series: a batch of {best} is cheapest, with {cost} euros per unit for change-over and stock.",
        best=spread(best["p5"], best["p95"], ""),
        cost=rounded(at_best["p5"], at_best["p95"], 2),
    )
    if found["cost_at_batch"] is not None:
        now = found["cost_at_batch"]
        text += " " + _(
            "The batch of {batch} in the dossier costs {cost}.",
            batch=spread(found["batch"]["p5"], found["batch"]["p95"], "")
            if found["batch"]["p5"] != found["batch"]["p95"]
            else number(found["batch"]["p50"]),
            cost=rounded(now["p5"], now["p95"], 2),
        )
    return text


def subsidies(plan: Mapping[str, Any]) -> Iterator[str]:
    """The wage subsidies that count, and those whose conditions are not known; one sentence each."""
    possible = []
    for item in plan["subsidies"]:
        name = scheme_name(item["scheme"])
        if item["counted"]:
            text = _("{scheme}: {amount} a year, counted.", scheme=name, amount=euros(item["amount"]))
            if item["chance"] < 1:
                text = _(
                    "{scheme}: {amount} a year, counted with a chance of {chance}.",
                    scheme=name,
                    amount=euros(item["amount"]),
                    chance=percent(item["chance"]),
                )
            yield text
        elif item["met"] is None and item["amount"] is not None:
            yield _(
                "{scheme}: not counted; {amount} a year is at stake. To be checked: {conditions}.",
                scheme=name,
                amount=euros(item["amount"]),
                conditions=conditions(item["unknown"]),
            )
        elif item["met"] is None:
            possible.append(_("{scheme} ({amount})", scheme=name, amount=euros(item["each"])))
    if possible:
        yield _(
            "Not counted, a year per full-time worker with support, if you employ any: {schemes}.",
            schemes=listing(possible),
        )


def accounts(plan: Mapping[str, Any], horizon: int) -> Iterator[tuple[str, str, str]]:
    """Rows of the two accounts: whose, what, how much."""
    firm, public = plan["accounts"]["firm"], plan["accounts"]["public"]
    whose = _("firm")
    if firm["labour_cost_per_year"] is not None:
        yield whose, _("labour cost a year"), euros(firm["labour_cost_per_year"])
    if firm["subsidies_per_year"]["mean"] > 0:
        yield whose, _("wage subsidies a year, before tax"), euros(firm["subsidies_per_year"])
    whose = _("public")
    over = ngettext("in {n} year", "in {n} years", horizon)
    yield whose, _("taxes and contributions of net jobs, {period}", period=over), euros(public["taxes"])
    yield whose, _("benefits not paid, {period}", period=over), euros(public["benefits"])
    if public["outlay"]["mean"] > 0:
        yield whose, _("subsidies and support paid, {period}", period=over), euros(public["outlay"])
        each = public["cost_per_net_job_year"]
        if each["p50"] is not None:
            yield whose, _("public money per net job for a year"), euros(each)
    yield whose, _("net job-years, {period}", period=over), jobs(public["net_job_years"])
