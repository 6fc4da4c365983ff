"""What is said to a program when something is wrong: problem+json (RFC 9457), in the reader's language.

One shape for everything. ``type`` is the address of the kind of problem, ``code`` its short name, ``detail``
a sentence, and ``errors`` has one entry for each field that is wrong, with the path of the field, what was
expected and an example, as ``thuishaven check`` gives them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from thuishaven.dossier import DossierError, Problem
from thuishaven.locale import N_, _, use
from thuishaven.web.languages import wished

MEDIA_TYPE = "application/problem+json"
#: Where the kinds of problem are described.
BASE = "/api/v1/problems/"
#: Fields that are told about; the number of the rest is in ``more``.
MOST = 100


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its status, what it is, and what to do."""

    status: HTTPStatus
    title: str
    detail: str


KINDS: dict[str, Kind] = {
    "wrong_dossier": Kind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        N_("The dossier or the data is wrong"),
        N_("Each problem stands in errors, with its place and an example. Correct them and send it again."),
    ),
    "wrong_request": Kind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        N_("The question is wrong"),
        N_("Each problem stands in errors, with the name of the parameter and an example."),
    ),
    "unknown_figure": Kind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        N_("There is no such figure"),
        N_("{value} has no amount in this calculation. Known: {expected}."),
    ),
    "unknown_input": Kind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        N_("There is no such input"),
        N_("{value} is not an input of this calculation. Known: {expected}."),
    ),
    "unknown_scenario": Kind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        N_("There is no such scenario"),
        N_("There is no scenario {value}. Known: {expected}."),
    ),
    "too_much_work": Kind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        N_("This is more than this server calculates at once"),
        N_("{value} is more than {expected}. Ask for less, or calculate it with the program itself."),
    ),
    "no_body": Kind(
        HTTPStatus.BAD_REQUEST,
        N_("Nothing was sent"),
        N_("Send the dossier as the body, with its media type in Content-Type."),
    ),
    "wrong_form": Kind(
        HTTPStatus.BAD_REQUEST,
        N_("The form cannot be read"),
        N_("Send it as multipart/form-data, with the files under the names that are asked for."),
    ),
    "body_too_large": Kind(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        N_("This is too large"),
        N_("At most {expected} is read."),
    ),
    "too_slow_body": Kind(
        HTTPStatus.REQUEST_TIMEOUT,
        N_("The text did not arrive"),
        N_("The connection was too slow. Send it again."),
    ),
    "encoded_body": Kind(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        N_("A compressed text is not read"),
        N_("Send it as it is, without Content-Encoding."),
    ),
    "unknown_kind": Kind(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        N_("This kind of file is not read"),
        N_("Expected: {expected}."),
    ),
    "other_site": Kind(
        HTTPStatus.FORBIDDEN,
        N_("This was sent by a page of another site"),
        N_("Only a program, or a page of this site, may change something here."),
    ),
    "other_host": Kind(
        HTTPStatus.MISDIRECTED_REQUEST,
        N_("This site has another name"),
        N_("Use the address that the owner of this server gave."),
    ),
    "too_often": Kind(
        HTTPStatus.TOO_MANY_REQUESTS,
        N_("Too many questions at once"),
        N_("Ask again after {seconds} seconds."),
    ),
    "too_busy": Kind(
        HTTPStatus.SERVICE_UNAVAILABLE,
        N_("The server is busy"),
        N_("Ask again after {seconds} seconds."),
    ),
    "work_lost": Kind(
        HTTPStatus.SERVICE_UNAVAILABLE,
        N_("The calculation was cut off"),
        N_("Ask again after {seconds} seconds; ask for less at once when it happens again."),
    ),
    "store_full": Kind(
        HTTPStatus.SERVICE_UNAVAILABLE,
        N_("There is no room for a new draft now"),
        N_("Drafts are deleted when their time is over. Ask again later."),
    ),
    "no_token": Kind(
        HTTPStatus.UNAUTHORIZED,
        N_("Whose draft is this?"),
        N_("Send the token of the draft: Authorization: Bearer TOKEN. POST /api/v1/draft gives one."),
    ),
    "no_draft": Kind(
        HTTPStatus.NOT_FOUND,
        N_("There is no such draft"),
        N_("It was deleted, or its time is over. POST /api/v1/draft starts a new one."),
    ),
    "draft_conflict": Kind(
        HTTPStatus.PRECONDITION_FAILED,
        N_("The draft was changed by someone else"),
        N_("It is now at version {value}. Read it again and repeat your change."),
    ),
    "version_missing": Kind(
        HTTPStatus.PRECONDITION_REQUIRED,
        N_("From which version does this change start?"),
        N_("Send the ETag of the draft as you read it: If-Match: {example}."),
    ),
    "key_needed": Kind(
        HTTPStatus.UNAUTHORIZED,
        N_("Who asks this?"),
        N_("Send an API key: Authorization: Bearer KEY. You make one under your account."),
    ),
    "not_yours": Kind(
        HTTPStatus.FORBIDDEN,
        N_("You may not do this"),
        N_("Needed is {value}, and neither your role nor your key gives it."),
    ),
    "no_such": Kind(
        HTTPStatus.NOT_FOUND,
        N_("There is no such thing, or it is not yours to see"),
        N_("Nothing of the kind {value} is found here for you."),
    ),
    "dossier_conflict": Kind(
        HTTPStatus.PRECONDITION_FAILED,
        N_("Somebody saved this dossier since"),
        N_("It is now at version {value}. Read it again and repeat your change. Both changed: {expected}."),
    ),
    "archived": Kind(
        HTTPStatus.CONFLICT,
        N_("This dossier is archived"),
        N_("Take it up again first: POST /api/v1/dossiers/ID/unarchive."),
    ),
    "key_reused": Kind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        N_("This Idempotency-Key came with another request"),
        N_("Use a new key for each request; send the same key only to repeat the same request."),
    ),
    "cannot": Kind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        N_("This cannot be done"),
        N_("{value}: {expected}."),
    ),
    "empty_draft": Kind(
        HTTPStatus.CONFLICT,
        N_("The draft has no dossier yet"),
        N_("Put a dossier in it first: PUT /api/v1/draft."),
    ),
    "not_known": Kind(
        HTTPStatus.NOT_FOUND,
        N_("Nothing is known about this"),
        N_("There is nothing with the name {value}. Did you mean: {expected}?"),
    ),
    "not_found": Kind(
        HTTPStatus.NOT_FOUND,
        N_("There is nothing here"),
        N_("All addresses stand in /api/v1/openapi.json."),
    ),
    "not_allowed": Kind(
        HTTPStatus.METHOD_NOT_ALLOWED,
        N_("This address does not take that method"),
        N_("The methods that it takes stand in the header Allow."),
    ),
    "refused": Kind(
        HTTPStatus.BAD_REQUEST,
        N_("This cannot be answered"),
        N_("All questions that can be asked stand in /api/v1/openapi.json."),
    ),
    "broken": Kind(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        N_("Something went wrong on our side"),
        N_("Nothing was changed. Tell the owner of this server the number in the header X-Request-ID."),
    ),
}
_BY_STATUS = {
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "not_allowed",
    HTTPStatus.INTERNAL_SERVER_ERROR: "broken",
}
#: What is known only over HTTP; all other codes of ``errors`` are those of the dossier.
_WORDS = {
    "not_json": N_("This is not readable as JSON: {value}."),
    "not_a_mapping": N_("Expected is a list of names with values, for example {example}."),
    "pattern": N_("{value} does not fit here. For example {example}."),
}


