"""What stands still: facts and their sources, starter dossiers, schemas, kinds of problem. Only read."""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import asdict
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Described
from starlette.responses import Response

from thuishaven.dossier import VERSION, DossierError, Problem, plain
from thuishaven.facts import Answer, Fact, FactMissing, FactSet
from thuishaven.locale import use
from thuishaven.web.api import described as d
from thuishaven.web.api import problems
from thuishaven.web.api.answers import SHARED, answer, written
from thuishaven.web.api.asked import Form, Nothing, Text
from thuishaven.web.api.problems import KINDS as PROBLEMS
from thuishaven.web.api.problems import Refused
from thuishaven.web.guards_files import KINDS, download
from thuishaven.web.ops_work import known_facts

router = APIRouter(default_response_class=Response)
#: Names that a message suggests.
NEAR = 5


class FactAsked(BaseModel):
    """Parameters of a question to the facts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: tuple[Text, ...] = Described(
        default=(), max_length=8, description="What it is about, as in iso3=NLD; may be given again."
    )
    on: dt.date | None = Described(default=None, description="The day that the answer must hold for.")


class RecordAsked(BaseModel):
    """Parameters that name one record."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Text = Described(description="Id of the record.", examples=["inflation_cpi[iso3=NLD]@2024"])


class SourcesAsked(BaseModel):
    """Parameters of the list of sources."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: Text = Described(default="", description="Only sources in which all these words occur.")


class StarterAsked(BaseModel):
    """Parameters of a starter dossier."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    to: Form = Described(default=Form.yaml, description="The form to write.")
    lang: Literal["nl", "en", "fr"] = Described(default="nl", description="Language of the questions in it.")


@router.get("/", summary="What is here?", responses=d.gives("index-1"), tags=["description"])
async def index(request: Request, question: Annotated[Nothing, Query()]) -> Response:
    """Name the version and the addresses to begin with."""
    found = {
        "schema": "thuishaven.index/1",
        "version": VERSION,
        "facts_digest": known_facts().digest,
        "links": {
            name: f"/api/v1/{name}"
            for name in (
                *("openapi.json", "schemas", "problems", "families", "facts", "sources"),
                *("cases", "releases", "literature"),
            )
        },
    }
    return answer(request, written(found), cache=SHARED)


@router.get(
    "/schemas", summary="Which schemas are there?", responses=d.gives("schemas-1"), tags=["description"]
)
async def schemas(request: Request, question: Annotated[Nothing, Query()]) -> Response:
    """List the schemas of what is sent and answered. A change that breaks a reader gets a new number."""
    found = {
        "schema": "thuishaven.schemas/1",
        "schemas": {name: f"/api/v1/schemas/{name}" for name in d.names()},
    }
    return answer(request, written(found), cache=SHARED)


@router.get(
    "/schemas/{name}",
    summary="The schema with this name",
    responses=d.gives_schema(),
    tags=["description"],
)
async def schema(request: Request, name: str, question: Annotated[Nothing, Query()]) -> Response:
    """Give a JSON Schema (2020-12), as ``dossier-1`` or ``cost-1``."""
    if name not in d.names():
        raise Refused("not_known", value=name[:60], expected=_near(name, d.names()))
    return answer(request, written(d.schema(name)), "application/schema+json", SHARED)


@router.get("/problems", summary="What can go wrong?", responses=d.gives("problems-1"), tags=["description"])
async def all_problems(request: Request, question: Annotated[Nothing, Query()]) -> Response:
    """List the kinds of problem, in the language of Accept-Language."""
    return _worded(request, {"schema": "thuishaven.problems/1"}, list(PROBLEMS))


@router.get(
    "/problems/{code}", summary="What does this mean?", responses=d.gives("problems-1"), tags=["description"]
)
async def problem(request: Request, code: str, question: Annotated[Nothing, Query()]) -> Response:
    """Describe one kind of problem: the type of a problem leads here."""
    if code not in PROBLEMS:
        raise Refused("not_known", value=code[:60], expected=_near(code, PROBLEMS))
    return _worded(request, {"schema": "thuishaven.problems/1"}, [code])


