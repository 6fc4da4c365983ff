"""Likely duplicates: the pairs that wait, one pair side by side, and the judgements that were made."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import Response

from thuishaven.access import AccessError, Actor, NotFound
from thuishaven.databank.cases import VERDICTS, Case, Cases, Judgement, Matches, likeness
from thuishaven.web.desk_pages import (
    A_PAGE,
    Problems,
    doer,
    names,
    problems_of,
    sheet,
    status_of,
    store,
    waiting_pairs,
    worker,
)
from thuishaven.web.people_forms import text
from thuishaven.web.rendering import Form, onward, pages

router = pages()
#: What of a case stands beside that of another.
COMPARED = (
    *(
        "organisation.name",
        "organisation.country",
        "organisation.kbo",
        "organisation.kvk",
        "organisation.lei",
    ),
    *("case.case_type", "move.from_country", "move.to_country", "move.to_place", "move.product", "move.nace"),
    *("jobs.announced", "jobs.realised"),
)
#: Cases of one organisation that are laid beside the other's.
_SHOWN = 4
KINDS = ("company", "case")


@router.get("/desk/duplicates")
async def pairs(request: Request) -> Response:
    """The pairs that wait, and those that were judged."""

    def made() -> Response:
        actor = worker(request)
        found = waiting_pairs(request, actor)
        matches = Matches(store(request))
        judged = [*matches.judgements(actor, "company"), *matches.judgements(actor, "case")]
        judged.sort(key=lambda one: one.id, reverse=True)
        return sheet(
            request,
            "pairs.html",
            actor,
            pairs=found[:A_PAGE],
            total=len(found),
            judged=[(one, _labels(request, actor, one)) for one in judged[:A_PAGE]],
            names=names(request, actor),
        )

    answer: Response = await request.app.state.work.run(made)
    return answer


def _labels(request: Request, actor: Actor, one: Judgement) -> tuple[str, str]:
    return tuple(_label(request, actor, one.kind, name) for name in (one.one, one.other))  # type: ignore[return-value]


def _label(request: Request, actor: Actor, kind: str, name: str) -> str:
    found = _cases(request, actor, kind, name)
    return found[0].label if found else name


def _cases(request: Request, actor: Actor, kind: str, name: str) -> list[Case]:
    """The cases of an organisation, or the case itself."""
    cases = Cases(store(request))
    if kind == "case":
        return [cases.get(actor, name)]
    return [cases.get(actor, found) for found in Matches(store(request)).cases(actor, name)]


@router.get("/desk/duplicates/{kind}/{one}/{other}")
def pair(request: Request, kind: str, one: str, other: str) -> Response:
    """Two organisations, or two cases, side by side."""
    return _pair_page(request, worker(request), kind, one, other)


def _pair_page(
    request: Request,
    actor: Actor,
    kind: str,
    one: str,
    other: str,
    problems: Problems = (),
    status: int = 0,
    typed: dict[str, str] | None = None,
) -> Response:
    if kind not in KINDS:
        raise NotFound("not_found", kind="match")
    cases, matches = Cases(store(request)), Matches(store(request))
    sides: list[list[tuple[Case, Any]]] = []
    for name in (one, other):
        found = _cases(request, actor, kind, name)[:_SHOWN]
        if not found:
            raise NotFound("not_found", kind=kind)
        sides.append([(case, cases.record(actor, case.id)) for case in found])
    pair_ = tuple(sorted((one, other)))
    judged = next((item for item in matches.judgements(actor, kind) if (item.one, item.other) == pair_), None)
    return sheet(
        request,
        "pair.html",
        actor,
        problems=problems,
        status=status,
        kind=kind,
        one=one,
        other=other,
        sides=sides,
        compared=COMPARED,
        verdicts=VERDICTS,
        judged=judged,
        score=likeness(*(side[0][1].text("organisation.name") or side[0][0].label for side in sides)),
        names=names(request, actor),
        typed=typed or {},
    )


@router.post("/desk/duplicates/{kind}/{one}/{other}")
def judged(request: Request, lang: str, kind: str, one: str, other: str, form: Form) -> Response:
    """Judge a pair, or take a judgement back."""
    actor = doer(request)
    matches = Matches(store(request))
    verdict, reason = text(form, "verdict", 16), text(form, "reason", 2**12)
    back = form.get("take_back") == "yes"
    try:
        if back:
            matches.take_back(actor, kind, one, other, reason)
        else:
            matches.judge(actor, kind, one, other, verdict, reason)
    except AccessError as error:
        wrong = problems_of(request, error)
        typed = {"verdict": verdict, "reason": reason}
        return _pair_page(request, actor, kind, one, other, wrong, status_of(error), typed)
    return onward(f"/{lang}/desk/duplicates?done={'taken_back' if back else 'judged'}")
