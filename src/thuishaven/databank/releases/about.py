"""What stands beside the data: data package, CSV on the Web, codebook, DCAT, citation and what changed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from thuishaven.databank.releases.schema import Column, Sheet, sheets
from thuishaven.databank.releases.writing import CSV, MANIFEST, sha256

LICENCE = "CC-BY-4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"
#: A day as exact as it is known.
DAY_PATTERN = r"\d{4}(-\d{2}(-\d{2})?)?"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_AUTHORITY = "http://publications.europa.eu/resource/authority"
_FILE_TYPES = f"{_AUTHORITY}/file-type/"
_THEME, _ACCESS = f"{_AUTHORITY}/data-theme/ECON", f"{_AUTHORITY}/access-right/PUBLIC"
_FORMATS = {
    ".csv": ("CSV", "text/csv"),
    ".jsonl": ("JSON", "application/jsonl"),
    ".parquet": ("PARQUET", "application/vnd.apache.parquet"),
    ".db": ("SQLITE", "application/vnd.sqlite3"),
}
_FRICTIONLESS = {"day": "string", "datetime": "datetime", "json": "object"}
_CSVW = {"day": "string", "datetime": "dateTimeStamp", "json": "json"}


@dataclass(frozen=True, slots=True)
class About:
    """What a release says of itself.

    Parameters
    ----------
    version
        ``YYYY.N``.
    at
        When it was made.
    title, description
        In English and Dutch, by language.
    publisher
        Who gives it out.
    address
        Where releases stand on the web, ending in ``/``; empty when that is not known: then addresses in the
        descriptions are relative to them.
    doi
        Its DOI, or empty.
    contact
        An address for questions, or empty.
    """

    version: str
    at: dt.datetime
    title: Mapping[str, str]
    description: Mapping[str, str]
    publisher: str
    address: str = ""
    doi: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to a case since the release before: ``kind`` is added, changed, withdrawn or left_out."""

    kind: str
    case: str
    number: int
    version: int
    reason: str


def datapackage(folder: Path, about: About, rows: Mapping[str, int]) -> dict[str, Any]:
    """A tabular data package (Frictionless): schemas, keys and hashes."""
    resources = []
    for name, sheet in sheets().items():
        path = folder / CSV / f"{name}.csv"
        resources.append(
            {
                "name": name.replace("_", "-"),
                "path": f"{CSV}/{name}.csv",
                "profile": "tabular-data-resource",
                "title": sheet.texts["en"],
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": path.stat().st_size,
                "hash": f"sha256:{sha256(path)}",
                "dialect": {"delimiter": ",", "lineTerminator": "\n", "doubleQuote": True, "header": True},
                "schema": _table_schema(sheet),
            }
        )
    found: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": "thuishaven-databank",
        "title": about.title["en"],
        "description": about.description["en"],
        "version": about.version,
        "created": about.at.isoformat(timespec="seconds"),
        "licenses": [{"name": LICENCE, "path": LICENCE_URL}],
        "contributors": [{"title": about.publisher, "role": "publisher"}],
        "resources": resources,
    }
    if about.address:
        found["homepage"] = about.address
    if about.doi:
        found["id"] = f"https://doi.org/{about.doi}"
    return found


def _table_schema(sheet: Sheet) -> dict[str, Any]:
    foreign = [
        {
            "fields": column.name,
            "reference": {"resource": column.refers[0].replace("_", "-"), "fields": column.refers[1]},
        }
        for column in sheet.columns
        if column.refers
    ]
    key = list(sheet.key)
    found: dict[str, Any] = {
        "fields": [_field(column) for column in sheet.columns],
        "primaryKey": key if len(key) > 1 else key[0],
        "missingValues": [""],
    }
    return found | ({"foreignKeys": foreign} if foreign else {})


def _field(column: Column) -> dict[str, Any]:
    rules: dict[str, Any] = {"required": True} if column.required else {}
    if column.type == "day":
        rules["pattern"] = DAY_PATTERN
    found = {
        "name": column.name,
        "type": _FRICTIONLESS.get(column.type, column.type),
        "description": column.texts["en"],
    }
    if column.type == "datetime":
        found["format"] = "%Y-%m-%dT%H:%M:%S.%fZ"
    return found | ({"constraints": rules} if rules else {})


