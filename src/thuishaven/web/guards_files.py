"""Files that come in and go out: told by their first bytes, under names that we make."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

from thuishaven.web.guards import Refusal

#: What a file may be: XLSX is a zip; the rest is text, told apart by how it begins.
XLSX, JSON, YAML, CSV = "xlsx", "json", "yaml", "csv"
KINDS = {
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    JSON: "application/json",
    YAML: "application/yaml",
    CSV: "text/csv; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "svg": "image/svg+xml",
    "parquet": "application/vnd.apache.parquet",
}
_ZIP = b"PK\x03\x04"
_BOM = b"\xef\xbb\xbf"
#: How files begin that some would send, and that we never read.
_REFUSED = (
    b"%PDF",
    b"\xd0\xcf\x11\xe0",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!",
    b"MZ",
    b"\x7fELF",
)
_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")


def kind_of(content: bytes, table: bool = False) -> str:
    """What a file is, by how it begins, whatever it is called.

    Parameters
    ----------
    content
        The file.
    table
        Whether a text is a table (CSV) rather than YAML.

    Raises
    ------
    Refusal
        For a kind that is not read here.

    Examples
    --------
    >>> kind_of(b"PK\\x03\\x04..."), kind_of(b' {"thuishaven": 1}'), kind_of(b"thuishaven: 1")
    ('xlsx', 'json', 'yaml')
    """
    if content.startswith(_ZIP):
        return XLSX
    start = content.removeprefix(_BOM).lstrip()[:8]
    if content.startswith(_REFUSED) or start[:1] == b"<":
        expected = ".csv, .xlsx" if table else ".yaml, .json, .xlsx"
        raise Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unknown_kind", expected=expected)
    if table:
        return CSV
    return JSON if start[:1] in (b"{", b"[") else YAML


@contextmanager
def on_disk(content: bytes, kind: str, stem: str = "dossier") -> Iterator[Path]:
    """The file on disk for as long as it is read, in a folder of its own, under a name of ours."""
    with tempfile.TemporaryDirectory(prefix="thuishaven-") as folder:
        path = Path(folder) / f"{stem}.{kind}"
        path.write_bytes(content)
        yield path


def download(title: str, kind: str) -> dict[str, str]:
    """The headers with which a file is offered to be saved (RFC 6266, RFC 8187).

    Parameters
    ----------
    title
        What it is about, in any script; only for the name.
    kind
        The end of the name.

    Examples
    --------
    >>> download('Pot "30 cm"/été', "pdf")["Content-Disposition"]
    'attachment; filename="Pot-30-cm-ete.pdf"; filename*=UTF-8\\'\\'Pot%2030%20cm%20%C3%A9t%C3%A9.pdf'
    """
    clean = " ".join(
        re.sub(r"[\\/:*?\"<>|]", " ", "".join(c for c in title if unicodedata.category(c)[0] != "C")).split()
    ).strip(". ")[:80]
    flat = unicodedata.normalize("NFKD", clean).encode("ascii", "ignore").decode()
    plain = _PLAIN.sub("-", flat).strip("-.") or "thuishaven"
    full = quote(f"{clean or 'thuishaven'}.{kind}", safe="")
    value = f"attachment; filename=\"{plain}.{kind}\"; filename*=UTF-8''{full}"
    return {"Content-Disposition": value}
