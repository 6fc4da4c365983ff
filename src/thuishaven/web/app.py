"""The application: its routes, in one place, in the order in which they are tried."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import FastAPI

from thuishaven.locale import LANGUAGES
from thuishaven.web import (
    account_pages,
    account_pages_admin,
    account_pages_elsewhere,
    account_pages_joining,
    account_pages_keys,
    account_pages_organisations,
    account_pages_own,
    assets,
    batch_pages,
    case_pages,
    case_pages_one,
    case_pages_report,
    case_release_pages,
    desk_pages,
    desk_pages_case,
    desk_pages_coding,
    desk_pages_imports,
    desk_pages_literature,
    desk_pages_pairs,
    dossier_desk,
    dossier_desk_pages,
    dossier_pages,
    draws_files,
    errors,
    explore_pages,
    fact_pages,
    guards,
    home,
    knowledge_pages,
    office_compare,
    office_feeds,
    office_own,
    office_pages,
    office_papers,
    office_projects,
    office_yearly,
    ops,
    org_pages,
    org_pages_comments,
    org_pages_history,
    people,
    people_forms,
    plan_pages,
    preference_pages,
    results_pages,
    scan_pages,
    share_pages,
    statistics_pages,
)
from thuishaven.web.api import create_api, refuse
from thuishaven.web.ops_settings import ServerSettings
from thuishaven.web.store import DraftStore


def create_app(
    settings: ServerSettings | None = None,
    *,
    languages: Sequence[str] = LANGUAGES,
    rooms: people.Rooms | None = None,
) -> FastAPI:
    """The pages and the HTTP interface as an ASGI application.

    Parameters
    ----------
    settings
        How to serve; by default as the environment says (``THUISHAVEN_*``).
    languages
        The languages that have pages. With ``xx`` among them, that language shows what was never offered for
        translation.
    rooms
        The databank to serve; by default the one that the settings name, which is made where it is missing.
    """
    chosen = settings or ServerSettings.read()
    app = FastAPI(title="Thuishaven", docs_url=None, redoc_url=None, openapi_url=None)
    store = DraftStore(chosen.database, chosen.draft_hours, chosen.draft_steps, chosen.most_drafts)
    app.state.settings = chosen
    app.state.languages = tuple(languages)
    app.state.store = store
    errors.install(app)
    dossier_desk.install(app)
    app.mount("/api/v1", create_api(app.state))
    for router in (
        assets.router,
        home.entrance,
        home.router,
        scan_pages.router,
        batch_pages.router,
        fact_pages.router,
        plan_pages.router,
        preference_pages.router,
        dossier_pages.router,
        draws_files.router,
        results_pages.router,
        explore_pages.router,
        knowledge_pages.router,
        statistics_pages.router,
        case_release_pages.router,
        case_pages.router,
        case_pages_report.router,
        # What comes after this stands behind an address that takes any word after /cases/.
        case_pages_one.router,
        account_pages.router,
        org_pages.router,
        dossier_desk_pages.router,
        org_pages_history.router,
        org_pages_comments.router,
        share_pages.router,
        account_pages_joining.router,
        account_pages_own.router,
        account_pages_keys.router,
        account_pages_organisations.router,
        account_pages_admin.router,
        account_pages_elsewhere.back,
        account_pages_elsewhere.router,
        office_pages.router,
        office_feeds.router,
        office_own.router,
        # Before the projects: their forms take any word at the end of an address.
        office_compare.router,
        office_papers.router,
        office_yearly.router,
        office_projects.router,
        desk_pages.router,
        desk_pages_case.router,
        desk_pages_coding.router,
        desk_pages_pairs.router,
        desk_pages_imports.router,
        desk_pages_literature.router,
    ):
        app.include_router(router)
    found = rooms or people.open_rooms(chosen)
    people.install(app, found)
    people_forms.install(app, found.accounts.policy.hashes_at_once, chosen.work_waiting)
    guards.install(app, chosen, refuse)
    ops.install(app, chosen, store)
    return app
