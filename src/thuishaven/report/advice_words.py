"""What an advice says, in sentences: for the terminal, the report and the pages alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from thuishaven.locale import (
    N_,
    _,
    listing,
    number,
    out_of_ten,
    term,
)
from thuishaven.report import advice_answer, advice_outlook, words
from thuishaven.report.advice_terms import (
    Params,
    criterion_name,
    plan_name,
)
from thuishaven.report.subject import Subject
from thuishaven.report.telling import capital

TITLES = {
    "turns": N_("When it turns"),
    "methods": N_("Do the methods agree, and what if it goes wrong?"),
    "roles": N_("Who weighs it"),
    "nothing": N_("If nothing is done"),
    "remains": N_("What remains"),
    "support": N_("With and without support"),
    "known": N_("How much of this is known"),
    "next": N_("What to do next"),
}


def pages(advice: Params, about: Subject) -> list[tuple[str, list[str]]]:
    """The page: per part its title and its sentences; the first part is the answer, its title the headline.

    Parameters
    ----------
    advice
        As ``Advice.to_dict()`` gives it.
    about
        What the plans are called.
    """
    found = sections(advice, about)
    first, *rest = found.pop("answer")
    return [(first, rest), *((title(section), texts) for section, texts in found.items())]


def sections(advice: Params, about: Subject) -> dict[str, list[str]]:
    """The sentences of each part of the page, by the part's name: ``answer``, ``turns``, ``next``, ..."""
    found: dict[str, list[str]] = {}
    for row in advice["sentences"]:
        text = sentence(row, about)
        if text:
            found.setdefault(row["section"], []).append(text)
    return found


def title(section: str) -> str:
    """The heading of a part of the page."""
    return capital(term("find_out_first")) if section == "find_out" else _(TITLES[section])


def sentence(row: Params, about: Subject) -> str:
    """One sentence of the page in the language in use."""
    return capital(TOLD[row["code"]](row["params"], about))


#: What says each sentence, by its code.
TOLD = advice_answer.TOLD | advice_outlook.TOLD


# ---- what changed


def change(found: Params, about: Subject) -> list[str]:
    """What another weight, price or answer did to the advice, and why; as ``Change.to_dict()`` gives it."""
    said = []
    for row in found["inputs"]:
        said.append(
            _(
                "{path}: {before} became {after}.",
                path=row["path"],
                before=_value(row["before"]),
                after=_value(row["after"]),
            )
        )
    before, after = plan_name(found["before"], about), plan_name(found["after"], about)
    if found["turned"]:
        said.append(
            _("The advice turns: {after} comes first instead of {before}.", before=before, after=after)
        )
    else:
        said.append(_("The advice does not turn: {plan} stays first.", plan=after))
    was, now = found["recommended_before"], found["recommended_after"]
    if was is not None and now is None:
        said.append(_("There is no longer a clear winner."))
    if was is None and now is not None:
        said.append(_("There is now a clear winner."))
    for row in found["shares"][:2]:
        told = {
            "plan": plan_name(row["plan"], about),
            "before": out_of_ten(row["before"]),
            "after": out_of_ten(row["after"]),
        }
        if row["before"] is not None and row["after"] is not None and told["before"] != told["after"]:
            said.append(_("{plan} comes first in {after} worlds; that was {before}.", **told))
    return said + _why(found, about)


def _why(found: Params, about: Subject) -> list[str]:
    """Through which criteria the lead of the first plan changed."""
    rows = [row for row in found["because"] if abs(row["by_measure"] + row["by_weight"]) >= _TELLING]
    if not rows:
        return []
    parts = []
    for row in rows[:2]:
        whole = row["by_measure"] + row["by_weight"]
        name = criterion_name(row["criterion"])
        heavier = abs(row["by_weight"]) > abs(row["by_measure"])
        if heavier:
            parts.append(
                _("what {criterion} weighs ({sign})", criterion=name, sign="+" if whole > 0 else "-")
            )
        else:
            parts.append(_("its {criterion} ({sign})", criterion=name, sign="+" if whole > 0 else "-"))
    return [
        _(
            "Why: against {other} the lead of {plan} changed mainly through {parts}.",
            plan=plan_name(found["after"], about),
            other=plan_name(found["against"], about),
            parts=listing(parts),
        )
    ]


#: A change of a lead, on the scale of 0 to 1, that is worth telling.
_TELLING = 0.001


def _value(value: Any) -> str:
    """A value of the dossier as it was written."""
    if value is None:
        return _("not filled in")
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_value(part)}" for key, part in value.items())
    if isinstance(value, list):
        return ", ".join(_value(part) for part in value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return number(value, words.significant(value, digits=4))