class Refused(HTTPException):
    """A question that gets no answer: the code of a kind of problem, and what its words mention."""

    def __init__(self, code: str, headers: dict[str, str] | None = None, **params: Any) -> None:
        super().__init__(KINDS[code].status, code, headers)
        self.code = code
        self.params = params


def language(request: Request) -> str:
    """The language in which a program wants to be told."""
    return wished(request.headers.get("accept-language", ""))


def message(problem: Problem) -> str:
    """What is wrong and what to do, in the language in use."""
    if problem.code in _WORDS:
        return _(_WORDS[problem.code], **{"value": "", "example": "", **problem.params})
    return problem.message()


def entry(problem: Problem) -> dict[str, Any]:
    """One wrong field, in plain form; ``None`` where there is nothing to say."""
    params = {key: str(value) for key, value in problem.params.items()}
    return {
        "code": problem.code,
        "field": problem.where or None,
        "line": problem.line,
        "cell": problem.cell,
        "message": message(problem),
        "expected": params.get("expected"),
        "example": params.get("example"),
        "params": params,
    }


def body(
    code: str, status: int | None = None, errors: Iterable[Problem] = (), **params: Any
) -> dict[str, Any]:
    """A problem in plain form, in the language in use."""
    kind = KINDS[code]
    found = list(errors)
    told: dict[str, Any] = {
        "type": f"{BASE}{code}",
        "title": _(kind.title),
        "status": int(status or kind.status),
        "detail": _(kind.detail, **params) if params else _(kind.detail),
        "code": code,
    }
    if found:
        told["errors"] = [entry(problem) for problem in found[:MOST]]
        told["more"] = max(len(found) - MOST, 0)
    return told


