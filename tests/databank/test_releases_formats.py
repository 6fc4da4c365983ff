"""Each format of a release, read back by a program of its readers: none of them is ours."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from casework import ED, PRESS, REGISTER, pots, published
from databases import Clock, place
from thuishaven.databank import Database
from thuishaven.databank.cases import Statement
from thuishaven.databank.releases import Release, Releases, sheets

ADDRESS = "https://data.example/releases/"
#: A name and a text that a careless writer of CSV, SQL or Turtle would stumble over.
HOSTILE = 'Potten & "Co", N.V.\nsinds 1898; \\ =1+1'


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Release, Path]]:
    folder = tmp_path_factory.mktemp("release")
    with place("sqlite", folder) as where, Database(where, Clock()) as databank:
        more = [
            Statement("motive", "LEADTIME", PRESS, qualifiers={"stage": "ex_ante"}),
            Statement("jobs.announced", "30-40", PRESS, as_of="2012"),
            Statement("money.capex", "250000000", REGISTER, as_of="2017", qualifiers={"currency": "EUR"}),
            Statement("move.share_announced", "0.7", PRESS, as_of="2012"),
        ]
        published(databank.public, [*pots(organisation__name=HOSTILE), *more])
        published(
            databank.public, pots(organisation__name="Kachels bv", case__summary="Kachels, één voor één")
        )
        releases = Releases(databank.public, folder / "releases")
        found = releases.make(
            ED,
            'The first "release"',
            publisher="Agentschap",
            address=ADDRESS,
            doi="10.5281/zenodo.1",
            contact="a@b.example",
        )
        yield found, folder / "releases" / found.version


@pytest.fixture
def folder(made: tuple[Release, Path]) -> Path:
    return made[1]


def lines(folder: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / f"jsonl/{name}.jsonl").read_text("utf-8").splitlines()]


def test_frictionless_accepts_the_data_package(folder: Path) -> None:
    import frictionless

    package = frictionless.Package(str(folder / "datapackage.json"))
    report = package.validate()
    assert report.valid, report.flatten(["name", "type", "message"])
    assert len(sheets()) == len(package.resources)
    (first,) = (one for one in package.get_resource("organisations").read_rows() if "Co" in one["name"])
    assert HOSTILE == first["name"]


def test_frictionless_finds_a_value_that_rests_on_nothing(folder: Path, tmp_path: Path) -> None:
    import shutil

    import frictionless

    other = tmp_path / "damaged"
    shutil.copytree(folder, other)
    path = other / "csv/jobs.csv"
    path.write_text(path.read_text("utf-8").rsplit(",", 1)[0] + ",99999\n", encoding="utf-8")
    report = frictionless.Package(str(other / "datapackage.json")).validate()
    assert (
        {"foreign-key", "hash-count", "byte-count"}
        >= {kind for (kind,) in report.flatten(["type"])}
        >= {"foreign-key"}
    )


def test_pandas_reads_csv_json_and_parquet_alike(folder: Path) -> None:
    import pandas as pd

    for name, sheet in sheets().items():
        plain = pd.read_csv(folder / f"csv/{name}.csv", dtype=str, keep_default_na=False)
        assert list(sheet.names) == list(plain.columns)
        assert len(lines(folder, name)) == len(plain)
        parquet = pd.read_parquet(folder / f"parquet/{name}.parquet", engine="pyarrow")
        assert list(sheet.names) == list(parquet.columns)
        for column in sheet.columns:
            expected = [row[column.name] for row in lines(folder, name)]
            found = [None if pd.isna(value) else value for value in parquet[column.name]]
            if column.type == "datetime":
                expected = [pd.Timestamp(value) for value in expected]
                found = [pd.Timestamp(value, tz=None if value.tzinfo else "UTC") for value in found]
            assert expected == found, (name, column.name)


def test_datasette_shows_the_sqlite_file(folder: Path) -> None:
    from datasette.app import Datasette

    metadata = json.loads((folder / "sqlite/metadata.json").read_text("utf-8"))

    async def look() -> tuple[Any, Any, str]:
        datasette = Datasette([str(folder / "sqlite/thuishaven.db")], metadata=metadata)
        await datasette.invoke_startup()
        table = await datasette.client.get("/thuishaven/jobs.json?_shape=array&_labels=on")
        sql = "select count(*) as n from moves join cases using (\"case\") where to_country = 'NLD'"
        count = await datasette.client.get("/thuishaven.json", params={"sql": sql, "_shape": "array"})
        page = await datasette.client.get("/thuishaven/cases")
        for database in datasette.databases.values():
            database.close()
        return table.json(), count.json(), page.text

    table, count, page = asyncio.run(look())
    assert [(30.0, 40.0, "2012")] == [(row["low"], row["high"], row["as_of"]) for row in table]
    assert [{"n": 2}] == count
    assert "CC-BY-4.0" in page
    assert "one decision of one organisation" in page


def test_a_validator_of_shapes_accepts_the_catalogue(folder: Path) -> None:
    import pyshacl
    import rdflib

    found = rdflib.Graph().parse(folder / "dcat.ttl", format="turtle")
    shapes = rdflib.Graph().parse(Path(__file__).parent / "dcat_ap_shapes.ttl", format="turtle")
    sound, _, text = pyshacl.validate(found, shacl_graph=shapes, advanced=False)
    assert sound, text
    dcat = rdflib.Namespace("http://www.w3.org/ns/dcat#")
    spdx = rdflib.Namespace("http://spdx.org/rdf/terms#")
    for one in found.subjects(rdflib.RDF.type, dcat.Distribution):
        (address,) = found.objects(one, dcat.downloadURL)
        assert str(address).startswith(f"{ADDRESS}2026.1/")
        path = folder / str(address).removeprefix(f"{ADDRESS}2026.1/")
        (checksum,) = found.objects(one, spdx.checksum)
        (digest,) = found.objects(checksum, spdx.checksumValue)
        assert hashlib.sha256(path.read_bytes()).hexdigest() == str(digest).lower()
    (title,) = found.objects(None, dcat.version)
    assert "2026.1" == str(title)


def test_the_validator_would_find_what_is_missing(folder: Path) -> None:
    import pyshacl
    import rdflib

    found = rdflib.Graph().parse(folder / "dcat.ttl", format="turtle")
    shapes = rdflib.Graph().parse(Path(__file__).parent / "dcat_ap_shapes.ttl", format="turtle")
    dcat = rdflib.Namespace("http://www.w3.org/ns/dcat#")
    one = next(found.subjects(rdflib.RDF.type, dcat.Distribution))
    found.remove((one, dcat.accessURL, None))
    assert not pyshacl.validate(found, shacl_graph=shapes)[0]


def test_csv_is_as_the_standard_has_it(folder: Path) -> None:
    for name in sheets():
        raw = (folder / f"csv/{name}.csv").read_bytes()
        # A line break of its own stands in quotes; there is no other carriage return and no mark in front.
        assert not raw.startswith(b"\xef\xbb\xbf")
        assert b"\r" not in raw
        assert raw.endswith(b"\n")
    with (folder / "csv/organisations.csv").open(encoding="utf-8", newline="") as text:
        assert HOSTILE in {row["name"] for row in csv.DictReader(text)}


def test_csv_on_the_web_describes_every_column(folder: Path) -> None:
    told = json.loads((folder / "csv/csv-metadata.json").read_text("utf-8"))
    assert "http://www.w3.org/ns/csvw" == told["@context"][0]
    for table in told["tables"]:
        with (folder / "csv" / table["url"]).open(encoding="utf-8", newline="") as text:
            rows = list(csv.DictReader(text))
            names = [column["name"] for column in table["tableSchema"]["columns"]]
        for column in table["tableSchema"]["columns"]:
            kind = column["datatype"]
            for row in rows:
                value = row[column["name"]]
                assert value or not column["required"]
                if value and isinstance(kind, dict):
                    assert re.fullmatch(kind["format"], value)
                if value and kind == "boolean":
                    assert value in {"true", "false"}
        keys = [tuple(row[name] for name in table["tableSchema"]["primaryKey"]) for row in rows]
        assert len(set(keys)) == len(keys)
        assert {*table["tableSchema"]["primaryKey"]} <= {*names}


def test_the_manifest_is_what_any_machine_computes(made: tuple[Release, Path]) -> None:
    release, folder = made
    text = (folder / "manifest.txt").read_bytes()
    assert release.hash == hashlib.sha256(text).hexdigest()
    paths = []
    for line in text.decode().splitlines():
        digest, path = line.split("  ")
        assert digest == hashlib.sha256((folder / path).read_bytes()).hexdigest()
        paths.append(path)
    assert sorted(paths) == paths
    assert {"csv", "jsonl"} == {path.split("/")[0] for path in paths}


def test_the_citation_file_says_what_to_cite(made: tuple[Release, Path]) -> None:
    release, folder = made
    told = yaml.safe_load((folder / "CITATION.cff").read_text("utf-8"))
    assert ("1.2.0", "dataset", "2026.1", "10.5281/zenodo.1", "CC-BY-4.0") == tuple(
        told[name] for name in ("cff-version", "type", "version", "doi", "license")
    )
    assert [{"name": "Agentschap"}] == told["authors"]
    assert "2026-11-22" == str(told["date-released"])
    assert f"sha256:{release.hash}" == told["identifiers"][0]["value"]
    assert {"message", "title", "abstract"} <= set(told)


@pytest.mark.parametrize(("language", "word"), [("en", "Codebook"), ("nl", "Codeboek")])
def test_the_codebook_names_every_column(folder: Path, language: str, word: str) -> None:
    text = (folder / f"codebook.{language}.md").read_text("utf-8")
    assert text.startswith(f"# {word}\n")
    for name, sheet in sheets().items():
        assert f"## {name}\n" in text
        for column in sheet.columns:
            assert f"| {column.name} | {column.texts[language]} |" in text


def test_the_first_changelog_gives_its_reason(folder: Path) -> None:
    text = (folder / "CHANGELOG.md").read_text("utf-8")
    assert '# 2026.1 (2026-11-22)\n\nThe first "release"\n\nThe first release.\n' == text
