"""What is wrong is said: which kind, which field, what was expected, an example, in the reader's language."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from calling import EXAMPLES, JSON, XLSX, YAML, Caller, calling, example

from thuishaven.dossier.problems import CODES
from thuishaven.web.api.problems import KINDS


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    with calling(tmp_path_factory.mktemp("problems")) as client:
        yield client


@pytest.fixture(scope="module")
def shape(api: Caller) -> dict[str, Any]:
    found: dict[str, Any] = api.get("/api/v1/schemas/problem-1").json()
    return found


def problem(answer: Any, shape: dict[str, Any]) -> Any:
    assert "application/problem+json" == answer.headers["content-type"]
    told = answer.json()
    jsonschema.validate(told, shape, cls=jsonschema.Draft202012Validator)
    assert (answer.status_code, f"/api/v1/problems/{told['code']}") == (told["status"], told["type"])
    assert told["code"] in KINDS
    return told


def test_a_wrong_field_is_named_with_an_example(api: Caller, shape: dict[str, Any]) -> None:
    wrong = example()
    wrong["plans"][0]["sources"][0]["country"] = "XXX"
    wrong["demand"]["units_per_year"] = "many"
    told = problem(api.post("/api/v1/cost", json=wrong), shape)
    assert "wrong_dossier" == told["code"]
    found = {error["field"]: error for error in told["errors"]}
    country = found["plans[today].sources[supplier].country"]
    assert ("unknown_country", "XXX") == (country["code"], country["params"]["value"])
    assert (
        "12.5" in str(found["demand.units_per_year"]["example"]) or found["demand.units_per_year"]["example"]
    )


def test_a_line_of_yaml_and_a_cell_of_a_spreadsheet_are_named(api: Caller, shape: dict[str, Any]) -> None:
    text = (EXAMPLES / "plantenpot.yaml").read_text().replace("as_of: 2026-11-21", "as_of: tomorrow")
    told = problem(api.post("/api/v1/cost", content=text, headers=YAML), shape)
    line = text.splitlines().index("as_of: tomorrow") + 1
    assert [("as_of", line)] == [(error["field"], error["line"]) for error in told["errors"]]


def test_the_reader_chooses_the_language(api: Caller) -> None:
    told = {
        lang: api.post("/api/v1/cost", content=b"x: 1", headers={**YAML, "Accept-Language": lang})
        for lang in ("nl", "en-GB;q=0.9, de", "fr-BE, nl;q=0.2", "de")
    }
    assert ["nl", "en", "fr", "nl"] == [answer.headers["content-language"] for answer in told.values()]
    assert 3 == len({answer.json()["detail"] for answer in told.values()})
    assert 3 == len({answer.json()["errors"][0]["message"] for answer in told.values()})


PARAMETERS = [
    ("/cost?draws=100", "draws", "wrong_type"),
    ("/cost?draws=2", "draws", "too_low"),
    ("/cost?draws=4194304", "draws", "too_high"),
    ("/cost?draws=many", "draws", "wrong_type"),
    ("/cost?seed=-1", "seed", "too_low"),
    ("/cost?horizon_years=65", "horizon_years", "too_high"),
    ("/cost?discount_rate=nan", "discount_rate", None),
    ("/cost?as_of=yesterday", "as_of", "wrong_date"),
    ("/cost?sensitivity=perhaps", "sensitivity", "wrong_type"),
    ("/cost?colour=red", "colour", "unknown_field"),
    ("/cost/figure", "figure", "missing"),
    ("/convert?to=docx", "to", "unknown_choice"),
    ("/convert?lang=de", "lang", "unknown_choice"),
    ("/cost?set=" + "x" * 300, "set.0", "too_long"),
]


@pytest.mark.parametrize(("path", "field", "code"), PARAMETERS)
def test_a_wrong_parameter_is_named(
    api: Caller, shape: dict[str, Any], path: str, field: str, code: str | None
) -> None:
    told = problem(api.post(f"/api/v1{path}", json=example()), shape)
    assert "wrong_request" == told["code"]
    assert field in [error["field"] for error in told["errors"]]
    assert code is None or code == told["errors"][0]["code"]
    assert all(error["message"] for error in told["errors"])


@pytest.mark.parametrize(
    ("path", "code", "word"),
    [
        ("/cost?scenario=nothing", "unknown_scenario", "freight"),
        ("/cost/figure?figure=home.P99", "unknown_figure", "home.P03"),
        ("/cost/figure?figure=nowhere.P03", "unknown_figure", ".P"),
        ("/cost/slider?move=today.unit_prise=8", "unknown_input", "today.unit_price"),
        ("/cost?draws=1048576", "too_much_work", "65536"),
        ("/cost?draws=65536&horizon_years=64&set=x", "wrong_dossier", ""),
        ("/explore?draws=65536", "too_much_work", "draws=4096"),
        ("/cost?set=plans.nowhere.share=1", "wrong_dossier", ""),
        ("/cost/slider?move=8", "wrong_dossier", ""),
        ("/cost/slider?move=today.unit_price=inf", "wrong_dossier", ""),
    ],
)
def test_what_does_not_exist_or_is_too_much_is_said(
    api: Caller, shape: dict[str, Any], path: str, code: str, word: str
) -> None:
    told = problem(api.post(f"/api/v1{path}", json=example(), headers={"Accept-Language": "en"}), shape)
    assert code == told["code"]
    assert word in told["detail"]


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("/schemas/cost-9", "cost-1"),
        ("/problems/wrong_dosier", "wrong_dossier"),
        ("/families/none", ""),
        ("/facts/inflation", "inflation_cpi"),
        ("/facts/record?id=inflation_cpi[iso3=NLD]@1800", "inflation_cpi"),
        ("/facts/inflation_cpi?key=iso3=QQQ", "iso3="),
        ("/sources/none", ""),
        ("/nowhere", ""),
    ],
)
def test_what_is_not_there_is_404_with_a_way_on(
    api: Caller, shape: dict[str, Any], path: str, word: str
) -> None:
    told = problem(api.get(f"/api/v1{path}"), shape)
    assert 404 == told["status"]
    assert word in told["detail"]


def test_wrong_keys_of_a_fact_are_named(api: Caller, shape: dict[str, Any]) -> None:
    told = problem(api.get("/api/v1/facts/inflation_cpi?key=country=NLD&key=x"), shape)
    assert ["unknown_choice", "setting_form"] == [error["code"] for error in told["errors"]]


def test_a_method_that_is_not_taken_is_said_with_those_that_are(api: Caller, shape: dict[str, Any]) -> None:
    answer = api.delete("/api/v1/cost")
    assert "not_allowed" == problem(answer, shape)["code"]
    assert "POST" in answer.headers["allow"]


def test_an_empty_or_foreign_body_is_said(api: Caller, shape: dict[str, Any]) -> None:
    for content, headers, code in (
        (b"", YAML, "no_body"),
        (b"   \n", JSON, "no_body"),
        (b"<dossier/>", YAML, "unknown_kind"),
        (b"%PDF-1.7", {}, "unknown_kind"),
        (b"\x1f\x8b\x08", {}, "unknown_kind"),
        (b"thuishaven: 1", XLSX, "unknown_kind"),
        (b"PK\x03\x04", JSON, "unknown_kind"),
        (b"thuishaven: 1", {"Content-Type": "image/png"}, "unknown_kind"),
        (b"thuishaven: 1", {**YAML, "Content-Encoding": "gzip"}, "encoded_body"),
    ):
        answer = api.post("/api/v1/cost", content=content, headers=headers)
        assert code == problem(answer, shape)["code"], content


def test_a_batch_without_its_files_is_said(api: Caller, shape: dict[str, Any]) -> None:
    told = problem(api.post("/api/v1/batch", files={"dossier": b"thuishaven: 1"}), shape)
    assert [("parts", "missing")] == [(error["field"], error["code"]) for error in told["errors"]]
    told = problem(api.post("/api/v1/batch", content=b"x", headers=JSON), shape)
    assert {"dossier", "parts"} == {error["field"] for error in told["errors"]}
    broken = {"Content-Type": "multipart/form-data; boundary=x"}
    assert 400 <= problem(api.post("/api/v1/batch", content=b"--y", headers=broken), shape)["status"] < 500
    parts = {"dossier": json.dumps(example()).encode(), "parts": b"id,units_per_year\nP-1,some\n"}
    told = problem(api.post("/api/v1/batch", files=parts), shape)
    assert [("units_per_year", 2)] == [(error["field"], error["line"]) for error in told["errors"]]


def test_our_own_fault_is_told_without_particulars(
    api: Caller, shape: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from thuishaven.web.api import rooms

    def broken(*_given: Any) -> bytes:
        raise RuntimeError("secret of the company")

    monkeypatch.setattr(rooms, "cost", broken)
    answer = api.post("/api/v1/cost?seed=99", json=example())
    assert "broken" == problem(answer, shape)["code"]
    assert "secret" not in answer.text
    assert 16 == len(answer.headers["x-request-id"])


def test_more_problems_than_a_program_reads_are_counted(api: Caller, shape: dict[str, Any]) -> None:
    wrong = example()
    wrong["bom"] = [{"id": f"p{number}", "quantity": "x"} for number in range(150)]
    told = problem(api.post("/api/v1/cost", json=wrong), shape)
    assert (100, 50) == (len(told["errors"]), told["more"])


def zipped(parts: dict[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return whole.getvalue()


def sheet(content: bytes) -> dict[str, bytes]:
    head = (
        b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    )
    return {"[Content_Types].xml": head, "xl/workbook.xml": content}


EMPTY = sheet(b"<workbook/>")
GOOD = (EXAMPLES / "plantenpot.yaml").read_text()
MASS = GOOD[: GOOD.index("mass_kg")].encode().replace(b"%", b"%%") + b"mass_kg: %s\n"
UNIT = MASS.replace(b"%s", b'{value: 1, unit: "%s"}')
HOSTILE: list[tuple[str, bytes, dict[str, str], str]] = [
    ("latin-1", GOOD.encode("latin-1", "replace").replace(b"bv", b"b\xe9"), YAML, "not_text"),
    ("utf-16", GOOD.encode("utf-16"), YAML, "not_text"),
    ("json in latin-1", b'{"thuishaven": 1, "x": "\xe9"}', JSON, "not_text"),
    ("decimal comma", GOOD.replace("headcount: 140", "headcount: 140,5").encode(), YAML, "*"),
    ("thousands point", GOOD.replace("low: 80000", "low: 80.000").encode(), YAML, "ambiguous_number"),
    ("1e999", b'{"thuishaven": 1, "as_of": 1e999}', JSON, "not_finite"),
    ("NaN", b'{"thuishaven": 1, "as_of": NaN}', JSON, "not_finite"),
    ("Infinity", b'{"thuishaven": 1, "as_of": -Infinity}', JSON, "not_finite"),
    ("yaml nan", GOOD.replace("headcount: 140", "headcount: .nan").encode(), YAML, "*"),
    ("million digits", b'{"thuishaven": ' + b"9" * 1_000_000 + b"}", JSON, "number_too_large"),
    ("million digits in yaml", b"thuishaven: " + b"9" * 1_000_000, YAML, "number_too_large"),
    ("bidirectional", 'thuishaven: 1\ntitle: "a\u202eb"\n'.encode(), YAML, "hidden_character"),
    ("bidirectional, escaped", b'{"thuishaven": 1, "title": "a\\u202eb"}', JSON, "hidden_character"),
    ("half a letter", b'{"thuishaven": 1, "title": "\\ud800"}', JSON, "hidden_character"),
    ("deep json", b"[" * 100_000 + b"]" * 100_000, JSON, "too_deep"),
    ("deep mappings", b'{"a":' * 100_000 + b"1" + b"}" * 100_000, JSON, "too_deep"),
    ("deep yaml", b"[" * 100_000, YAML, "too_deep"),
    ("deeper than a dossier", b'{"thuishaven": ' + b"[" * 60 + b"]" * 60 + b"}", JSON, "too_deep"),
    ("aliases", b"a: &a [x,x,x,x,x,x,x,x]\n" + b"".join(
        b"%c: &%c [%b]\n" % (98 + n, 98 + n, b",".join([b"*%c" % (97 + n)] * 8)) for n in range(9)
    ), YAML, "alias_bomb"),
    ("endless unit", UNIT % b"9**9**9**9", YAML, "wrong_unit"),
    ("unit through zero", UNIT % b"kg/0", YAML, "wrong_unit"),
    ("endless unit in small letters", UNIT % "9\u2079\u2079\u2079".encode(), YAML, "wrong_unit"),
    ("a spread without end", MASS % b"{mean: 1.0e-90, sd: 1.0e+90}", YAML, "sd_too_large"),
    ("name twice", b'{"thuishaven": 1, "thuishaven": 2}', JSON, "duplicate_key"),
    ("a tab", b"thuishaven: 1\ncompany:\n\tname: x\n", YAML, "*"),
    ("half of it", b'{"thuishaven": 1,', JSON, "not_json"),
    ("not a dossier", b'["thuishaven"]', JSON, "not_a_dossier"),
    ("a python object", b"!!python/object/apply:os.system [ls]", YAML, "*"),
    ("a zip of nothing", zipped({"a.txt": b"x"}), XLSX, "not_xlsx"),
    ("half a zip", zipped(EMPTY)[:60], XLSX, "not_xlsx"),
    ("zip slip", zipped({**EMPTY, "../../evil": b"x"}), XLSX, "not_xlsx"),
    ("document type", zipped(sheet(b'<!DOCTYPE x [<!ENTITY a "b">]><workbook/>')), XLSX, "not_xlsx"),
    ("many parts", zipped({**EMPTY, **{f"x{n}": b"" for n in range(500)}}), XLSX, "zip_bomb"),
    ("bomb", zipped({**EMPTY, "xl/worksheets/sheet1.xml": b" " * 90_000_000}), XLSX, "zip_bomb"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "headers", "code"), [row[1:] for row in HOSTILE], ids=[r[0] for r in HOSTILE]
)
def test_a_hostile_file_gets_a_clear_message(
    api: Caller, shape: dict[str, Any], content: bytes, headers: dict[str, str], code: str
) -> None:
    answer = api.post("/api/v1/cost?draws=64", content=content, headers={**headers, "Accept-Language": "en"})
    told = problem(answer, shape)
    assert "wrong_dossier" == told["code"]
    assert code in ("*", told["errors"][0]["code"])
    assert all(len(error["message"]) > 20 and len(error["message"]) < 600 for error in told["errors"])
    assert {error["code"] for error in told["errors"]} <= CODES | {"not_json"}
    assert "thuishaven-" not in answer.text


def test_a_sign_before_the_text_is_no_problem(api: Caller) -> None:
    for content, headers in (
        (b"\xef\xbb\xbf" + GOOD.encode(), YAML),
        (b"\xef\xbb\xbf" + json.dumps(example()).encode(), JSON),
    ):
        assert 200 == api.post("/api/v1/check", content=content, headers=headers).status_code


def test_forty_megabytes_are_refused_before_they_are_read(api: Caller, shape: dict[str, Any]) -> None:
    def endless() -> Iterator[bytes]:
        for _part in range(40):
            yield b"[" + b"1," * 500_000

    told = problem(api.post("/api/v1/cost", content=endless(), headers=JSON), shape)
    assert ("body_too_large", 413) == (told["code"], told["status"])


def test_the_server_stays_small_whatever_it_is_sent(api: Caller) -> None:
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _name, content, headers, _code in HOSTILE:
        api.post("/api/v1/cost?draws=64", content=content, headers=headers)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 300_000  # kilobytes; the reading of a spreadsheet has a process of its own
