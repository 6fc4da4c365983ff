"""Lists of cases: sent, looked at before anything changes, taken in while the page tells how far it is.

What was sent is kept as a draft of the server for a day, so that an import that was cut off goes on with a
button. Whoever has lost it sends the same list again: what is in already stays in.
"""

from __future__ import annotations

import csv
import io
import logging
import threading
from collections.abc import Collection
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import FormData, UploadFile

from thuishaven.access import AccessError, Actor, NotFound, Object, fingerprint, require
from thuishaven.databank.cases import FORMATS, SEEDS, Imports, Preview
from thuishaven.web.desk_pages import (
    WORK,
    Problems,
    names,
    problems_of,
    sheet,
    status_of,
    store,
    worker,
)
from thuishaven.web.people_forms import text
from thuishaven.web.rendering import Form, onward, pages
from thuishaven.web.store import DraftGone, DraftStore

log = logging.getLogger("thuishaven.web")
router = pages()
#: How the reference of a list begins.
MARK = "l."
#: Entries in one change: the page tells after each how far it is.
PART = 2**8
#: Wrong rows that are shown; all of them are counted.
SHOWN = 2**7
#: Seconds after which a page with a running import looks again.
AGAIN = 2
_MEGABYTE = 10**6
#: Characters of one cell at most, as csv reads by itself.
_WIDEST = 2**17
_FORMS_READ = tuple(FORMATS)


@dataclass(frozen=True, slots=True)
class Kept:
    """A list that was sent: its reference, name and text."""

    token: str
    name: str
    text: str

    @property
    def digest(self) -> str:
        """What an import of this very list is known by."""
        return fingerprint(self.text.encode())