def _worded(request: Request, found: dict[str, Any], codes: list[str]) -> Response:
    from thuishaven.locale import _

    lang = problems.language(request)
    with use(lang):
        found["problems"] = [
            {"code": code, "status": int(PROBLEMS[code].status), "title": _(PROBLEMS[code].title)}
            for code in codes
        ]
    headers = {"Content-Language": lang, "Vary": "Accept-Language"}
    return answer(request, written(found), cache=SHARED, headers=headers)


@router.get(
    "/families",
    summary="Which starter dossiers are there?",
    responses=d.gives("families-1"),
    tags=["dossier"],
)
async def families(request: Request, question: Annotated[Nothing, Query()]) -> Response:
    """List the families of products that have a starter dossier."""
    from thuishaven.dossier import families as room

    found = {"schema": "thuishaven.families/1", "families": list(room.names())}
    return answer(request, written(found), cache=SHARED)


@router.get(
    "/families/{name}",
    summary="A starter dossier",
    responses=d.gives_files("yaml", "json", "xlsx"),
    tags=["dossier"],
)
async def family(request: Request, name: str, question: Annotated[StarterAsked, Query()]) -> Response:
    """Write a dossier to begin with: the questions, and ranges to replace."""
    from thuishaven.dossier import families as room

    if name not in room.names():
        raise Refused("not_known", value=name[:60], expected=_near(name, room.names()))
    kind = question.to.value
    content = await request.app.state.work.run(_starter, name, kind, question.lang)
    return answer(request, content, KINDS[kind], SHARED, download(name, kind))


def _starter(name: str, kind: str, lang: str) -> bytes:
    from thuishaven.dossier import Document, build, save, yaml
    from thuishaven.dossier import families as room

    text = room.new(name, lang)
    if kind == "yaml":
        return text.encode()
    tree = yaml.parse(text)
    with tempfile.TemporaryDirectory(prefix="thuishaven-") as folder:
        path = Path(folder) / f"dossier.{kind}"
        save(Document(build(tree), tree, None, text), path, lang)
        return path.read_bytes()


@router.get("/facts", summary="What is known?", responses=d.gives("parameters-1"), tags=["facts"])
async def parameters(request: Request, question: Annotated[Nothing, Query()]) -> Response:
    """List every parameter that facts are known of, with its unit and what it is asked by."""
    rows = [
        {"parameter": p.name, "unit": p.unit, "keys": list(p.keys), "label": p.label_en}
        for p in known_facts().parameters.values()
    ]
    found = {"schema": "thuishaven.facts.parameters/1", "parameters": rows}
    return answer(request, written(found), cache=SHARED)


@router.get("/facts/record", summary="One record", responses=d.gives("record-1"), tags=["facts"])
async def record(request: Request, question: Annotated[RecordAsked, Query()]) -> Response:
    """Give a record by its id, with its source."""
    facts = known_facts()
    try:
        found = facts.fact(question.id)
    except KeyError:
        name = question.id.partition("@")[0].partition("[")[0]
        near = _near(question.id, [fact.id for fact in facts.find(name)] or list(facts.parameters))
        raise Refused("not_known", value=question.id[:80], expected=near) from None
    return answer(request, written(fact_dict(found, facts)), cache=SHARED)


@router.get(
    "/facts/{parameter}", summary="What is known about this?", responses=d.gives("fact-1"), tags=["facts"]
)
async def fact(request: Request, parameter: str, question: Annotated[FactAsked, Query()]) -> Response:
    """Answer a question with its record, its age and the steps that were needed.

    With every key of the parameter, as ``key=iso3=NLD``, ``answer`` holds the one answer; with fewer keys
    ``records`` holds all records that fit.
    """
    facts = known_facts()
    known = facts.parameters.get(parameter)
    if known is None:
        raise Refused("not_known", value=parameter[:60], expected=_near(parameter, facts.parameters))
    keys = _keys(question.key, known.keys)
    found: dict[str, Any] = {
        "schema": "thuishaven.fact/1",
        "parameter": {
            "parameter": known.name,
            "unit": known.unit,
            "keys": list(known.keys),
            "label": known.label_en,
        },
        "answer": None,
        "records": [],
    }
    if set(keys) == set(known.keys):
        try:
            found["answer"] = answer_dict(facts.lookup(parameter, keys, question.on), facts)
        except FactMissing:
            asked = ", ".join(f"{key}={value}" for key, value in keys.items())
            examples = [", ".join("=".join(pair) for pair in item.keys) for item in facts.find(parameter)]
            near = _near(asked, examples) if examples else "-"
            raise Refused("not_known", value=f"{parameter} ({asked})", expected=near) from None
    else:
        found["records"] = [fact_dict(item, facts) for item in facts.find(parameter, **keys)]
    return answer(request, written(found), cache=SHARED)


