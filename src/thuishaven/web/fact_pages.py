"""The page of a company's own figures about the world: a wage, a price, a rate that it knows better."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from thuishaven.locale import use
from thuishaven.web import drafts
from thuishaven.web.answers import sent
from thuishaven.web.complaints import wrong_in
from thuishaven.web.drafts import Desk
from thuishaven.web.fact_forms import fact_groups, named, sent_groups, used
from thuishaven.web.forms import Group
from thuishaven.web.rendering import Form, onward, page, pages, spoken
from thuishaven.web.step_pages import open_desk, saved
from thuishaven.web.tree import at, without_empty
from thuishaven.web.wizard import STEPS

router = pages()


@router.get("/dossier/facts")
def ask(request: Request, lang: str, own: str = "") -> Response:
    """Every own figure, and the figures about the world that may be replaced."""
    desk = drafts.desk(request)
    if desk is None:
        return onward(f"/{lang}/dossier")
    with use(spoken(request)):
        return _page(request, desk, fact_groups(desk, own), own, HTTPStatus.OK)


@router.post("/dossier/facts")
def answer(request: Request, lang: str, form: Form) -> Response:
    """Keep, replace or take away own figures."""
    desk = open_desk(request)
    go, new = str(form.get("go", "next")), str(form.get("new", ""))
    with use(lang):

        def change(tree: Any) -> Any:
            rows = at(tree, ("facts",))
            count = len(rows) if isinstance(rows, list) else 0
            fields = [item for group in sent_groups(desk, form) for item in group.fields]
            tree = named(sent(fields, form, tree), count, new)
            number = go.removeprefix("drop:")
            if number != go and number.isdecimal() and int(number) < len(at(tree, ("facts",)) or ()):
                tree["facts"][int(number)] = {}
            without_empty(tree, ("facts",))
            return tree

        kept = drafts.keep(request, desk, change)
        found = fact_groups(kept)
        wrong = wrong_in(found)
        if go == "auto":
            return saved(request, kept, wrong)
        if go == "next" and wrong:
            response = _page(request, kept, found, "", HTTPStatus.UNPROCESSABLE_ENTITY, wrong)
            return drafts.with_cookie(request, response, kept.token)
        place = "" if go == "stop" else "/facts#used"
        return drafts.with_cookie(request, onward(f"/{lang}/dossier{place}"), kept.token)


def _page(
    request: Request,
    desk: Desk,
    found: list[Group],
    new: str,
    status: int,
    problems: list[tuple[str, str]] | None = None,
) -> Response:
    return page(
        request,
        "dossier_facts.html",
        status=status,
        desk=desk,
        steps=STEPS,
        groups=found,
        new=new,
        used=used(desk),
        complete=desk.dossier is not None,
        problems=problems or [],
    )
