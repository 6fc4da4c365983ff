"""Explore: every plan nobody typed in, in every country we know enough about: ranked, on a map, to keep."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from thuishaven.dossier import to_tree
from thuishaven.dossier.yaml import plain
from thuishaven.locale import N_, _, language, use
from thuishaven.report import generated, subject, telling, words
from thuishaven.web import drafts, results
from thuishaven.web.ops_work import Memory
from thuishaven.web.pictures import picture_file
from thuishaven.web.rendering import Form, onward, page, pages, spoken
from thuishaven.web.results_pages import nothing
from thuishaven.web.waiting import patiently

router = pages()
#: Rows of the table unless all are asked for, and of one kind at most.
MOST, OF_A_KIND = 16, 3
_charts = Memory(32)


@router.get("/explore")
@patiently(
    N_("Explore"),
    N_("We work out what it would cost in every country, made by yourself or bought, and set it in order."),
)
async def overview(request: Request, lang: str) -> Response:
    """The ranking, by country and kind if asked, and the map."""
    desk, dossier = await drafts.with_dossier(request)
    if dossier is None:
        return nothing(request, desk, "explore")
    country, family = request.query_params.get("country", ""), request.query_params.get("family", "")

    def made() -> Response:
        with use(spoken(request), dossier.company.country):
            found = results.explored(dossier)
            options = found["options"]
            places = {option["id"]: place for place, option in enumerate(options, start=1)}
            chosen = [
                option
                for option in options
                if (not country or option["country"] == country)
                and (not family or option["family"] == family)
            ]
            everything = bool(country or family or request.query_params.get("all"))
            stay = next((option for option in options if option["family"] in ("stay", "today")), None)
            shown = chosen if everything else few(chosen)
            if stay is not None and stay not in shown:
                shown = [*shown, stay]
            return page(
                request,
                "explore.html",
                desk=desk,
                about=subject(dossier),
                options=shown,
                total=len(options),
                places=places,
                stay=stay,
                here={plan.id for plan in dossier.plans},
                name=generated.option_name,
                remark=generated.remark,
                telling=telling,
                words=words,
                charts=_pictures(dossier, found),
                countries=sorted(
                    ((code, words.country_name(code)) for code in {o["country"] for o in options}),
                    key=lambda pair: pair[1],
                ),
                families=_families(options),
                country=country,
                family=family,
                everything=everything,
                left_out=sorted(words.country_name(code) for code in found["left_out"]),
                saved=request.query_params.get("saved", ""),
            )

    response: Response = await request.app.state.work.run(made)
    return response


def few(options: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The best of each kind, so that one kind in many countries does not fill the page."""
    counted: dict[str, int] = {}
    shown = []
    for option in options:
        counted[option["family"]] = counted.get(option["family"], 0) + 1
        if counted[option["family"]] <= OF_A_KIND:
            shown.append(option)
    return shown[:MOST]


def _families(options: list[Mapping[str, Any]]) -> list[tuple[str, str]]:
    from thuishaven.alternatives import families

    known = families()
    return [(name, _(known[name].name_en)) for name in dict.fromkeys(option["family"] for option in options)]


def _pictures(dossier: Any, found: Mapping[str, Any]) -> list[Any]:
    from thuishaven.report import charts

    main = max(dossier.baseline.sources or (), key=lambda source: source.share)

    def drawn() -> list[Any]:
        made = charts.world_map(found, main.country, dossier.company.country), charts.frontier(found)
        return [results.elsewhere(chart) for chart in made]

    return _charts.get((results.fingerprint(dossier), language()), drawn)


@router.get("/explore/picture/{name}.svg")
async def picture(
    request: Request, lang: str, name: str, narrow: bool = False, shown: bool = False
) -> Response:
    """The map or the frontier as a file."""
    _desk, dossier = await drafts.with_dossier(request)
    if dossier is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)

    def made() -> Response:
        with use(spoken(request), dossier.company.country):
            found = _pictures(dossier, results.explored(dossier))
        chart = next((chart for chart in found if chart.id == name), None)
        if chart is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return picture_file(chart, narrow=narrow, shown=shown)

    response: Response = await request.app.state.work.run(made)
    return response


@router.post("/explore/save")
async def keep(request: Request, lang: str, form: Form) -> Response:
    """Put one of these plans into the dossier."""
    desk, dossier = await drafts.with_dossier(request)
    if desk is None or dossier is None:
        return onward(f"/{lang}/explore")
    name = str(form.get("plan", ""))

    def made() -> Response:
        try:
            plan = results.generated(dossier, name)
        except LookupError:
            raise HTTPException(HTTPStatus.NOT_FOUND) from None

        def change(tree: Any) -> Any:
            if all(known.get("id") != plan.id for known in tree["plans"]):
                tree["plans"].append(plain(to_tree(plan)))
            return tree

        kept = drafts.keep(request, desk, change)
        return drafts.with_cookie(request, onward(f"/{lang}/explore?saved={plan.id}"), kept.token)

    response: Response = await request.app.state.work.run(made)
    return response