@router.get("/sources", summary="Who says so?", responses=d.gives("sources-1"), tags=["facts"])
async def sources(request: Request, question: Annotated[SourcesAsked, Query()]) -> Response:
    """List the sources: who published what, under which licence, and where to read it."""
    facts = known_facts()
    wanted = question.words.casefold().split()
    counts: dict[str, int] = {}
    for item in facts:
        counts[item.source_id] = counts.get(item.source_id, 0) + 1
    rows = [
        {**asdict(source), "records": counts.get(source.source_id, 0)}
        for source in facts.sources.values()
        if all(word in " ".join(asdict(source).values()).casefold() for word in wanted)
    ]
    found = {"schema": "thuishaven.facts.sources/1", "sources": rows}
    return answer(request, written(found), cache=SHARED)


@router.get("/sources/{source_id}", summary="One source", responses=d.gives("sources-1"), tags=["facts"])
async def source(request: Request, source_id: str, question: Annotated[Nothing, Query()]) -> Response:
    """Give one source, with the number of records that rest on it."""
    facts = known_facts()
    found = facts.sources.get(source_id)
    if found is None:
        raise Refused("not_known", value=source_id[:60], expected=_near(source_id, facts.sources))
    count = sum(1 for item in facts if item.source_id == source_id)
    rows = {"schema": "thuishaven.facts.sources/1", "sources": [{**asdict(found), "records": count}]}
    return answer(request, written(rows), cache=SHARED)


def fact_dict(found: Fact, facts: FactSet) -> dict[str, Any]:
    """A record with its source, in plain form."""
    publisher = facts.sources.get(found.source_id)
    return dict(
        plain(
            {
                "schema": "thuishaven.facts.record/1",
                "id": found.id,
                **asdict(found),
                "keys": dict(found.keys),
                "source": None if publisher is None else asdict(publisher),
            }
        )
    )


def answer_dict(found: Answer, facts: FactSet) -> dict[str, Any]:
    """An answer with its record and source, in plain form."""
    return dict(
        plain(
            {
                "schema": "thuishaven.facts.answer/1",
                "parameter": found.parameter.name,
                "value": found.value,
                "low": found.low,
                "high": found.high,
                "unit": found.unit,
                "age_months": found.age_months,
                "stale": found.stale,
                "gsd": found.gsd,
                "fallbacks": [step.to_dict() for step in found.fallbacks],
                "newer_official": found.newer_official,
                "record": fact_dict(found.fact, facts),
            }
        )
    )


def _keys(given: tuple[str, ...], known: tuple[str, ...]) -> dict[str, str]:
    found, wrong = {}, []
    for pair in given:
        name, sign, value = pair.partition("=")
        if not (name and sign and value):
            wrong.append(Problem("setting_form", "key", {"value": pair[:60], "example": "iso3=NLD"}))
        elif name not in known:
            params = {
                "value": name[:40],
                "expected": ", ".join(known) or "-",
                "example": f"{known[0]}=…" if known else "-",
            }
            wrong.append(Problem("unknown_choice", "key", params))
        found[name] = value
    if wrong:
        raise DossierError(wrong)
    return found


def _near(name: str, known: Any) -> str:
    names = [str(item) for item in known]
    close = get_close_matches(name, names, n=NEAR, cutoff=0.4) or names[:NEAR]
    return ", ".join(close)
