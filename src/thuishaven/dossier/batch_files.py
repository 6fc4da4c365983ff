"""A batch from a folder of YAML files, or from a table with a part per row (CSV or XLSX)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from thuishaven.dossier import structure, yaml
from thuishaven.dossier.batch import Batch, Investment, Part
from thuishaven.dossier.model import Dossier, Section
from thuishaven.dossier.numerals import numeral
from thuishaven.dossier.problems import DossierError, Problem
from thuishaven.dossier.structure import Member, members
from thuishaven.dossier.translate import shown, translated
from thuishaven.dossier.xlsx_cells import cell_name, read_cells

FORMATS = (".csv", ".xlsx")
_MAX_BYTES = 20_000_000
_MAX_PARTS = 50_000
#: More problems than a person reads; the rest follows when these are solved.
_MAX_PROBLEMS = 200
_INVESTMENTS = "investments"
_UNIT = re.compile(r"(.+?)\s*\[(.+)\]")
_ENDS = (
    "value",
    "low",
    "mode",
    "high",
    "min",
    "max",
    "mean",
    "sd",
    "p5",
    "p50",
    "p95",
    "unit",
    "source",
    "note",
)
_YES = frozenset({"yes", "true", "ja", "oui", "1"})
_NO = frozenset({"no", "false", "nee", "non", "0"})


@dataclass(frozen=True)
class Table:
    """Rows of text or cells under named columns; ``place`` says where a cell stands."""

    columns: tuple[str, ...]
    rows: list[tuple[int, list[Any]]]
    sheet: str = ""
    width: int = 0

    def problem(self, problem: Problem, row: int, column: int | None) -> Problem:
        """A problem with its place: line and column, or the cell of a sheet."""
        name = self.columns[column] if column is not None else problem.where
        if self.sheet:
            cell = f"{self.sheet}!{cell_name(row, column or 0)}"
            return Problem(problem.code, name, problem.params, None, cell)
        return Problem(problem.code, name, problem.params, row)


@dataclass(frozen=True, slots=True)
class Target:
    """The field that a column fills: its path, and which end of a range or its unit."""

    path: structure.Path
    member: Member
    end: str
    unit: str


def read_batch(
    path: str | Path, pattern: Dossier, plan: str | None = None, investments: str | Path | None = None
) -> Batch:
    """Read many parts.

    Parameters
    ----------
    path
        A folder with a YAML file per part, or a CSV or XLSX file with a part per row. Columns bear the
        names of the fields (``id``, ``name``, ``cn``, ``units_per_year``, ``unit_price``, ``mass_kg``,
        ...), with a unit between brackets where it differs (``unit_price [USD]``) and an end of a range
        behind a point (``units_per_year.low``). What a part does not say it takes from the pattern.
    pattern
        The dossier that every part starts from.
    plan
        The plan that brings a part home; the second of the pattern when absent.
    investments
        CSV or YAML with what parts share (id, cost, capacity_hours); when absent ``investments.csv`` or
        ``.yaml`` in the folder or beside the file, or a sheet with a column ``capacity_hours``.

    Raises
    ------
    DossierError
        With a problem for each wrong cell: row, column, what was expected, an example.
    """
    source = Path(path)
    known = [candidate.id for candidate in pattern.plans]
    home = plan or (known[1] if len(known) > 1 else known[0])
    if home not in known:
        raise DossierError(
            [Problem("no_plan", params={"value": home, "expected": ", ".join(known)})], str(source)
        )
    shared: list[Investment] = []
    given = Path(investments) if investments is not None else _beside(source)
    try:
        if source.is_dir():
            parts = _from_folder(source, pattern, given)
        elif source.suffix.lower() == ".csv":
            parts = _from_table(_csv(source), Part, pattern)
        elif source.suffix.lower() == ".xlsx":
            tables = _xlsx(source)
            main = next((table for table in tables if "capacity_hours" not in table.columns), None)
            extra = next((table for table in tables if "capacity_hours" in table.columns), None)
            parts = _from_table(main or Table((), []), Part, pattern)
            shared = _from_table(extra, Investment) if extra is not None and given is None else []
        elif source.exists():
            raise DossierError([Problem("unknown_format", params={"expected": ", ".join((*FORMATS, "/"))})])
        else:
            raise DossierError([Problem("no_file", params={"value": str(source)})])
        if not parts:
            params = {"value": source.name, "expected": "id, units_per_year, unit_price"}
            raise DossierError([Problem("no_parts", params=params)])
    except DossierError as error:
        raise DossierError(error.problems, str(source)) from None
    shared = shared or (_investments(given) if given is not None else [])
    _check_shared(parts, shared, source)
    return Batch(pattern=pattern, plan=home, parts=tuple(parts), investments=tuple(shared))


def _beside(source: Path) -> Path | None:
    """The file with investments that belongs to a batch, ``None`` where there is none."""
    folder = source if source.is_dir() else source.parent
    names = [f"{source.stem}.{_INVESTMENTS}.csv", f"{_INVESTMENTS}.csv", f"{_INVESTMENTS}.yaml"]
    return next((folder / name for name in names if (folder / name).is_file()), None)


def _check_shared(parts: Iterable[Part], shared: Iterable[Investment], source: Path) -> None:
    known = {investment.id for investment in shared}
    missing = {
        part.shares_investment: part.id for part in parts if part.shares_investment not in {None, *known}
    }
    if missing:
        problems = [
            Problem("unknown_investment", part, {"value": name, "expected": ", ".join(sorted(known)) or "-"})
            for name, part in missing.items()
        ]
        raise DossierError(problems, str(source))


def _investments(path: Path) -> list[Investment]:
    try:
        if path.suffix.lower() == ".csv":
            return _from_table(_csv(path), Investment)
        tree = yaml.parse(yaml.read_text(path))
        items = tree if isinstance(tree, list) else [tree]
        return [_checked(Investment, yaml.plain(item), item, "") for item in items]
    except DossierError as error:
        raise DossierError(error.problems, str(path)) from None


# ---- a folder


def _from_folder(folder: Path, pattern: Dossier, without: Path | None) -> list[Part]:
    files = sorted(
        file for file in folder.iterdir() if file.suffix.lower() in {".yaml", ".yml"} and file != without
    )
    parts, problems = [], []
    for file in files:
        try:
            tree = yaml.parse(yaml.read_text(file))
            given = dict(yaml.plain(tree)) if isinstance(tree, Mapping) else {}
            parts.append(_checked(Part, _completed(given, pattern), tree, f"{file.name}: "))
        except DossierError as error:
            problems += [
                Problem(
                    p.code,
                    p.where if p.where.startswith(file.name) else f"{file.name}: {p.where}",
                    p.params,
                    p.line,
                )
                for p in error.problems
            ]
    _unique(parts, problems)
    if problems:
        raise DossierError(problems[:_MAX_PROBLEMS])
    return parts


def _checked(model: Any, given: Any, tree: Any, prefix: str) -> Any:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        from thuishaven.dossier.translate import where

        problems = []
        for item in error.errors(include_url=False):
            code, params = translated(item, model)
            line = yaml.line_of(tree, item["loc"])
            problems.append(Problem(code, prefix + where(item["loc"], tree), params, line))
        raise DossierError(problems) from None


def _unique(parts: Iterable[Part], problems: list[Problem]) -> None:
    seen: set[str] = set()
    for part in parts:
        if part.id in seen:
            problems.append(Problem("duplicate", "id", {"value": part.id, "example": f"{part.id}_2"}))
        seen.add(part.id)


def _completed(given: dict[str, Any], pattern: Dossier) -> dict[str, Any]:
    """What a part says, completed with the product and demand of the pattern."""
    for name, section in (("product", pattern.product), ("demand", pattern.demand)):
        own = given.get(name)
        if own is None or isinstance(own, Mapping):
            given[name] = {**_shallow(section), **(own or {})}
    given["product"].setdefault("name", given.get("id"))
    return given


def _shallow(section: Section) -> dict[str, Any]:
    """The fields a section was given, as they are; a name belongs to one product only."""
    fields = type(section).model_fields
    return {
        fields[name].alias or name: getattr(section, name)
        for name in section.model_fields_set
        if name != "name"
    }


# ---- a table


def _csv(path: Path) -> Table:
    text = yaml.read_text(path, _MAX_BYTES).removeprefix("\ufeff")
    if "\0" in text:
        raise DossierError([Problem("not_text", line=text.count("\n", 0, text.index("\0")) + 1)], str(path))
    head = text.partition("\n")[0]
    delimiter = max(";,\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[Any]]] = []
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append((reader.line_num, [cell.strip() or None for cell in row]))
    except csv.Error as error:
        params = {"value": str(error)[:80], "expected": '"…"', "example": '"text, with a comma"'}
        raise DossierError([Problem("wrong_type", "", params, reader.line_num)], str(path)) from None
    if not rows:
        return Table((), [])
    columns = tuple(_column(cell) for cell in rows[0][1])
    return Table(columns, rows[1:])


def _xlsx(path: Path) -> list[Table]:
    tables = []
    for sheet in read_cells(path):
        start = next(
            (number for number, row in enumerate(sheet.rows) if any(cell is not None for cell in row)), None
        )
        if start is None:
            continue
        columns = tuple(_column(cell) for cell in sheet.rows[start])
        if "id" in columns:
            rows = [
                (n, row) for n, row in enumerate(sheet.rows) if n > start and any(c is not None for c in row)
            ]
            tables.append(Table(columns, rows, sheet.name))
    return tables


def _column(cell: Any) -> str:
    return (
        ""
        if cell is None
        else re.sub(r"\s+(?=[^\[]*($|\[))", "_", str(cell).strip().lower()).replace("_[", " [")
    )


@cache
def _targets(model: type[BaseModel]) -> dict[str, tuple[structure.Path, Member]]:
    """Fields by the name a column may have: the whole path, or its last step where that is clear."""
    found: dict[str, tuple[structure.Path, Member]] = {}
    short: dict[str, list[tuple[structure.Path, Member]]] = {}
    for path, member in structure.walk(model):
        if member.kind in {"section", "list", "shares", "changes", "free"}:
            continue
        found[".".join(str(step) for step in path)] = (path, member)
        short.setdefault(str(path[-1]), []).append((path, member))
    return {**{name: places[0] for name, places in short.items() if len(places) == 1}, **found}


def _target(column: str, model: type[BaseModel]) -> Target | None:
    """The field that a column fills, ``None`` where there is no such field."""
    unit = ""
    if bracket := _UNIT.fullmatch(column):
        column, unit = bracket.groups()
    known = _targets(model)
    if column in known:
        path, member = known[column]
        return Target(path, member, "", unit.upper() if _is_currency(unit, member) else unit)
    name, _dot, end = column.rpartition(".")
    if name in known and known[name][1].spec is not None and end in _ENDS:
        path, member = known[name]
        return Target(path, member, end, unit.upper() if _is_currency(unit, member) else unit)
    return None


def _is_currency(unit: str, member: Member) -> bool:
    return member.spec is not None and member.spec.money and len(unit) == 3


def _from_table(table: Table, model: type[Any], pattern: Dossier | None = None) -> list[Any]:
    """The things in the rows of a table."""
    targets = _columns(table, model)
    if len(table.rows) > _MAX_PARTS:
        params = {"value": str(len(table.rows)), "expected": str(_MAX_PARTS)}
        raise DossierError([Problem("too_large", params=params)])
    found: list[Any] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for row, cells in table.rows:
        given, wrong = _row(table, row, cells, targets)
        if not wrong:
            try:
                item = model.model_validate(_completed(given, pattern) if pattern is not None else given)
                if item.id in seen:
                    params = {"value": item.id, "example": f"{item.id}_2"}
                    wrong = [
                        table.problem(Problem("duplicate", params=params), row, table.columns.index("id"))
                    ]
                seen.add(item.id)
                found.append(item)
            except ValidationError as error:
                wrong = list(_complaints(error, model, table, row, targets))
        problems += wrong
        if len(problems) >= _MAX_PROBLEMS:
            break
    if problems:
        raise DossierError(problems[:_MAX_PROBLEMS])
    return found


def _columns(table: Table, model: type[BaseModel]) -> list[Target | None]:
    """What each column fills; a column that fills nothing is a problem, one without a name is left alone."""
    if not table.columns:
        return []
    problems = []
    targets: list[Target | None] = []
    head = 1 if not table.sheet else 0
    for number, column in enumerate(table.columns):
        target = _target(column, model) if column else None
        targets.append(target)
        if target is None and column:
            close = get_close_matches(column.partition(" [")[0], _targets(model), n=1, cutoff=0.5)
            params = {"value": column[:40], "example": close[0] if close else "units_per_year"}
            problems.append(table.problem(Problem("unknown_column", params=params), head, number))
    if "id" not in table.columns:
        example = (
            ", ".join(name for name, member in members(model).items() if member.required) + ", unit_price"
        )
        problems.append(
            table.problem(Problem("no_column", params={"value": "id", "example": example}), head, None)
        )
    if problems:
        raise DossierError(problems)
    return targets


def _row(
    table: Table, row: int, cells: list[Any], targets: list[Target | None]
) -> tuple[dict[str, Any], list[Problem]]:
    given: dict[str, Any] = {}
    wrong: list[Problem] = []
    for column, cell in enumerate(cells):
        if cell is None:
            continue
        target = targets[column] if column < len(targets) else None
        if target is None:
            if column >= len(targets):
                params = {"value": shown(cell)[:40], "expected": ", ".join(table.columns[:3])}
                wrong.append(table.problem(Problem("unused_cell", params=params), row, None))
            continue
        value = _cell(cell, target)
        if isinstance(value, Problem):
            wrong.append(table.problem(value, row, column))
        else:
            _put(given, target, value)
    return given, wrong


def _cell(cell: Any, target: Target) -> Any:
    """A cell as what the field holds, or a problem."""
    member = target.member
    numeric = member.spec is not None and target.end not in {"unit", "source", "note"}
    if isinstance(cell, str):
        if member.spec is not None and cell.startswith("{"):
            return next(_flow(cell))
        if numeric or member.kind in {"number", "whole"}:
            return numeral(cell)
        if member.kind == "flag":
            word = cell.casefold()
            return True if word in _YES else False if word in _NO else cell
        return cell
    if member.kind in {"code", "text", "translated"} and isinstance(cell, int) and not isinstance(cell, bool):
        return str(cell)
    return cell


def _flow(text: str) -> Iterator[Any]:
    try:
        yield yaml.plain(yaml.parse(text))
    except DossierError as error:
        yield error.problems[0]


def _put(given: dict[str, Any], target: Target, value: Any) -> None:
    node = given
    for step in target.path[:-1]:
        node = node.setdefault(str(step), {})
    name = str(target.path[-1])
    if target.member.spec is None:
        node[name] = value
        return
    if not target.end and not target.unit and name not in node:
        node[name] = value
        return
    old = node.get(name, {})
    quantity = dict(old) if isinstance(old, Mapping) else {"value": old}
    quantity |= value if isinstance(value, Mapping) else {target.end or "value": value}
    if target.unit:
        quantity["unit"] = target.unit
    node[name] = quantity


def _complaints(
    error: ValidationError, model: type[BaseModel], table: Table, row: int, targets: list[Target | None]
) -> Iterator[Problem]:
    for item in error.errors(include_url=False):
        code, params = translated(item, model)
        place = tuple(item["loc"])
        column = next(
            (n for n, t in enumerate(targets) if t is not None and t.path == place[: len(t.path)]), None
        )
        yield table.problem(Problem(code, ".".join(map(str, place)), params), row, column)
