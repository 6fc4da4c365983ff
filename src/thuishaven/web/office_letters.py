"""The daily letter in words: kinds of tasks, days and numbers; companies stand behind the links only."""

from __future__ import annotations

import datetime as dt

from thuishaven.access import Letter
from thuishaven.databank.office import Digest, Task
from thuishaven.locale import _, date, ngettext, use
from thuishaven.web.office_words import task_kind


def digest_letter(found: Digest, today: dt.date, site: str) -> Letter:
    """The letter of one day to one adviser.

    Parameters
    ----------
    found
        What it says.
    today
        The day.
    site
        Address of the site, as in ``https://reshore.example``.
    """
    base = f"{site}/{found.language}/office"
    with use(found.language):
        blocks = [_("Good morning {name},", name=found.name)]
        blocks.append(_("this is what waits in the front office of {place}.", place=found.organisation))
        late = ngettext("{n} task is late:", "{n} tasks are late:", found.late_own)
        week = ngettext("{n} task is due this week:", "{n} tasks are due this week:", found.week_own)
        for head, count, tasks in ((late, found.late_own, found.late), (week, found.week_own, found.week)):
            if count:
                blocks.append("\n".join([head, *_listed(tasks, count, today, base)]))
        if found.late_others:
            text = ngettext(
                "Of colleagues, or of nobody, {n} task is late.",
                "Of colleagues, or of nobody, {n} tasks are late.",
                found.late_others,
            )
            blocks.append(f"{text}\n{base}?shelf=late")
        if found.signals:
            text = ngettext("{n} new signal waits.", "{n} new signals wait.", found.signals)
            blocks.append(f"{text}\n{base}/signals")
        blocks.append(
            _("Names of companies stand behind the links, where you sign in, and not in a letter like this.")
        )
        subject = _("Front office: {n} to do", n=found.late_own + found.week_own)
        if not found.late_own + found.week_own:
            subject = _("Front office: something waits")
    return Letter(
        to=found.email,
        language=found.language,
        code="digest",
        name=found.name,
        token=found.token,
        subject=subject,
        text="\n\n".join(blocks),
    )


def _listed(tasks: tuple[Task, ...], count: int, today: dt.date, base: str) -> list[str]:
    lines = [f"- {task_kind(task)} ({_due(task, today)})\n  {_where(task, base)}" for task in tasks]
    more = count - len(tasks)
    return [*lines, *([ngettext("- and {n} more", "- and {n} more", more)] if more > 0 else [])]


def _due(task: Task, today: dt.date) -> str:
    late = task.late(today)
    if late:
        return ngettext("{n} day late", "{n} days late", late)
    return _("by {date}", date=date(task.due))


def _where(task: Task, base: str) -> str:
    return f"{base}/{task.subject_kind}s/{task.subject}"