def csvw(about: About) -> dict[str, Any]:
    """Metadata of CSV on the Web for all tables together; it stands beside them."""
    tables = []
    for name, sheet in sheets().items():
        schema: dict[str, Any] = {
            "columns": [
                {
                    "name": column.name,
                    "titles": column.name,
                    "dc:description": [
                        {"@value": text, "@language": code} for code, text in column.texts.items()
                    ],
                    "datatype": {"base": "string", "format": DAY_PATTERN}
                    if column.type == "day"
                    else _CSVW.get(column.type, column.type),
                    "required": column.required,
                }
                for column in sheet.columns
            ],
            "primaryKey": list(sheet.key),
        }
        foreign = [
            {
                "columnReference": column.name,
                "reference": {"resource": f"{column.refers[0]}.csv", "columnReference": column.refers[1]},
            }
            for column in sheet.columns
            if column.refers
        ]
        if foreign:
            schema["foreignKeys"] = foreign
        tables.append({"url": f"{name}.csv", "dc:title": sheet.texts["en"], "tableSchema": schema})
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": about.title["en"],
        "dc:license": {"@id": LICENCE_URL},
        "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\n"]},
        "tables": tables,
    }


def codebook(language: str, rows: Mapping[str, int]) -> str:
    """The codebook in English or Dutch, as Markdown: every table and every column."""
    words = {
        "en": ("Codebook", "rows", "column", "holds", "type", "key", "refers to"),
        "nl": ("Codeboek", "rijen", "kolom", "inhoud", "soort", "sleutel", "verwijst naar"),
    }[language]
    title, count, *heads = words
    key = heads[-2]
    lines = [f"# {title}", ""]
    for name, sheet in sheets().items():
        lines += [f"## {name}", "", f"{sheet.texts[language]}. {rows[name]} {count}.", ""]
        lines += [f"| {heads[0]} | {heads[1]} | {heads[2]} | |", "| --- | --- | --- | --- |"]
        for column in sheet.columns:
            more = [key] if column.key else []
            more += [f"{heads[-1]} {'.'.join(column.refers)}"] if column.refers else []
            text = column.texts[language].replace("|", "\\|")
            lines.append(f"| {column.name} | {text} | {column.type} | {', '.join(more)} |")
        lines.append("")
    return "\n".join(lines)