def answer(
    request: Request,
    code: str,
    status: int | None = None,
    errors: Iterable[Problem] = (),
    headers: Mapping[str, str] | None = None,
    **params: Any,
) -> Response:
    """The answer for a kind of problem.

    Parameters
    ----------
    request
        Whose Accept-Language chooses the words.
    code
        A key of :data:`KINDS`.
    status
        Another status than that of the kind.
    errors
        What is wrong with which field.
    headers
        Headers to add.
    params
        What the detail mentions.
    """
    lang = language(request)
    with use(lang):
        told = body(code, status, errors, **params)
    return Response(
        json.dumps(told, ensure_ascii=False, indent=2).encode(errors="replace") + b"\n",
        told["status"],
        {"Content-Language": lang, "Vary": "Accept-Language", **(headers or {})},
        MEDIA_TYPE,
    )


async def refuse(request: Request, error: HTTPException) -> Response:
    """The answer to a program that was refused, by us, by the guard or by the router."""
    headers = dict(error.headers or {})
    code, params = getattr(error, "code", None), getattr(error, "params", {})
    if code in KINDS:
        return answer(request, code, error.status_code, headers=headers, **params)
    found = _BY_STATUS.get(HTTPStatus(error.status_code), "refused")
    return answer(request, found, error.status_code, headers=headers)


async def wrong_dossier(request: Request, error: Exception) -> Response:
    """The answer to a dossier, answers or a batch with problems."""
    assert isinstance(error, DossierError)
    return answer(request, "wrong_dossier", errors=error.problems)


async def wrong_request(request: Request, error: Exception) -> Response:
    """The answer to parameters that cannot be used."""
    assert isinstance(error, RequestValidationError)
    return answer(request, "wrong_request", errors=[_parameter(item) for item in error.errors()])


async def broken(request: Request, error: Exception) -> Response:
    """The answer when we failed: nothing of what went wrong, which may quote a dossier."""
    return answer(request, "broken")


def _parameter(item: Mapping[str, Any]) -> Problem:
    """Our problem for a parameter that pydantic refused."""
    kind, context = str(item["type"]), dict(item.get("ctx") or {})
    where = ".".join(str(part) for part in item["loc"][1:])
    value = f"{item.get('input')!s:.40}"
    example = str(EXAMPLES.get(where, "12"))
    if kind == "missing":
        return Problem("missing", where, {"example": f"{where}={example}"})
    if kind == "extra_forbidden":
        return Problem("unknown_field", where, {"value": where[:40], "example": ", ".join(EXAMPLES)})
    if kind in ("greater_than", "greater_than_equal"):
        lower = context.get("gt", context.get("ge"))
        return Problem("too_low", where, {"value": value, "lower": lower, "example": example})
    if kind in ("less_than", "less_than_equal"):
        upper = context.get("lt", context.get("le"))
        return Problem("too_high", where, {"value": value, "upper": upper, "example": example})
    if kind in ("enum", "literal_error"):
        expected = str(context.get("expected", "")).replace("'", "")
        return Problem("unknown_choice", where, {"value": value, "expected": expected, "example": example})
    if kind == "draws":
        return Problem(
            "wrong_type", where, {"value": value, "expected": "64, 128, 256, …", "example": example}
        )
    if kind == "string_too_long":
        return Problem("too_long", where, {"expected": context.get("max_length"), "example": example})
    if kind in ("date_from_datetime_parsing", "date_parsing", "date_type"):
        return Problem("wrong_date", where, {"value": value, "example": example})
    return Problem("wrong_type", where, {"value": value, "expected": example, "example": example})


#: An example of each parameter, for the message.
EXAMPLES: dict[str, str] = {
    "seed": "1",
    "draws": "4096",
    "horizon_years": "10",
    "discount_rate": "0.08",
    "as_of": "2026-11-21",
    "mid_year": "false",
    "scenario": "freight_crisis",
    "sensitivity": "true",
    "total_order": "false",
    "hidden_cost_uplift": "false",
    "set": "demand.units_per_year=50000",
    "figure": "home.P03",
    "move": "today.unit_price=8.2",
    "to": "xlsx",
    "lang": "nl",
    "plan": "home",
    "top": "20",
    "on": "2026-11-21",
    "id": "inflation_cpi[iso3=NLD]@2024",
    "words": "eurostat",
    "text": "shoes",
    "state": "implemented",
    "case_type": "reshoring",
    "kind": "reshoring",
    "sector": "22",
    "from": "CHN",
    "region": "NL41",
    "form": "supplier_to_own",
    "motive": "LEADTIME",
    "year": "2016",
    "support": "yes",
    "sort": "newest",
    "page": "1",
    "size": "20",
    "release": "2027.1",
    "version": "1",
    "known_on": "2026-11-21",
    "about": "2020",
    "path": "csv/cases.csv",
}