class Runs:
    """The imports that this server is at: one thread for each list."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._threads: dict[tuple[str, ...], threading.Thread] = {}
        self._failed: dict[tuple[str, ...], AccessError] = {}

    def begin(self, imports: Imports, actor: Actor, kept: Kept) -> None:
        """Take a list in, unless that is being done."""
        key = _key(imports, kept)
        with self._lock:
            if self.busy(imports, kept):
                return
            self._failed.pop(key, None)
            run = threading.Thread(target=self._run, args=(key, imports, actor, kept), daemon=True)
            self._threads[key] = run
            run.start()

    def busy(self, imports: Imports, kept: Kept) -> bool:
        """Whether a list is being taken in here and now."""
        run = self._threads.get(_key(imports, kept))
        return run is not None and run.is_alive()

    def failed(self, imports: Imports, kept: Kept) -> AccessError | None:
        """Why an import stopped, if it did."""
        return self._failed.get(_key(imports, kept))

    def _run(self, key: tuple[str, ...], imports: Imports, actor: Actor, kept: Kept) -> None:
        try:
            imports.run(actor, kept.text, kept.name)
        except AccessError as error:
            self._failed[key] = error
        except Exception as error:
            log.error("broken", exc_info=error)
            self._failed[key] = AccessError("import_broken")
        finally:
            self._threads.pop(key, None)


def _key(imports: Imports, kept: Kept) -> tuple[str, ...]:
    """What an import is known by among those of this process."""
    return (str(imports.store.engine.url), kept.name, kept.digest)


_runs = Runs()


def importer(request: Request) -> Actor:
    """Who is signed in and may take lists in.

    Raises
    ------
    Denied
        When their roles do not reach it.
    """
    actor = worker(request)
    require(actor, "import", Object("case_work", confidentiality=WORK))
    return actor


def _imports(request: Request) -> Imports:
    return Imports(store(request), PART)


@router.get("/desk/imports")
def imports(request: Request) -> Response:
    """What was taken in, and a form to send a list."""
    return _imports_page(request, importer(request))


def _imports_page(request: Request, actor: Actor, problems: Problems = (), status: int = 0) -> Response:
    batches = _imports(request).batches(actor)
    return sheet(
        request,
        "imports.html",
        actor,
        problems=problems,
        status=status,
        batches=batches,
        names=names(request, actor),
        seeded=any(one.source == SEEDS[0] and one.state != "undone" for one in batches),
        forms=_FORMS_READ,
        most=request.app.state.settings.upload_bytes // _MEGABYTE,
    )


@router.post("/desk/imports")
async def listed(request: Request, lang: str, form: Form) -> Response:
    """Keep a list that was sent, to look at it first."""
    content, name = await sent(form)
    seeds = form.get("seeds") == "yes"

    def keep() -> Response:
        actor = importer(request)
        drafts: DraftStore = request.app.state.store
        if seeds:
            _imports(request).seed(actor)
            return onward(f"/{lang}/desk/imports?done=seeded")
        try:
            told = readable(content)
        except AccessError as error:
            return _imports_page(request, actor, problems_of(request, error), status_of(error))
        chosen = text(form, "name", 64) or name or "list.csv"
        token, _draft = drafts.create(told, {"name": chosen, "by": actor.person}, MARK)
        return onward(f"/{lang}/desk/imports/list/{token}")

    answer: Response = await request.app.state.work.run(keep)
    return answer


async def sent(form: FormData) -> tuple[bytes, str]:
    """The file that came with a form, and its name without folders; nothing where none came."""
    file = form.get("list")
    if not isinstance(file, UploadFile):
        return b"", ""
    return await file.read(), (file.filename or "").rpartition("/")[2].rpartition("\\")[2][:64]


def readable(content: bytes, columns: Collection[str] = tuple(FORMATS.values())) -> str:
    """A list as text with commas; ``columns`` are names of which its heading should have one.

    Raises
    ------
    AccessError
        ``no_file``; ``not_text`` for what is no text in UTF-8; ``not_csv`` for a table without an end.
    """
    if not content:
        raise AccessError("no_file", field="list")
    try:
        told = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise AccessError("not_text", field="list") from None
    if any(ord(sign) < ord(" ") and sign not in "\t\r\n" for sign in set(told)):
        raise AccessError("not_text", field="list")
    told = with_commas(told, columns)
    lines = csv.reader(io.StringIO(told))
    try:
        # Whatever else in the process let csv read wider cells: a quote that never ends is no table.
        if any(len(cell) > _WIDEST for row in lines for cell in row):
            raise AccessError("not_csv", field="list", line=lines.line_num)
    except csv.Error:
        raise AccessError("not_csv", field="list", line=lines.line_num + 1) from None
    return told


def with_commas(told: str, columns: Collection[str] = tuple(FORMATS.values())) -> str:
    """A table as spreadsheet programs of Belgium and the Netherlands save it, with commas.

    >>> with_commas("case_ref;company\\nS1;Pots, Pans\\n")
    'case_ref,company\\nS1,"Pots, Pans"\\n'
    """
    heading = told.partition("\n")[0]
    for sign in (";", "\t"):
        names_ = {name.strip().strip('"') for name in heading.split(sign)}
        if len(names_) > 1 and names_ & set(columns):
            out = io.StringIO()
            try:
                rows = list(csv.reader(io.StringIO(told), delimiter=sign))
            except csv.Error:
                return told
            csv.writer(out, lineterminator="\n").writerows(rows)
            return out.getvalue()
    return told


def kept_list(request: Request, actor: Actor, token: str, mark: str = MARK) -> Kept:
    """The list with a reference, for whoever sent it; ``mark`` is how references of its kind begin.

    Raises
    ------
    AccessError
        ``list_gone`` when its day is over.
    NotFound
        When it was never sent, or by somebody else.
    """
    if not token.startswith(mark):
        raise NotFound("not_found", kind="list")
    drafts: DraftStore = request.app.state.store
    try:
        draft = drafts.load(token)
    except DraftGone:
        raise AccessError("list_gone", field="list") from None
    if draft.answers.get("by") != actor.person:
        raise NotFound("not_found", kind="list")
    return Kept(token, str(draft.answers.get("name", "")), draft.text)


@router.get("/desk/imports/list/{wanted}")
async def one_list(request: Request, wanted: str) -> Response:
    """A list: what taking it in would do, how far that is, or what came of it."""
    answer: Response = await request.app.state.work.run(_list_page, request, importer(request), wanted)
    return answer


def _list_page(request: Request, actor: Actor, token: str, problems: Problems = ()) -> Response:
    try:
        kept = kept_list(request, actor, token)
    except NotFound:
        raise
    except AccessError as error:
        return _imports_page(request, actor, problems_of(request, error), status_of(error))
    batch = _imports(request).of(actor, kept.name, kept.text)
    busy = _runs.busy(_imports(request), kept)
    preview: Preview | None = None
    wrong = list(problems)
    failed = _runs.failed(_imports(request), kept)
    if failed is not None and not busy:
        wrong += problems_of(request, failed)
    if not busy:
        try:
            preview = _imports(request).preview(actor, kept.text, kept.name)
        except AccessError as error:
            wrong += problems_of(request, error)
    return sheet(
        request,
        "list.html",
        actor,
        problems=[("" if field in {"list", "field"} else field, told) for field, told in wrong],
        kept=kept,
        batch=batch,
        busy=busy,
        again=AGAIN,
        preview=preview,
        shown=SHOWN,
    )


@router.post("/desk/imports/list/{wanted}")
def begun(request: Request, lang: str, wanted: str) -> Response:
    """Take a list in, or go on with it."""
    actor = importer(request)
    try:
        kept = kept_list(request, actor, wanted)
        preview = _imports(request).preview(actor, kept.text, kept.name)
    except NotFound:
        raise
    except AccessError as error:
        if error.code == "list_gone":
            return _imports_page(request, actor, problems_of(request, error), status_of(error))
        return _list_page(request, actor, wanted, problems_of(request, error))
    batch = _imports(request).of(actor, kept.name, kept.text)
    if preview.new or (batch is not None and batch.state == "running"):
        _runs.begin(_imports(request), actor, kept)
    return onward(f"/{lang}/desk/imports/list/{wanted}")


@router.get("/desk/imports/{batch}")
def one_import(request: Request, batch: str) -> Response:
    """One import, and taking it back."""
    return _import_page(request, importer(request), batch)


def _import_page(
    request: Request, actor: Actor, batch: str, problems: Problems = (), status: int = 0
) -> Response:
    found = next((one for one in _imports(request).batches(actor) if one.id == batch), None)
    if found is None:
        raise NotFound("not_found", kind="import_batch")
    return sheet(
        request,
        "import.html",
        actor,
        problems=problems,
        status=status,
        batch=found,
        names=names(request, actor),
        counted=_counted(request),
    )


def _counted(request: Request) -> list[int]:
    """How many cases were taken back and kept, after an import was undone."""
    asked = [request.query_params.get(name, "") for name in ("gone", "kept")]
    return [int(number) for number in asked] if all(one.isdecimal() and len(one) < 8 for one in asked) else []


@router.post("/desk/imports/{batch}/undo")
def undone(request: Request, batch: str, form: Form) -> Response:
    """Take an import back, as far as nobody worked on it."""
    actor = importer(request)
    try:
        gone, kept = _imports(request).undo(actor, batch, text(form, "reason", 2**12))
    except AccessError as error:
        return _import_page(request, actor, batch, problems_of(request, error), status_of(error))
    return onward(f"{request.url.path.removesuffix('/undo')}?done=undone&gone={gone}&kept={kept}")
