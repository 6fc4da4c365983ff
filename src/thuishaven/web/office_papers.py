"""Papers of one project: what another authority is handed, and a visit prepared in one page."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

from thuishaven.access import AccessError, Denied, NotFound
from thuishaven.databank.office import Handovers, Projects
from thuishaven.locale import LANGUAGES, use
from thuishaven.web import people
from thuishaven.web.office_pages import store
from thuishaven.web.office_papers_handover import handover_paper
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
        names={one.consent.receiver: one.name for one in receivers},
        made=[step for step in handovers.projects.time_line(actor, project) if step.kind == "handover"],
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
