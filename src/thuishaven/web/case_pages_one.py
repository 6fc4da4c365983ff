"""One case: what became of it, with the source of every value, its versions, and how to cite it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from thuishaven.access import Actor
from thuishaven.databank.cases import UNKNOWN, Cases, Published, Record, Shown, fields, silence
from thuishaven.locale import use
from thuishaven.web import case_words as words
from thuishaven.web import people
from thuishaven.web.case_pages import sheet, store
from thuishaven.web.rendering import pages, spoken

router = pages()
#: Other cases that are named below one.
ALIKE = 4
#: A number longer than this is no number of a case.
_DIGITS = 16
_LONGEST = 32
_JOBS = ("announced", "realised", "lost_here", "lost_abroad")
_MONEY = ("capex", "support", "saving")
#: What is said of a move and of the company, in the order of the page.
_MOVE = (
    *("from_country", "from_text", "from_place", "to_country", "to_place", "to_nuts"),
    *("form_from", "form_to", "activity", "product", "nace", "cn", "prodcom"),
    *("share_announced", "share_realised"),
)
_COMPANY = ("name", "country", "size_class", "kbo", "kvk", "lei", "vat")


@router.get("/cases/{case}")
def one_case(request: Request, lang: str, case: str) -> Response:
    """A published case, its newest version or the one that is asked for; a tombstone for one withdrawn."""
    cases, actor = Cases(store(request)), people.actor(request)
    if case.isascii() and case.isdecimal() and len(case) <= _DIGITS:
        found = cases.published(actor, cases.by_number(actor, int(case)).id)
        return RedirectResponse(f"/{lang}/cases/{found.case.id}", HTTPStatus.PERMANENT_REDIRECT)
    published = cases.published(actor, named(case), version=_version(request))
    if published.record is None:
        return cached(request, sheet(request, "withdrawn.html", published=published, status=HTTPStatus.GONE))
    record = published.record
    today = store(request).clock().date()
    state = record.state
    with use(spoken(request)):
        listed = sorted(record.sources.values(), key=lambda one: (one.published_on, one.publisher, one.url))
        title, route = words.title_of(record), words.route(_countries(record))
    return cached(
        request,
        sheet(
            request,
            "case.html",
            published=published,
            record=record,
            today=today,
            sources={source.id: place for place, source in enumerate(listed, start=1)},
            listed=listed,
            title=title,
            titled=words.titled(record),
            stale=bool(state and state.as_of and silence(state.as_of, today) == "stale"),
            route=route,
            located=_located(record),
            moves=[(move, _told(record, "move", _MOVE, move)) for move in record.moves],
            company=_told(record, "organisation", _COMPANY),
            jobs=_amounts(record, "jobs", _JOBS),
            money=_amounts(record, "money", _MONEY),
            motives=sorted(record.all("motive"), key=_motive),
            stages=sorted(record.all("stage"), key=lambda one: fields()["stage"].codes.index(one.value))
            if all(one.value != "unknown" for one in record.all("stage"))
            else (),
            alike=_alike(cases, actor, published, record),
            newest=published.editions[0].version,
            address=_address(request, published),
        ),
    )


def named(case: str) -> str:
    """What may be the id of a case; anything else is not there, whatever a database thinks of it."""
    if not (case.isascii() and case.isalnum() and len(case) <= _LONGEST):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return case


def _alike(cases: Cases, actor: Actor, published: Published, record: Record) -> list[Any]:
    """Other published cases of the sector; those from the same country and of the same form come first."""
    sector = record.text("move.nace").partition(".")[0].lstrip("ABCDEFGHIJKLMNOPQRSTU")
    if not sector.isdecimal():
        return []
    origin = record.text("move.from_country")
    form = "_to_".join(record.text(f"move.form_{side}") for side in ("from", "to"))
    given = {"origin": origin if origin != UNKNOWN else "", "form": form if UNKNOWN not in form else ""}
    hits = cases.similar(actor, sector=sector, **given, count=ALIKE + 1)
    return [hit for hit in hits if hit.case != published.case.id][:ALIKE]


def _version(request: Request) -> int | None:
    """The version that an address asks for; a wrong one is not there."""
    text = request.query_params.get("version", "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(2**20))):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return int(text)


def _address(request: Request, published: Published) -> str:
    """Where this version stands for good, to be cited."""
    base = request.app.state.settings.base_url or str(request.base_url).rstrip("/")
    lang = request.url.path.split("/")[1]
    return f"{base}/{lang}/cases/{published.case.id}?version={published.version}"


def _countries(record: Record) -> Mapping[str, list[str]]:
    found = {
        side: dict.fromkeys(record.text(f"move.{side}_country", move) for move in record.moves)
        for side in ("from", "to")
    }
    return {side: [code for code in codes if code] for side, codes in found.items()}


def _located(record: Record) -> Mapping[str, str]:
    """Where to look in a source, for those of which one place holds all: it is said once, with the source."""
    places: dict[str, set[str]] = {}
    for claim in record.claims.values():
        places.setdefault(claim.source, set()).add(claim.locator)
    return {source: next(iter(many)) for source, many in places.items() if len(many) == 1 and many != {""}}


def _told(record: Record, group: str, names: tuple[str, ...], move: int = 0) -> list[tuple[str, list[Shown]]]:
    """Fields of which something is said, each with its values."""
    found = []
    for name in names:
        one = record.values.get((move, f"{group}.{name}"))
        many = [one] if one else list(record.lists.get((move, f"{group}.{name}"), ()))
        if many:
            found.append((f"{group}.{name}", many))
    return found


def _amounts(record: Record, group: str, kinds: tuple[str, ...]) -> list[tuple[str, Shown]]:
    """Numbers of a kind: those of the move itself first, the newest above, then those of a wider scope."""
    found = []
    for kind in kinds:
        one = record.get(f"{group}.{kind}")
        many = [one, *one.series] if one else []
        many.sort(key=lambda each: each.qualifiers.get("scope", "") not in {"", "direct"})
        found += [(f"{group}.{kind}", each) for each in many]
    return found


def _motive(one: Shown) -> tuple[Any, ...]:
    """Reasons first, then what helped, then what stood in the way."""
    role = words.role_code(one)
    order = ("driver", "enabler", "barrier")
    return order.index(role) if role in order else len(order), one.value


def cached(request: Request, response: Response) -> Response:
    """A page that a browser may keep and ask about; only for visitors who bring nothing of their own.

    The page of whoever is signed in, or works on a dossier, is kept by nobody.
    """
    if request.headers.get("cookie"):
        return response
    tag = f'"{hashlib.sha256(bytes(response.body)).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "public, no-cache", "Vary": "Cookie"}
    response.headers.update(headers)
    asked = request.headers.get("if-none-match", "")
    same = any(one.strip().removeprefix("W/") == tag for one in asked.split(","))
    return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers) if same else response
