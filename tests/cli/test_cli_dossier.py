"""``new``, ``check`` and ``schema``: a starter dossier that is good, one clear line where one is not."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from running import SMALL, Run

from thuishaven.dossier import load
from thuishaven.dossier.families import names

HOME = "maker: own, country: NLD, share: 1"


@pytest.mark.parametrize("lang", ["nl", "en", "fr"])
@pytest.mark.parametrize("family", names())
def test_every_family_gives_a_dossier_that_is_good(run: Run, tmp_path: Path, family: str, lang: str) -> None:
    path = tmp_path / "new.yaml"
    written = run("new", "--family", family, "-o", path, lang=lang)
    assert (0, "") == (written.status, written.err)
    assert f"thuishaven check {path}" in written.out
    checked = run("check", path, lang=lang)
    assert (0, "") == (checked.status, checked.err)


def test_new_without_a_file_writes_to_the_screen(run: Run) -> None:
    ran = run("new", "--lang", "en")
    assert ran.out.splitlines()[4] == "thuishaven: 1"


def test_the_families_are_listed(run: Run) -> None:
    assert list(names()) == run("new", "--family", "?").out.split()


def test_a_spreadsheet_comes_where_the_name_or_the_option_asks_for_it(run: Run, tmp_path: Path) -> None:
    by_name, by_option = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    run("new", "-o", by_name)
    run("new", "--xlsx", "-o", by_option, lang="fr")
    assert load(by_name).plans[0].id == load(by_option).plans[0].id


def test_an_existing_file_is_kept_unless_told_otherwise(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("mine")
    ran = run("new", "-o", path, width=400)
    assert (1, "", "mine") == (ran.status, ran.out, path.read_text())
    assert "--force" in ran.err
    assert run("new", "-o", path, "--force").status == 0
    assert path.read_text() != "mine"


def test_a_folder_that_is_not_there_is_named(run: Run, tmp_path: Path) -> None:
    ran = run("new", "-o", tmp_path / "nowhere" / "new.yaml")
    assert (1, 1) == (ran.status, len(ran.err.splitlines()))
    assert "nowhere" in ran.err


def test_check_says_good_and_what_comes_next(run: Run, small: Path) -> None:
    ran = run("check", small)
    assert f"{small}: good. 3 plans: 01, 02, 03. Calculate: thuishaven cost {small}\n" == ran.out


def changed(old: str, new: str) -> Callable[[], bytes]:
    assert old in SMALL
    return lambda: SMALL.replace(old, new, 1).encode()


def bomb() -> bytes:
    """A small file that unpacks to a hundred megabytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", b" " * 100_000_000)
    return content.getvalue()


#: Name of the file, its content, and words that the line must hold.
BROKEN: dict[str, tuple[str, Callable[[], bytes], tuple[str, ...]]] = {
    "wrong unit": (
        "a.yaml",
        changed("mass_kg: 1.9", "mass_kg: {value: 2, unit: litre}"),
        ("product.mass_kg", "litre", "kg"),
    ),
    "negative volume": (
        "a.yaml",
        changed("{low: 80000, mode: 100000, high: 130000}", "-5"),
        ("demand.units_per_year", "-5"),
    ),
    "shares": (
        "a.yaml",
        changed(HOME, HOME.replace("share: 1", "share: 0.4")),
        ("sources", "0.4", "add up to 1"),
    ),
    "unknown country": (
        "a.yaml",
        changed("country: CHN", "country: CHI"),
        ("country", "CHI", "three-letter"),
    ),
    "circular bill of materials": (
        "a.yaml",
        changed(
            "plans:",
            "bom: [{id: a, parent: b, quantity: 1}, {id: b, parent: a, quantity: 1}]\nplans:",
        ),
        ("bom", "circle"),
    ),
    "ambiguous number": (
        "a.yaml",
        changed("price: 24.0", 'price: "1.450"'),
        ("product.price", "1.450", "1450"),
    ),
    "unquoted code": ("a.yaml", changed('cn: "39269097"', "cn: 39269097"), ("product.cn", '"39269097"')),
    "unknown field": ("a.yaml", changed("variation:", "variaton:"), ("variaton", "variation")),
    "missing field": ("a.yaml", changed('company: {name: "1", country: NLD}', ""), ("company", "required")),
    "missing price": (
        "a.yaml",
        changed("unit_price: {value: 7.9, unit: USD}, ", ""),
        ("unit_price", "needed"),
    ),
    "duplicate key": (
        "a.yaml",
        changed("as_of: 2026-11-21", "as_of: 2026-11-21\nas_of: 2026-11-22"),
        ("as_of", "twice"),
    ),
    "tab": ("a.yaml", changed("as_of:", "\tas_of:"), ("line", "tab")),
    "not a dossier": ("a.yaml", lambda: b"colour: red\n", ("thuishaven: 1",)),
    "a list": ("a.yaml", lambda: b"- 1\n- 2\n", ("thuishaven: 1",)),
    "empty": ("a.yaml", lambda: b"", ("thuishaven: 1",)),
    "nonsense": ("a.yaml", lambda: b"\x00\xff\xfe" * 1000, ("UTF-8",)),
    "ten megabytes of nonsense": ("a.yaml", lambda: b"a: [" * 2_500_000, ("too large",)),
    "deep": ("a.yaml", lambda: b"a: " + b"[" * 5000, ("nested",)),
    "a picture": ("a.png", lambda: b"\x89PNG", (".yaml",)),
    "no spreadsheet": ("a.xlsx", lambda: b"PK nonsense", ("XLSX",)),
    "a bomb": ("a.xlsx", bomb, ("a.xlsx",)),
    "broken JSON": ("a.json", lambda: b'{"thuishaven": 1,', ("a.json",)),
}


