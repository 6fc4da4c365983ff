"""The plans beside today: begin one, fill it in, take it out again."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from thuishaven.locale import _, labelled, use
from thuishaven.web import drafts
from thuishaven.web.complaints import with_problems
from thuishaven.web.drafts import Desk
from thuishaven.web.plan_forms import plan_groups, with_materials
from thuishaven.web.plans import ABROAD, BEGINNINGS, begun, plan_called, plans_of
from thuishaven.web.rendering import Form, onward, page, pages, spoken
from thuishaven.web.step_pages import after, applied, open_desk, place_of, step_page
from thuishaven.web.tree import at
from thuishaven.web.wizard import STEPS, places_of

router = pages()
_STEP = "plans"


@router.get("/dossier/plans")
def overview(request: Request, lang: str) -> Response:
    """The plans beside today, and how another one begins."""
    desk = drafts.desk(request)
    return _page(request, desk, []) if desk is not None else onward(f"/{lang}/dossier")


@router.post("/dossier/plans")
def on(request: Request, lang: str) -> Response:
    """To the step after this one: on the page of plans there is nothing to keep."""
    open_desk(request)
    return onward(f"/{lang}/dossier/process")


def _page(
    request: Request, desk: Desk, problems: list[tuple[str, str]], form: Mapping[str, Any] | None = None
) -> Response:
    from thuishaven.web.figures import countries_offered

    with use(spoken(request)):
        names = {str(plan.get("id")): plan_called(plan) for plan in plans_of(desk.tree)}
        wrong: dict[str, list[str]] = {name: [] for name in names}
        for place in places_of(desk):
            plan = place.step.partition("/")[2]
            if plan in wrong:
                wrong[plan].append(labelled(place.label, place.text))
        return page(
            request,
            "dossier_plans.html",
            status=HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK,
            desk=desk,
            steps=STEPS,
            step=_STEP,
            plans=names,
            beginnings=BEGINNINGS,
            countries=countries_offered(),
            problems=problems,
            wrong=wrong,
            form=form or {},
        )


@router.post("/dossier/plans/add")
def add(request: Request, lang: str, form: Form) -> Response:
    """Begin another plan."""
    desk = open_desk(request)
    family = str(form.get("family", ""))
    country = str(form.get("country", ""))
    with use(lang):
        problem: list[tuple[str, str]] = []
        if family not in BEGINNINGS:
            problem.append(("family", _("Choose how the plan begins.")))
        elif family in ABROAD and not country:
            problem.append(("country", _("Choose the country.")))
        elif not at(desk.tree, ("plans", 0)):
            problem.append(("family", _("First tell who makes it today.")))
        if problem:
            return _page(request, desk, problem, form)
    made: list[str] = []

    def change(tree: Any) -> Any:
        plan = begun(tree, family, country)
        made.append(plan["id"])
        tree["plans"].append(plan)
        return tree

    kept = drafts.keep(request, desk, change)
    return drafts.with_cookie(request, onward(f"/{lang}/dossier/plans/{made[-1]}"), kept.token)


@router.post("/dossier/plans/{plan}/delete")
def delete(request: Request, lang: str, plan: str) -> Response:
    """Take a plan out of the dossier; undo brings it back."""
    desk = open_desk(request)
    place_of(desk.tree, plan)

    def change(tree: Any) -> Any:
        del tree["plans"][place_of(tree, plan)]
        return tree

    kept = drafts.keep(request, desk, change)
    return drafts.with_cookie(request, onward(f"/{lang}/dossier/plans"), kept.token)


@router.get("/dossier/plans/{plan}")
def ask(request: Request, lang: str, plan: str) -> Response:
    """The fields of one plan."""
    desk = open_desk(request)
    with use(spoken(request)):
        found = with_problems(plan_groups(desk.tree, place_of(desk.tree, plan)), desk)
        return step_page(request, desk, _STEP, found, plan=plan, status=HTTPStatus.OK)


@router.post("/dossier/plans/{plan}")
def answer(request: Request, lang: str, plan: str, form: Form) -> Response:
    """Keep the fields of one plan."""
    desk = open_desk(request)
    with use(lang):
        place_of(desk.tree, plan)
        go = str(form.get("go", ""))

        def change(tree: Any) -> Any:
            place = place_of(tree, plan)
            tree = applied(tree, plan_groups(tree, place), form)
            if go in ("bom:own", "bom:today"):
                tree = with_materials(tree, place, own=go == "bom:own")
            return tree

        kept = drafts.keep(request, desk, change)
        found = with_problems(plan_groups(kept.tree, place_of(kept.tree, plan)), kept)
        return after(request, lang, kept, found, form, _STEP, plan)
