"""What a step of a project asks for first, and what it changes besides the stage: the guards as code."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa

from thuishaven.access import AccessError, Change, moment, policy
from thuishaven.databank.office.fields import bounded, code
from thuishaven.databank.office.model import ATTACHMENTS
from thuishaven.databank.office.promises import checked, kept
from thuishaven.databank.office.tables import ATTACHED, DECISION, FOLLOW_UP
from thuishaven.databank.office.terms import terms_of

_LONGEST = 2**12
#: A reason is a code; words of a person could not be erased from the time line.
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,30}")
#: The register of companies of a country whose numbers can be checked.
_REGISTERS = {"BEL": "kbo", "NLD": "kvk"}


@cache
def follow_up_months() -> dict[str, int]:
    """The steps that record an answer of the follow-up, with the month they are about.

    >>> follow_up_months()
    {'follow_up_12': 12, 'follow_up_36': 36, 'follow_up_60': 60}
    """
    return {one.rule: one.months for one in terms_of("project", "follow_up")}


def missing_for(connection: sa.Connection, row: Any, event: str, given: Mapping[str, Any]) -> list[str]:
    """Codes of what a step still asks for: the guards of the table of transitions.

    Parameters
    ----------
    connection
        To look up what lies beside the project.
    row
        The project.
    event
        The step.
    given
        What comes with it.
    """
    match event:
        case "accept":
            wanted = {"number": row.number, "purpose": row.purpose, "retain_until": row.retain_until}
            missing = [name for name, value in wanted.items() if not value]
            return missing + ([] if _number_holds(row.country, row.number) else ["number_valid"])
        case "submit_for_decision":
            mine = sa.select(ATTACHED.c.kind).where(ATTACHED.c.project == row.id)
            there = set(connection.execute(mine).scalars())
            return [kind for kind in ATTACHMENTS if kind not in there]
        case "return":
            return [] if given.get("missing") else ["missing"]
        case "decide_go" | "decide_no_go":
            asked = ("decided_on", "family", "words", *(("codes",) if event == "decide_no_go" else ()))
            return [name for name in asked if not given.get(name)]
        case "first_output":
            return [] if given.get("first_output") else ["first_output"]
        case _ if event in follow_up_months():
            one = (FOLLOW_UP.c.project == row.id) & (FOLLOW_UP.c.month == follow_up_months()[event])
            found = connection.execute(sa.select(FOLLOW_UP.c.outcome).where(one)).scalar_one_or_none()
            return [] if found else ["answer"]
        case "close" if row.state == "follow_up":
            last = (FOLLOW_UP.c.project == row.id) & (FOLLOW_UP.c.month == max(follow_up_months().values()))
            ended = connection.execute(sa.select(FOLLOW_UP.c.accepted).where(last)).scalar_one_or_none()
            return [] if ended or given.get("reversed_on") else ["last_answer"]
        case "close" | "stop" | "reopen":
            return [] if _CODE.fullmatch(str(given.get("reason", ""))) else ["reason"]
    return []


def consequences(change: Change, row: Any, event: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Within a change: keep what comes with a step; gives what changes on the project besides its stage.

    Raises
    ------
    AccessError
        ``guard`` with what is ``missing`` for a day that is no day or lies ahead; ``decided_before``;
        those of :func:`~thuishaven.databank.office.promises.checked` for what is promised with a decision.
    """
    match event:
        case "decide_go" | "decide_no_go":
            _record_decision(change, row, event.removeprefix("decide_"), given)
            return {"outcome": code(given["family"])}
        case "first_output":
            day = given["first_output"]
            if not isinstance(day, dt.date) or day > change.at.date():
                raise AccessError("guard", missing=["first_output"])
            return {"first_output": day.isoformat()}
        case _ if event in follow_up_months():
            one = (FOLLOW_UP.c.project == row.id) & (FOLLOW_UP.c.month == follow_up_months()[event])
            change.run(sa.update(FOLLOW_UP).where(one).values(accepted=change.now))
            return {}
        case "close" | "stop":
            ended = "reversed" if given.get("reversed_on") else row.outcome or str(given.get("reason", ""))
            return {"outcome": code(ended)}
        case "reopen":
            return {"retain_until": moment(change.at + policy().term("retention_dossier"))}
    return {}


def _record_decision(change: Change, row: Any, outcome: str, given: Mapping[str, Any]) -> None:
    day = given["decided_on"]
    if not isinstance(day, dt.date) or day > change.at.date():
        raise AccessError("guard", missing=["decided_on"])
    values = {
        "project": row.id,
        "decided_on": day.isoformat(),
        "outcome": outcome,
        "family": code(given["family"]),
        "considered": json.dumps(sorted({str(one) for one in given.get("considered", ())})),
        "codes": json.dumps(sorted({str(one) for one in given.get("codes", ())})),
        "reason": bounded(str(given["words"]).strip(), "words", _LONGEST),
        "recorded": change.now,
        "recorded_by": change.actor.name,
        **kept(checked(given.get("promise"), day)),
    }
    same = (DECISION.c.project == row.id) & (DECISION.c.decided_on == values["decided_on"])
    if change.run(sa.select(DECISION.c.outcome).where(same)).first() is not None:
        raise AccessError("decided_before", day=values["decided_on"])
    change.run(sa.insert(DECISION).values(values))


def _number_holds(country: str, number: str) -> bool:
    """Whether the number of a company is one: by the rules of KBO and KvK; elsewhere any is taken."""
    from thuishaven.databank.identifiers import identifier

    kind = _REGISTERS.get(country)
    return kind is None or not number or identifier(kind, number).sound is not False
