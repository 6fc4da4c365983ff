"""Spreadsheets that mean harm: refused with one message, within limits, whatever they declare about
themselves.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from dossiers import COMPLETE
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from thuishaven.dossier import DossierError, open_document
from thuishaven.dossier import xlsx_cells as cells
from thuishaven.dossier.load import save

SHEET = "xl/worksheets/sheet2.xml"
Parts = dict[str, bytes]


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A spreadsheet of ours."""
    file = tmp_path_factory.mktemp("honest") / "a.xlsx"
    save(open_document(COMPLETE), file)
    return file.read_bytes()


def parts_of(content: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Parts) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def code_of(content: bytes, folder: Path) -> list[str]:
    file = folder / "hostile.xlsx"
    file.write_bytes(content)
    try:
        open_document(file)
    except DossierError as error:
        return [problem.code for problem in error.problems if problem.message()]
    return []


def bomb(parts: Parts) -> Parts:
    """A sheet that unpacks to 300 MB from 300 KB."""
    row = b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>' + b"x" * 1000 + b"</t></is></c></row>"
    rows = b"".join(row % (n, n) for n in range(3, 300_000))
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return {**parts, SHEET: head + rows + b"</sheetData></worksheet>"}


def lying(content: bytes) -> bytes:
    """The same file, declaring that each of its parts is one byte long when unpacked."""
    data = bytearray(content)
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        start = data.find(signature)
        while start >= 0:
            data[start + offset : start + offset + 4] = struct.pack("<I", 1)
            start = data.find(signature, start + 4)
    return bytes(data)


def many(parts: Parts) -> Parts:
    return {**parts, **{f"xl/media/{n}.txt": b"" for n in range(500)}}


def with_entity(parts: Parts) -> Parts:
    text = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    return {**parts, SHEET: text + parts[SHEET].split(b"?>", 1)[1]}


def in_utf16(parts: Parts) -> Parts:
    return {**parts, SHEET: parts[SHEET].decode().replace("UTF-8", "UTF-16").encode("utf-16")}


def in_latin1(parts: Parts) -> Parts:
    strings = "xl/sharedStrings.xml"
    return {**parts, strings: parts[strings].replace(b"Voorbeeld", b"Vo\xf6rbeeld")}


def cut(parts: Parts) -> Parts:
    return {**parts, SHEET: parts[SHEET][: len(parts[SHEET]) // 2]}


def far_away(parts: Parts) -> Parts:
    cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    return {**parts, SHEET: parts[SHEET].replace(b"</sheetData>", cell)}


def without_workbook(parts: Parts) -> Parts:
    return {name: content for name, content in parts.items() if name != "xl/workbook.xml"}


def missing_sheet(parts: Parts) -> Parts:
    return {name: content for name, content in parts.items() if name != SHEET}


ATTACKS: dict[str, tuple[Callable[[Parts], Parts], set[str]]] = {
    "300 MB in 300 KB": (bomb, {"zip_bomb"}),
    "five hundred parts": (many, {"zip_bomb"}),
    "an entity": (with_entity, {"not_xlsx"}),
    "UTF-16": (in_utf16, {"not_xlsx"}),
    "Latin-1": (in_latin1, {"not_xlsx"}),
    "half a sheet": (cut, {"not_xlsx"}),
    "a cell at the far corner": (far_away, {"zip_bomb"}),
    "no workbook": (without_workbook, {"not_xlsx"}),
    "no sheet": (missing_sheet, {"not_xlsx"}),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused_with_one_message(name: str, honest: bytes, tmp_path: Path) -> None:
    attack, codes = ATTACKS[name]
    found = code_of(packed(attack(parts_of(honest))), tmp_path)
    assert len(found) == 1
    assert found[0] in codes


def test_a_bomb_that_lies_about_its_size_is_refused_too(honest: bytes, tmp_path: Path) -> None:
    content = lying(packed(bomb(parts_of(honest))))
    assert len(content) < 5_000_000
    found = code_of(content, tmp_path)
    assert len(found) == 1
    assert found[0] in {"zip_bomb", "not_xlsx"}


@pytest.mark.slow
def test_a_bomb_does_not_pass_when_the_first_guard_sleeps(
    honest: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cells, "MOST_UNPACKED", 10**12)
    monkeypatch.setattr(cells, "MEGABYTES", 256)
    assert code_of(packed(bomb(parts_of(honest))), tmp_path) == ["zip_bomb"]


def test_reading_stops_when_it_takes_too_long(honest: bytes, tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(honest)
    with pytest.raises(DossierError) as raised:
        cells.read_cells(file, seconds=0.001)
    assert [problem.code for problem in raised.value.problems] == ["too_slow"]


OTHERS = {
    "nothing": b"",
    "text": b"id;name\n1;x\n",
    "an old spreadsheet": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 5000,
    "a zip of something else": packed({"hello.txt": b"hello"}),
    "a zip that leads outside": packed({"../../etc/passwd": b"x", "[Content_Types].xml": b"<x/>"}),
    "half a zip": packed({"hello.txt": b"hello" * 1000})[:60],
    "only the magic": b"PK\x03\x04",
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_no_spreadsheet_is_refused(name: str, tmp_path: Path) -> None:
    assert code_of(OTHERS[name], tmp_path) == ["not_xlsx"]


def test_too_large_a_file_is_not_even_opened(tmp_path: Path) -> None:
    assert code_of(b"PK\x03\x04" + b"\0" * cells.MOST_BYTES, tmp_path) == ["too_large"]


def test_no_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(DossierError) as raised:
        open_document(tmp_path / "none.xlsx")
    assert [problem.code for problem in raised.value.problems] == ["no_file"]


@pytest.mark.parametrize("number", ["NaN", "INF", "1e999"])
def test_what_is_no_finite_number_is_refused(number: str, honest: bytes, tmp_path: Path) -> None:
    parts = parts_of(honest)
    changed = parts[SHEET].replace(b"<v>0.11</v>", f"<v>{number}</v>".encode(), 1)
    assert changed != parts[SHEET]
    found = code_of(packed({**parts, SHEET: changed}), tmp_path)
    assert len(found) == 1
    assert found[0] in {"not_finite", "not_a_number", "not_xlsx", "number_too_large"}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_damage_brings_the_reader_down(honest: bytes, tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(honest)
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    code_of(bytes(content), tmp_path)
