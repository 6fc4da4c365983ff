"""The repository keeps its own rules: no machine paths, short modules, numbers in tables, one-way imports."""

from __future__ import annotations

import ast
import csv
import fnmatch
import itertools
import math
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "thuishaven"
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST_MODULE = 600


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def ours() -> list[Path]:
    """Every file that is part of the repository, or becomes so with the next commit."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    paths = [ROOT / item.decode() for item in listed.split(b"\0") if item]
    return [path for path in paths if path.is_file()]


def text(path: Path) -> str:
    """The text of a file, or nothing for a binary one."""
    raw = path.read_bytes()
    return "" if b"\0" in raw else raw.decode("utf-8")


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def constraints() -> list[str]:
    return [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]


def test_no_path_of_a_machine_stands_in_a_file() -> None:
    # Where the deployment guide lets a reader install it is no path of ours.
    home = re.compile(r"(?<![\w.])/(?:home|Users|root|work|opt|tmp)/(?!thuishaven\b)[A-Za-z.]")
    found = [(name(path), line) for path in ours() for line in text(path).splitlines() if home.search(line)]
    assert not found


def test_constraints_are_exact_versions_and_nothing_else() -> None:
    assert not [line for line in constraints() if not re.fullmatch(r"[\w.-]+==[\w.+!]+", line)]


def test_every_need_has_an_exact_version() -> None:
    extras = project()["optional-dependencies"]
    needs = [*project()["dependencies"], *itertools.chain.from_iterable(extras.values())]
    wanted = {re.split(r"[^\w.-]", need)[0].lower() for need in needs}
    assert not wanted - {line.split("==")[0].lower() for line in constraints()}


def test_the_licence_is_the_one_that_is_promised() -> None:
    expected = ("EUPL-1.2", "EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    assert expected == (project()["license"], (ROOT / "LICENSE").read_text().splitlines()[0])


def test_a_module_answers_one_question() -> None:
    lengths = {name(path): len(path.read_text().splitlines()) for path in MODULES}
    assert not {path: length for path, length in lengths.items() if length > LONGEST_MODULE}


# What follows reads the code as a tree: the numbers, calls and names that stand in it.

NUMBER_ALLOWED = ROOT / "tests" / "allowed_numbers.csv"
#: Keyword arguments that hold a bound, a size or an example of a form, not a fact.
FORM = {"examples", "example", "ge", "gt", "le", "lt", "max_length", "min_length", "maxsize", "digest_size"}
FORM |= {"indent", "width", "min_width", "max_width", "stacklevel", "axis", "ndigits", "decimals", "digits"}


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in MODULES:
        yield name(path), ast.parse(path.read_text(encoding="utf-8"))


def structural(value: float) -> bool:
    """Whether a number says nothing about the world: small counts, halves, powers of ten and of two."""
    size = abs(value)
    if size in {0, 1, 2, 3, 0.5}:
        return True
    tens, twos = math.log10(size), math.log2(size)
    return tens == round(tens) or (twos == round(twos) and size >= 4)


def numbers(tree: ast.Module) -> Iterator[tuple[int, float]]:
    """Line and value of each number in a module, bounds, sizes, slices and whole powers left out.

    A number in a text counts where the text is read as one: ``Decimal("0.21")``.
    """
    skipped: set[ast.AST] = set()
    for node in ast.walk(tree):
        match node:
            case ast.keyword(arg=str(word), value=inside) if word in FORM:
                skipped.update(ast.walk(inside))
            case ast.Slice() | ast.BinOp(left=ast.Constant(value=2 | 10), op=ast.Pow()):
                skipped.update(ast.walk(node))
            case ast.Call(
                func=ast.Name(id="float" | "int" | "Decimal"), args=[ast.Constant(value=str(word))]
            ):
                if re.fullmatch(r"-?\d*\.?\d+(e-?\d+)?", word):
                    yield node.lineno, float(word)
            case ast.Constant(value=int(value) | float(value)) if not isinstance(value, bool):
                if node not in skipped:
                    yield node.lineno, float(value)


def allowed() -> set[tuple[str, float | None]]:
    """The table's rows: a path, in which * stands for anything, and a number, or none where any may be."""
    with NUMBER_ALLOWED.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert not [row for row in rows if not row["why"]]
    return {(row["path"], None if row["number"] == "*" else float(row["number"])) for row in rows}


def rows_for(path: str, value: float, table: set[tuple[str, float | None]]) -> set[tuple[str, float | None]]:
    """The rows that allow a number in a module."""
    return {row for row in table if row[1] in {value, None} and fnmatch.fnmatch(path, row[0])}


