"""Comments on the fields of a dossier: on a page of their own, and at the field in the form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from thuishaven.access import AccessError, new_id, require
from thuishaven.databank import Comment, Dossier, tree_of
from thuishaven.locale import labelled, use
from thuishaven.web import people
from thuishaven.web.dossier_desk import Tied
from thuishaven.web.dossier_desk_pages import asking, said
from thuishaven.web.forms import Field, Group
from thuishaven.web.org_pages import rights, thing
from thuishaven.web.org_pages_words import place_of_field, step_of_part, where
from thuishaven.web.rendering import Form, onward, page, pages, spoken
from thuishaven.web.wizard import STEPS, pages_of

router = pages()


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment with the field it is on, in words, and who wrote it."""

    comment: Comment
    where: str
    author: str
    settles: bool


@router.get("/dossiers/{dossier}/comments")
def listed(request: Request, lang: str, dossier: str) -> Response:
    """All comments, open ones first, and a form for a new one."""
    return _page(request, dossier, {"place": request.query_params.get("place", "")}, [])


def _page(request: Request, dossier: str, typed: dict[str, str], problems: list[tuple[str, str]]) -> Response:
    actor = asking(request)
    rooms = people.rooms(request)
    found = rooms.dossiers.get(actor, dossier)
    may = rights(actor, found)
    if "update" not in may:
        require(actor, "comment", thing(found))
    tree = tree_of(found.content)
    authors = rooms.dossiers.authors(actor, dossier)
    with use(spoken(request)):
        remarks = [
            Remark(
                comment,
                where(comment.place, tree),
                authors.get(comment.author, ""),
                comment.author == actor.name or "update" in may,
            )
            for comment in rooms.comments.list(actor, dossier)
        ]
        fields = _fields(found, tree)
        return page(
            request,
            "dossiers/comments.html",
            status=HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK,
            dossier=found,
            may=may,
            open_remarks=[remark for remark in remarks if remark.comment.resolved is None],
            settled=[remark for remark in remarks if remark.comment.resolved is not None],
            fields=fields,
            typed=typed,
            place_words=where(typed["place"], tree) if typed.get("place") else "",
            problems=problems,
            done=request.query_params.get("done", ""),
            key=new_id(),
        )


def _fields(found: Dossier, tree: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    """The fields that may be commented on, by step: place and words; of a part only those of that part."""
    from thuishaven.locale import _

    only = step_of_part(found.parts) if found.parts else ""
    dossier = tree["dossier"] if isinstance(tree["dossier"], dict) else {}
    groups: dict[str, list[tuple[str, str]]] = {}
    for address, items in pages_of(dossier):
        step = address.partition("/")[0]
        if only and step != only:
            continue
        listed = [
            (place_of_field(field.path, dossier), labelled(group.title, field.label))
            for group in items
            for field in group.main
        ]
        groups.setdefault(_(STEPS[step][0]), []).extend(listed)
    return [(title, items) for title, items in groups.items() if items]


@router.post("/dossiers/{dossier}/comments")
def added(request: Request, lang: str, dossier: str, form: Form) -> Response:
    """Comment on a field."""
    typed = {name: str(form.get(name, "")) for name in ("place", "text")}
    place = typed["place"] or "dossier"
    try:
        comments = people.rooms(request).comments
        comments.add(asking(request), dossier, place, typed["text"], key=str(form.get("key", "")))
    except AccessError as error:
        if error.code != "comment_form":
            raise
        return _page(request, dossier, typed, [("text", said(request, error))])
    return onward(f"/{lang}/dossiers/{dossier}/comments?done=added")


@router.post("/dossiers/{dossier}/comments/{comment}/resolve")
def resolved(request: Request, lang: str, dossier: str, comment: str) -> Response:
    """Mark a comment as settled."""
    people.rooms(request).comments.resolve(asking(request), dossier, comment)
    return onward(f"/{lang}/dossiers/{dossier}/comments?done=settled")


# ---- at the field


def at_fields(request: Request, groups: list[Group], tree: Any) -> list[Group]:
    """The groups of a form with the open comments at each field, where the draft belongs to a dossier.

    Parameters
    ----------
    request
        Of the reader.
    groups
        Of the form.
    tree
        The dossier as the form shows it.
    """
    tied: Tied | None = getattr(request.state, "tied", None)
    if tied is None or not tied.standing.may & {"comment", "update"}:
        return groups
    rooms, actor = people.rooms(request), people.actor(request)
    try:
        comments = rooms.comments.list(actor, tied.dossier)
        authors = rooms.dossiers.authors(actor, tied.dossier)
    except AccessError:
        return groups
    by_place: dict[str, list[tuple[str, str]]] = {}
    for comment in comments:
        if comment.resolved is None:
            by_place.setdefault(comment.place, []).append((comment.text, authors.get(comment.author, "")))
    address = f"/{spoken(request)}/dossiers/{tied.dossier}/comments?place="

    def noted(item: Field) -> Field:
        place = place_of_field(item.path, tree)
        return replace(item, notes=tuple(by_place.get(place, ())), comment_on=f"{address}{place}#new")

    return [
        replace(group, main=tuple(map(noted, group.main)), more=tuple(map(noted, group.more)))
        for group in groups
    ]