@pytest.mark.parametrize("command", ["check", "cost", "explore"])
@pytest.mark.parametrize(("name", "content", "expected"), BROKEN.values(), ids=list(BROKEN))
def test_a_broken_dossier_gets_a_clear_line_and_status_1(
    run: Run, tmp_path: Path, command: str, name: str, content: Callable[[], bytes], expected: tuple[str, ...]
) -> None:
    path = tmp_path / name
    path.write_bytes(content())
    ran = run(command, path)
    assert (1, "") == (ran.status, ran.out)
    assert all(line.startswith(str(path)) for line in ran.err.splitlines())
    assert all(word in ran.err for word in expected), ran.err
    assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize("command", ["check", "cost", "explore"])
def test_a_file_that_is_not_there_is_named(run: Run, tmp_path: Path, command: str) -> None:
    ran = run(command, tmp_path / "not.yaml")
    assert (1, 1) == (ran.status, len(ran.err.splitlines()))
    assert "not.yaml" in ran.err


def test_a_folder_is_no_dossier(run: Run, tmp_path: Path) -> None:
    ran = run("cost", tmp_path)
    assert (1, 1) == (ran.status, len(ran.err.splitlines()))


@pytest.mark.parametrize(("lang", "expected"), [("nl", "regel 5"), ("fr", "ligne 5"), ("en", "line 5")])
def test_a_problem_is_told_in_the_language_of_the_reader(
    run: Run, tmp_path: Path, lang: str, expected: str
) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(changed("mass_kg: 1.9", "mass_kg: -1")())
    assert expected in run("check", path, lang=lang).err


def test_a_name_from_a_file_cannot_move_the_cursor(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(SMALL.replace("country: CHN", 'country: "\\e[2J\\e[H"'), encoding="utf-8")
    ran = run("check", path)
    assert ran.status == 1
    assert "\x1b" not in ran.err


def test_many_problems_are_counted(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(SMALL + "".join(f"x{n}: 1\n" for n in range(50)))
    lines = run("check", path).err.splitlines()
    assert (21, "And 30 more problems.") == (len(lines), lines[-1])


def test_several_files_are_all_checked(run: Run, small: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("a: 1")
    ran = run("check", small, wrong, small)
    assert (1, 2, 1) == (ran.status, len(ran.lines), len(ran.err.splitlines()))


def test_check_tells_programs_the_same(run: Run, small: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_bytes(changed("mass_kg: 1.9", "mass_kg: -1")())
    ran = run("check", "--json", small, wrong)
    told = json.loads(ran.out)
    assert (1, "thuishaven.check/1") == (ran.status, told["schema"])
    good, bad = told["files"]
    assert [] == good["problems"]
    assert ("negative", "product.mass_kg", 5) == tuple(
        bad["problems"][0][key] for key in ("code", "where", "line")
    )


def test_the_schema_is_json_schema(run: Run) -> None:
    told = json.loads(run("schema").out)
    assert told["$schema"].startswith("https://json-schema.org/")
    assert "plans" in told["properties"]
