"""The page of what matters: the weights of the criteria, and what is known about the plans."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import Request
from fastapi.responses import Response

from thuishaven.advice import criteria
from thuishaven.locale import _, labelled, use
from thuishaven.report.telling import capital
from thuishaven.web import drafts
from thuishaven.web.drafts import Desk
from thuishaven.web.preference_forms import (
    EVIDENCE,
    LEVELS,
    ROLES,
    levels_of,
    measures_of,
    plans_told,
    points_of,
    said,
    scale_of,
    weighed,
    weights_now,
)
from thuishaven.web.rendering import Form, onward, page, pages, spoken
from thuishaven.web.step_pages import go_on, open_desk, saved
from thuishaven.web.tree import at
from thuishaven.web.wizard import STEPS

router = pages()
_STEP = "preferences"


@router.get("/dossier/preferences")
def ask(request: Request, lang: str) -> Response:
    """How much each criterion matters, and what is known about the plans."""
    desk = drafts.desk(request)
    if desk is None:
        return onward(f"/{lang}/dossier")
    with use(spoken(request)):
        return _page(request, desk, list(said(desk.tree)), HTTPStatus.OK)


@router.post("/dossier/preferences")
def answer(request: Request, lang: str, form: Form) -> Response:
    """Keep what matters."""
    desk = open_desk(request)
    go = str(form.get("go", "next"))
    with use(lang):
        kept = drafts.keep(request, desk, lambda tree: weighed(tree, form))
        wrong = list(said(kept.tree))
        if go == "auto":
            return saved(request, kept, wrong)
        if go == "next" and wrong:
            response = _page(request, kept, wrong, HTTPStatus.UNPROCESSABLE_ENTITY)
            return drafts.with_cookie(request, response, kept.token)
        if go == "stay":
            return drafts.with_cookie(request, onward(f"/{lang}/dossier/{_STEP}#measures"), kept.token)
        return go_on(request, lang, kept, _STEP, go)


def _about(field: str) -> str:
    """What a field of the page is about: its criterion, or its part of the page."""
    part, _dot, name = field.partition(".")
    if part == "p" and name in criteria():
        return capital(_(criteria()[name].name_en))
    return _("What you know better") if part == "m" else _(STEPS[_STEP][0])


def _page(request: Request, desk: Desk, wrong: list[tuple[str, str]], status: int) -> Response:
    told = at(desk.tree, (_STEP,)) or {}
    return page(
        request,
        "dossier_weights.html",
        status=status,
        desk=desk,
        steps=STEPS,
        step=_STEP,
        criteria=criteria(),
        levels=LEVELS,
        roles=ROLES,
        role=str(told.get("role") or ""),
        reason=str(told.get("reason") or ""),
        chosen=levels_of(told.get("order")),
        points=points_of(told.get("weights")),
        now=weights_now(desk.tree),
        measures=measures_of(told.get("measures")),
        plans=plans_told(desk.tree),
        scale_of=scale_of,
        evidence=EVIDENCE,
        wrong=wrong,
        problems=[(field, labelled(_about(field), text)) for field, text in wrong],
    )
