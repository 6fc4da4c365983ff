"""Papers of one project: what another authority is handed, and a visit prepared in one page."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import Response

from thuishaven.access import AccessError, Denied, NotFound
from thuishaven.databank.office import Handovers, Project, Projects, Promises, Tasks, beside
from thuishaven.locale import LANGUAGES, _, use
from thuishaven.report.cases import code_name
from thuishaven.web import people
from thuishaven.web.office_pages import colleagues, store
from thuishaven.web.office_papers_handover import handover_paper
from thuishaven.web.office_papers_visit import CASES, NOTES, Visit, visit_paper
from thuishaven.web.office_papers_words import HTML, PDF, file_of, paper_sheet, wrong
from thuishaven.web.people_forms import text
from thuishaven.web.rendering import Form, pages, spoken

router = pages()


def _handovers(request: Request) -> Handovers:
    return Handovers(Projects(store(request)), people.rooms(request).dossiers)


@router.get("/office/projects/{project}/handover")
def handover(request: Request, project: str) -> Response:
    """To which authorities a project can be handed over, what each would see, and what was handed over."""
    return _handover_page(request, project)


def _handover_page(request: Request, project: str, error: AccessError | None = None) -> Response:
    actor, handovers = people.required(request), _handovers(request)
    found = handovers.projects.get(actor, project)
    receivers = handovers.receivers(actor, project)
    with use(spoken(request)):
        problems = [(str(error.params.get("field", "")), wrong(error))] if error is not None else []
    return paper_sheet(
        request,
        "handover.html",
        problems=problems,
        project=found,
        receivers=[(one, *handovers.covered(one.consent)) for one in receivers],
        made=handovers.made(actor, project),
        kinds=(PDF, HTML),
    )


@router.post("/office/projects/{project}/handover")
async def hand_over(request: Request, lang: str, project: str, form: Form) -> Response:
    """Make the paper, which is an event each time; the file is the answer."""

    def made() -> Response:
        actor = people.required(request)
        kind, language = text(form, "kind", 4) or PDF, text(form, "language", 2) or lang
        try:
            if kind not in (PDF, HTML) or language not in LANGUAGES:
                raise AccessError("paper_form", field="kind")
            found = _handovers(request).make(
                actor, project, text(form, "consent", 32), kind=kind, language=language
            )
        except (NotFound, Denied):
            raise
        except AccessError as error:
            return _handover_page(request, project, error)
        return file_of(
            handover_paper(found, language), kind, f"{found.told.get('title', '')} {found.receiver}"
        )

    answer: Response = await request.app.state.work.run(made)
    return answer


# ---- a visit


@router.get("/office/projects/{project}/visit")
def visit(request: Request, lang: str, project: str) -> Response:
    """A visit prepared in one page."""
    found, hits = _visit(request, project)
    paper = visit_paper(found, lang if lang in LANGUAGES else "en")
    return paper_sheet(
        request,
        "visit.html",
        project=found.project,
        # Room to write is for paper.
        blocks_of=tuple(block for block in paper.blocks if getattr(block, "id", "") != NOTES),
        worked=found.lying is None or found.lying.noted is not None,
        hits=hits,
    )


@router.get("/office/projects/{project}/visit.pdf")
async def visit_file(request: Request, lang: str, project: str) -> Response:
    """The same, to print and to write on."""

    def made() -> Response:
        found, _hits = _visit(request, project)
        return file_of(visit_paper(found, lang if lang in LANGUAGES else "en"), PDF, found.project.company)

    answer: Response = await request.app.state.work.run(made)
    return answer


def _visit(request: Request, project: str) -> tuple[Visit, list[tuple[str, str]]]:
    """What a visit is prepared from, and the similar public cases: address and name."""
    from thuishaven.databank import tree_of

    actor, projects = people.required(request), Projects(store(request))
    found = projects.get(actor, project)
    # Who may only read the project does not prepare a visit: what follows is refused to them.
    decisions = projects.decisions(actor, project)
    lying = beside(projects, actor, [project]).get(project)
    tree: Any = {}
    if lying is not None:
        content = people.rooms(request).dossiers.get(actor, lying.dossier, lying.version).content
        tree = tree_of(content)["dossier"]
    tree = tree if isinstance(tree, dict) else {}
    with use(spoken(request)):
        hits = _similar(request, found, tree)
        paper = Visit(
            found,
            colleagues(request, actor).get(found.adviser, ""),
            lying,
            tree,
            decisions,
            Promises(projects).of(actor, project),
            [one for one in Tasks(projects.store).of(actor, project) if one.state == "open"],
            [(name, state) for _address, name, state in hits],
            _schemes(found.country),
            projects.store.clock(),
        )
    return paper, [(address, name) for address, name, _state in hits]


def _similar(request: Request, project: Project, tree: Any) -> list[tuple[str, str, str]]:
    """Public cases that are like a project: address, name, and what became of them."""
    from thuishaven.databank.cases import Cases

    origin = ""
    plans = tree.get("plans")
    if isinstance(plans, list) and plans and isinstance(plans[0], dict):
        sources = plans[0].get("sources") or [{}]
        origin = str(sources[0].get("country", "")) if isinstance(sources[0], dict) else ""
    if not project.nace and not origin:
        return []
    room = Cases(people.rooms(request).database.public)
    hits = room.similar(people.actor(request), sector=project.nace, origin=origin, count=CASES)
    return [(hit.case, str(hit.card["name"]), code_name("status", hit.card["state"])) for hit in hits]


def _schemes(country: str) -> list[str]:
    """Names of the wage subsidies of a country."""
    from thuishaven.region import schemes

    return [_(one.name_en) for one in schemes().values() if one.country == country]
