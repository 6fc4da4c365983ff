"""What the pages of the dossier share: a page with fields, what was sent with it, and where to go then."""

from __future__ import annotations

import re
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from thuishaven.locale import _
from thuishaven.web import drafts
from thuishaven.web.answers import sent
from thuishaven.web.complaints import wrong_in
from thuishaven.web.defaults import with_defaults
from thuishaven.web.drafts import Desk
from thuishaven.web.forms import Field, Group
from thuishaven.web.plans import numbered, plan_called
from thuishaven.web.rendering import moment, onward, page
from thuishaven.web.tree import at, without_empty
from thuishaven.web.wizard import STEPS

#: The word in an address with which every range of a page is shown.
RANGES, SHOWN = "ranges", "all"


def open_desk(request: Request) -> Desk:
    """The draft of this visitor. Raises 410 when its time is over."""
    desk = drafts.desk(request)
    if desk is None:
        raise HTTPException(HTTPStatus.GONE)
    return desk


def place_of(tree: Any, plan: str) -> int:
    """The place of a plan in the list of plans. Raises 404 when there is none of that name."""
    try:
        return numbered(tree, plan)
    except LookupError:
        raise HTTPException(HTTPStatus.NOT_FOUND) from None


def wide(request: Request) -> bool:
    """Whether every range of the page is to be shown."""
    return request.query_params.get(RANGES) == SHOWN


def kept_view(request: Request, path: str) -> str:
    """An address with the ranges shown there too, where they are shown here."""
    if not wide(request):
        return path
    head, mark, field = path.partition("#")
    return f"{head}?{urlencode({RANGES: SHOWN})}{mark}{field}"


def with_ranges(found: list[Group]) -> list[Group]:
    """The groups with every range shown."""

    def shown(item: Field) -> Field:
        return replace(item, wide=True) if item.kind == "quantity" else item

    return [
        replace(
            group,
            main=tuple(map(shown, group.main)),
            more=tuple(map(shown, group.more)),
            lists=tuple(
                replace(
                    listed,
                    rows=tuple(replace(row, fields=tuple(map(shown, row.fields))) for row in listed.rows),
                )
                for listed in group.lists
            ),
        )
        for group in found
    ]


def applied(tree: Any, found: list[Group], form: FormData) -> Any:
    """The dossier with what was sent for these groups."""
    fields = [item for group in found for item in group.fields]
    for group in found:
        for listed in group.lists:
            for row in listed.rows:
                if row.new and not any(
                    str(value)
                    for name, value in form.multi_items()
                    if name.startswith(row.fields[0].name.rpartition(".")[0] + ".")
                ):
                    fields = [item for item in fields if item not in row.fields]
    tree = sent(fields, form, tree)
    for group in found:
        for listed in group.lists:
            without_empty(tree, listed.path)
    return tree


def after(
    request: Request, lang: str, kept: Desk, found: list[Group], form: FormData, step: str, plan: str = ""
) -> Response:
    """What follows when a page was kept: on, back, the same with what is wrong, or a word for the script."""
    go = str(form.get("go", "next"))
    wrong = wrong_in(found)
    if go == "auto":
        return saved(request, kept, wrong)
    if go == "next" and wrong:
        response = step_page(request, kept, step, found, HTTPStatus.UNPROCESSABLE_ENTITY, plan)
        return drafts.with_cookie(request, response, kept.token)
    if go in ("stay", "more") or go.startswith(("stay:", "bom:")):
        path = f"/{lang}/dossier/{step}" + (f"/{plan}" if plan else "") + _next_row(go)
        return drafts.with_cookie(request, onward(kept_view(request, path)), kept.token)
    if plan:
        return drafts.with_cookie(request, onward(f"/{lang}/dossier/plans"), kept.token)
    return go_on(request, lang, kept, step, go)


def saved(request: Request, kept: Desk, wrong: list[tuple[str, str]]) -> Response:
    """The word for the script that saved a page by itself."""
    said = _("Saved, kept until {moment}", moment=moment(kept.draft.expires))
    return drafts.with_cookie(request, JSONResponse({"saved": said, "wrong": dict(wrong)}), kept.token)


def _next_row(go: str) -> str:
    """Where the next row of a list is on the page: after ``stay:bom-0-id`` it is at bom-1-id."""
    found = re.fullmatch(r"stay:([\w-]+)-(\d+)-([\w]+)", go, re.ASCII)
    if go == "bom:own":
        return "#own-bom"
    return f"#f-{found[1]}-{int(found[2]) + 1}-{found[3]}" if found else ""


def go_on(request: Request, lang: str, kept: Desk, step: str, go: str) -> Response:
    """To the step after this one, the one before it, or the overview."""
    names = list(STEPS)
    place = names.index(step)
    if go == "back":
        path = f"dossier/{names[place - 1]}" if place else "dossier"
    elif go == "stop":
        path = "dossier"
    else:
        path = f"dossier/{names[place + 1]}" if place + 1 < len(names) else "results"
    return drafts.with_cookie(request, onward(kept_view(request, f"/{lang}/{path}")), kept.token)


def step_page(
    request: Request, desk: Desk, step: str, found: list[Group], status: int, plan: str = ""
) -> Response:
    """A page with fields: of a step, or of one plan."""
    from thuishaven.web.org_pages_comments import at_fields

    title, why = STEPS[step]
    names = list(STEPS)
    wrong = wrong_in(found) if status != HTTPStatus.OK else []
    found = at_fields(request, with_defaults(found, desk), desk.tree)
    return page(
        request,
        "dossier_step.html",
        status=status,
        desk=desk,
        steps=STEPS,
        step=step,
        place=names.index(step),
        last=step == names[-1],
        title=_(title),
        why=_(why),
        plan=plan,
        plan_name=plan_called(at(desk.tree, ("plans", place_of(desk.tree, plan)))) if plan else "",
        groups=with_ranges(found) if wide(request) else found,
        ranges=any(item.kind == "quantity" for group in found for item in group.fields),
        wide=wide(request),
        problems=wrong,
    )