def test_no_number_about_the_world_stands_in_code() -> None:
    """A figure belongs in a facts table with its source; one that is arithmetic, in allowed_numbers.csv."""
    table = allowed()
    found = [
        f"{path}:{line}: {value:g}"
        for path, tree in trees()
        for line, value in numbers(tree)
        if not structural(value) and not rows_for(path, value, table)
    ]
    assert not found


def test_no_number_stays_allowed_that_is_gone() -> None:
    table = allowed()
    used = {
        row for path, tree in trees() for _, value in numbers(tree) for row in rows_for(path, value, table)
    }
    assert not {row for row in table - used if row[0] != "*"}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("rate = 0.21", [0.21]),
        ("rate = Decimal('0.21')", [0.21]),
        ("price = base * 1.045 + 7", [1.045, 7.0]),
        ("half = n / 2; kilo = 1000; flag = True; version = '1.2.3'; short = text[:40]; big = 2**20", []),
        ("price: float = Field(ge=7, examples=[24.5])", []),
    ],
)
def test_the_search_for_numbers_finds_them(code: str, expected: list[float]) -> None:
    assert expected == sorted(value for _, value in numbers(ast.parse(code)) if not structural(value))


def test_nothing_is_unpickled_or_evaluated() -> None:
    modules, calls = (
        {"pickle", "marshal", "shelve", "dill", "joblib"},
        {"eval", "exec", "compile", "__import__"},
    )
    found = []
    for path, tree in trees():
        for node in ast.walk(tree):
            match node:
                case ast.Import(names=aliases):
                    words = {alias.name.split(".")[0] for alias in aliases} & modules
                case ast.ImportFrom(module=str(module)):
                    words = {module.split(".")[0]} & modules
                case ast.Call(func=ast.Name(id=word)):
                    words = {word} & calls
                case ast.keyword(arg="allow_pickle", value=ast.Constant(value=True)):
                    words = {"allow_pickle"}
                case _:
                    continue
            found += [f"{path}:{node.lineno}: {word}" for word in words]
    assert not found


def test_only_the_doors_print() -> None:
    rooms = [(path, tree) for path, tree in trees() if not re.match(r"src/thuishaven/(cli|report|web)", path)]
    found = [
        f"{path}:{node.lineno}"
        for path, tree in rooms
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert not found


def test_every_public_word_says_what_it_answers() -> None:
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    found = [f"{path}: the module" for path, tree in trees() if not ast.get_docstring(tree)]
    for path, tree in trees():
        classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name[0] != "_"]
        bodies = [tree.body, *(node.body for node in classes)]
        found += [
            f"{path}:{node.lineno}: {node.name}"
            for body in bodies
            for node in body
            if isinstance(node, kinds) and not node.name.startswith("_") and not ast.get_docstring(node)
        ]
    assert not found


def test_imports_run_one_way() -> None:
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as lint; lint()",
        "--no-cache",
    ]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


#: Modules that are a face of their own, such as the words that pages, paper and terminal share.
FACES = (
    "thuishaven.access.tables",
    "thuishaven.databank.cases",
    "thuishaven.databank.literature",
    "thuishaven.databank.office",
    "thuishaven.databank.releases",
    "thuishaven.databank.statistics",
    "thuishaven.dossier.structure",
    "thuishaven.dossier.translate",
    "thuishaven.dossier.yaml",
    "thuishaven.facts.connectors",
    "thuishaven.locale",
    "thuishaven.report",
)


def test_a_room_is_entered_by_its_face() -> None:
    deeper = []
    for path, tree in trees():
        here = path.split("/")[2]
        for node in ast.walk(tree):
            module = node.module if isinstance(node, ast.ImportFrom) and not node.level else None
            if module is None or module.count(".") < 2 or not module.startswith("thuishaven."):
                continue
            room = module.split(".")[1]
            # The terminal starts the server: both are doors.
            if room not in {here, "web"} and not module.startswith(FACES):
                deeper.append(f"{path}: {module}")
    assert deeper == []


def test_no_module_is_named_after_nothing() -> None:
    empty = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}
    assert not [name(path) for path in MODULES if {path.stem, *path.parts} & empty]


def test_what_the_everyday_part_leaves_out_is_there() -> None:
    lines = (ROOT / "tests" / "slow.txt").read_text(encoding="utf-8").splitlines()[1:]
    assert sorted(set(lines)) == lines
    gone = [
        line
        for path, _, test in (line.partition("::") for line in lines)
        for line in [f"{path}::{test}"]
        if not (ROOT / path).exists()
        or not re.search(rf"^ *def {re.escape(test.split('::')[-1])}\(", (ROOT / path).read_text(), re.M)
    ]
    assert [] == gone