def citation(about: About, snapshot: str) -> str:
    """``CITATION.cff`` (Citation File Format 1.2.0)."""

    def said(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    lines = [
        "cff-version: 1.2.0",
        "message: " + said("Cite the version that you used, and the date."),
        "type: dataset",
        "title: " + said(about.title["en"]),
        "abstract: " + said(about.description["en"]),
        "version: " + said(about.version),
        f"date-released: {about.at.date().isoformat()}",
        "authors:",
        "  - name: " + said(about.publisher),
        f"license: {LICENCE}",
    ]
    lines += [f"doi: {said(about.doi)}"] if about.doi else []
    lines += [f"url: {said(about.address + about.version + '/')}"] if about.address else []
    lines += ["identifiers:", "  - type: other", f"    value: sha256:{snapshot}"]
    lines.append("    description: " + said(f"SHA-256 of {MANIFEST}"))
    return "\n".join(lines) + "\n"


def changelog(about: About, previous: str, changes: Sequence[Change], reason: str) -> str:
    """What changed since the release before, with the reasons, as Markdown."""
    lines = [f"# {about.version} ({about.at.date().isoformat()})", "", reason, ""]
    if not previous:
        lines += ["The first release.", ""]
    for kind, title in (
        ("added", "Added"),
        ("changed", "Changed"),
        ("withdrawn", "Withdrawn"),
        ("left_out", "Left out"),
    ):
        some = [one for one in changes if one.kind == kind]
        if some and previous:
            lines += [f"## {title} since {previous}", ""]
            lines += [
                f"- {one.number}"
                + (f", version {one.version}" if one.version else "")
                + f": {_line(one.reason)}"
                for one in some
            ]
            lines.append("")
    if previous and not changes:
        lines += [f"No case changed since {previous}.", ""]
    return "\n".join(lines)


def _line(text: str) -> str:
    return " ".join(text.split())


def dcat(folder: Path, about: About, snapshot: str) -> str:
    """The release as DCAT-AP 3, in Turtle: a catalogue with one dataset and its files.

    Addresses are relative to this file unless the release knows where it stands.
    """
    paths = sorted(path for path in folder.rglob("*") if path.suffix in _FORMATS and path.is_file())
    names = [path.relative_to(folder).as_posix() for path in paths]
    lines = [f"@base <{about.address}{about.version}/> ."] if about.address else []
    lines += [
        "@prefix adms: <http://www.w3.org/ns/adms#> .",
        "@prefix dcat: <http://www.w3.org/ns/dcat#> .",
        "@prefix dct: <http://purl.org/dc/terms/> .",
        "@prefix foaf: <http://xmlns.com/foaf/0.1/> .",
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .",
        "@prefix spdx: <http://spdx.org/rdf/terms#> .",
        "@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .",
        f"@prefix xsd: <{_XSD}> .",
        "",
        "<#catalogue> a dcat:Catalog ;",
        *_texts("dct:title", about.title),
        *_texts("dct:description", about.description),
        "    dct:publisher <#publisher> ;",
        f"    dct:license <{LICENCE_URL}> ;",
        "    dcat:dataset <#dataset> .",
        "",
        f"<#publisher> a foaf:Agent ; foaf:name {_quoted(about.publisher)} .",
        f"<{LICENCE_URL}> a dct:LicenseDocument .",
        f"<{_THEME}> a skos:Concept .",
        f"<{_ACCESS}> a dct:RightsStatement .",
        "",
        "<#dataset> a dcat:Dataset ;",
        *_texts("dct:title", about.title),
        *_texts("dct:description", about.description),
        f"    dct:identifier {_quoted(about.doi or f'thuishaven-databank-{about.version}')} ;",
        f"    dcat:version {_quoted(about.version)} ;",
        f"    dct:issued {_quoted(about.at.date().isoformat())}^^xsd:date ;",
        "    dct:publisher <#publisher> ;",
        '    dcat:keyword "reshoring"@en, "terughalen van productie"@nl ;',
        f"    dcat:theme <{_THEME}> ;",
        f"    dct:accessRights <{_ACCESS}> ;",
    ]
    if about.contact:
        lines.append("    dcat:contactPoint <#contact> ;")
    lines += [f"    dcat:distribution <#{name}> ;" for name in names]
    lines += [f"    adms:versionNotes {_quoted('sha256:' + snapshot)} .", ""]
    if about.contact:
        lines += [f"<#contact> a vcard:Kind ; vcard:hasEmail <mailto:{about.contact}> .", ""]
    kinds = sorted({_FORMATS[path.suffix] for path in paths})
    lines += [f"<{_FILE_TYPES}{kind}> a dct:MediaTypeOrExtent ." for kind, _ in kinds]
    lines += [
        f"<https://www.iana.org/assignments/media-types/{media}> a dct:MediaType ." for _, media in kinds
    ]
    lines += ["spdx:checksumAlgorithm_sha256 a spdx:ChecksumAlgorithm .", ""]
    for name, path in zip(names, paths, strict=True):
        kind, media = _FORMATS[path.suffix]
        lines += [
            f"<#{name}> a dcat:Distribution ;",
            f"    dct:title {_quoted(name)}@en ;",
            f"    dcat:accessURL <{name}> ;",
            f"    dcat:downloadURL <{name}> ;",
            f"    dct:license <{LICENCE_URL}> ;",
            f"    dct:format <{_FILE_TYPES}{kind}> ;",
            f"    dcat:mediaType <https://www.iana.org/assignments/media-types/{media}> ;",
            f'    dcat:byteSize "{path.stat().st_size}"^^xsd:nonNegativeInteger ;',
            "    spdx:checksum [ a spdx:Checksum ; spdx:algorithm spdx:checksumAlgorithm_sha256 ;",
            f'        spdx:checksumValue "{sha256(path)}"^^xsd:hexBinary ] .',
            "",
        ]
    return "\n".join(lines)


def _texts(name: str, texts: Mapping[str, str]) -> list[str]:
    return [f"    {name} {_quoted(text)}@{language} ;" for language, text in texts.items()]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
