"""From the cells of a filled-in spreadsheet to the tree of a dossier, with the cell of every field."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from thuishaven.dossier import yaml
from thuishaven.dossier.model import Dossier, Plan
from thuishaven.dossier.numerals import numeral
from thuishaven.dossier.paths import path_of
from thuishaven.dossier.problems import DossierError, Problem
from thuishaven.dossier.structure import Member, Path, member_at, members
from thuishaven.dossier.translate import shown
from thuishaven.dossier.xlsx_cells import Cells, cell_at, cell_name
from thuishaven.dossier.xlsx_rows import NUMBERS, REMARKS, gather, of_literal
from thuishaven.dossier.xlsx_sheets import BY_KEY, FREE, RANGES, Column, Sheet, columns_of, fields_of
from thuishaven.locale import LANGUAGES, N_, _, use

YES, NO = N_("yes"), N_("no")
#: Rows above the first one that is filled in: the names of the columns (hidden) and their headings.
HEADINGS = 2
_UNREAD = frozenset({"help", "label"})
_NUMERIC = frozenset({"number", "whole"})


def marker(sheet: Cells) -> str:
    """Which of our sheets it is, from its hidden first row."""
    first = sheet.rows[0][0] if sheet.rows and sheet.rows[0] else None
    return first.partition(":")[0] if isinstance(first, str) and ":" in first else ""


class Fold:
    """Puts a dossier together row by row; what is wrong is kept in ``problems``, each with its cell."""

    def __init__(self) -> None:
        self.tree: dict[str, Any] = {}
        self.cells: dict[Path, str] = {}
        self.problems: list[Problem] = []
        self._plans: dict[str, int] = {}
        self._places: dict[tuple[str, str], int] = {}
        self._empty: list[tuple[dict[str, Any], Path, str]] = []

    def read(self, sheets: list[Cells]) -> None:
        """Read all sheets of the template; others are left alone."""
        found = {marker(sheet): sheet for sheet in sheets if marker(sheet) in BY_KEY}
        if not {"dossier", "plans", "sources"} <= found.keys():
            example = "thuishaven new --xlsx"
            self.problems.append(Problem("not_a_template", params={"example": example}))
            return
        for key in ("plans", *(key for key in BY_KEY if key != "plans")):
            if key in found:
                self._sheet(BY_KEY[key], found[key])
        self.tree = _ordered(self.tree)

    # ---- one sheet

    def _sheet(self, sheet: Sheet, cells: Cells) -> None:
        for (top, left), (bottom, _right) in cells.merged:
            if bottom >= HEADINGS:
                self._complain("merged_cells", cells, max(top, HEADINGS), left)
                return
        names = [str(name).rpartition(":")[2] if name else "" for name in cells.rows[0]]
        formulas = {cell_at(name) for name in cells.formulas}
        for number, row in enumerate(cells.rows[HEADINGS:], start=HEADINGS):
            filled = {name: cell for name, cell in zip(names, row, strict=False) if name}
            for column, name in enumerate(names):
                if name and name not in _UNREAD and (number, column) in formulas and filled.get(name) is None:
                    self._complain("formula_without_value", cells, number, column, example="12.5")
                    return
            for column, cell in enumerate(row):
                if cell is not None and (column >= len(names) or not names[column]):
                    self._complain(
                        "unused_cell", cells, number, column, value=shown(cell)[:40], expected=names[0]
                    )
                if isinstance(cell, str) and (hidden := yaml.HIDDEN.search(cell)):
                    self._complain("hidden_character", cells, number, column, value=f"U+{ord(hidden[0]):04X}")
                    return
            if sheet.table:
                self._table_row(sheet, cells, number, names, filled)
            else:
                self._line(sheet, cells, number, names, filled)
        for filled, path, place in self._empty:
            base = self._base(sheet, cells, 0, names, filled, create=False)
            if base is not None:
                self.cells.setdefault((*base, *path), place)
        self._empty = []

    def _complain(self, code: str, cells: Cells, row: int, column: int, **params: Any) -> None:
        self.problems.append(Problem(code, params=params, cell=f"{cells.name}!{cell_name(row, column)}"))

    # ---- long sheets

    def _line(
        self, sheet: Sheet, cells: Cells, number: int, names: list[str], filled: dict[str, Any]
    ) -> None:
        text = filled.get("field")
        given = {name: cell for name, cell in filled.items() if name in (*NUMBERS, "range", "source", "note")}
        given = {name: cell for name, cell in given.items() if cell is not None}
        column = names.index("value") if "value" in names else 0
        place = f"{cells.name}!{cell_name(number, column)}"
        if text is None:
            if given:
                first = names.index(next(iter(given)))
                value = shown(next(iter(given.values())))[:40]
                self._complain("unused_cell", cells, number, first, value=value, expected="field")
            return
        path = path_of(str(text))
        if path is None:
            self._complain(
                "unknown_field",
                cells,
                number,
                names.index("field"),
                value=str(text)[:40],
                example=_near(sheet),
            )
            return
        member = None if sheet.key == "more" else member_at(sheet.section, path)
        value = self._value(sheet, cells, number, names, filled, member)
        if value is _WRONG:
            return
        if value is _NOTHING:
            self._empty.append((filled, path, place))
            return
        base = self._base(sheet, cells, number, names, filled, create=True)
        if base is None:
            return
        whole = (*base, *path)
        if sheet.key == "more" and path[0] not in FREE:
            self._complain(
                "unknown_field", cells, number, names.index("field"), value=str(text)[:40], example="scan.q1"
            )
        elif not self._set(whole, value):
            self._complain("duplicate_key", cells, number, names.index("field"), value=str(text)[:40])
        else:
            self.cells[whole] = place

    def _value(
        self,
        sheet: Sheet,
        cells: Cells,
        number: int,
        names: list[str],
        filled: Mapping[str, Any],
        member: Member | None,
    ) -> Any:
        """What a line says: a value, nothing, or something wrong."""
        if sheet.key == "changes" and filled.get("value") in ("null", "[]", "{}"):
            return of_literal(filled["value"])
        if member is None or member.spec is None:
            for name in (*NUMBERS[1:], "range", "source", "note"):
                if filled.get(name) is not None:
                    value = shown(filled[name])[:40]
                    self._complain(
                        "unused_cell", cells, number, names.index(name), value=value, expected="value"
                    )
                    return _WRONG
            cell = filled.get("value")
            if cell is None:
                return _NOTHING
            return (
                of_literal(cell)
                if sheet.key == "more"
                else self._typed(cell, member, cells, number, names.index("value"))
            )
        checked: dict[str, Any] = {}
        for name in NUMBERS:
            checked[name] = self._number(filled.get(name), cells, number, names, name)
            if checked[name] is _WRONG:
                return _WRONG
        if filled.get("range") is not None and filled["range"] not in RANGES:
            params = {
                "value": shown(filled["range"])[:40],
                "expected": ", ".join(RANGES),
                "example": RANGES[0],
            }
            self._complain("unknown_choice", cells, number, names.index("range"), **params)
            return _WRONG
        value = gather({**filled, **checked}, member.spec)
        if value is None:
            for name in ("source", "note", "range"):
                if filled.get(name) is not None:
                    self._complain(
                        "missing", cells, number, names.index("value"), example=shown(member.example or 1)
                    )
                    return _WRONG
            return _NOTHING
        return value

    def _number(self, cell: Any, cells: Cells, number: int, names: list[str], name: str) -> Any:
        if not isinstance(cell, str):
            return cell
        if cell.lstrip().startswith("{"):
            return self._flow(cell, cells, number, names.index(name))
        found = numeral(cell)
        if isinstance(found, Problem):
            self._complain(found.code, cells, number, names.index(name), **found.params)
        else:
            self._complain(
                "number_as_text", cells, number, names.index(name), value=cell[:40], example=shown(found)
            )
        return _WRONG

    def _flow(self, text: str, cells: Cells, number: int, column: int) -> Any:
        try:
            return yaml.plain(yaml.parse(text))
        except DossierError as error:
            problem = error.problems[0]
            self._complain(problem.code, cells, number, column, **problem.params)
            return _WRONG

    # ---- tables

    def _table_row(
        self, sheet: Sheet, cells: Cells, number: int, names: list[str], filled: dict[str, Any]
    ) -> None:
        columns = {column.key: column for column in columns_of(sheet.key)}
        # A unit or a plan alone is what the template offers, not a row.
        if all(
            cell is None or name == "plan" or name not in columns or columns[name].unit
            for name, cell in filled.items()
        ):
            return
        item: dict[str, Any] = {}
        spots: dict[Path, str] = {}
        for column in columns.values():
            if column.key not in names or column.member is None or column.unit:
                continue
            index = names.index(column.key)
            spots[column.path] = f"{cells.name}!{cell_name(number, index)}"
            value = self._table_cell(column, filled, cells, number, names)
            if value is _WRONG:
                return
            if value is not _NOTHING:
                _put(item, column.path, value)
        if sheet.key == "markets":
            self._market(item, spots)
            return
        self._append(sheet, cells, number, names, filled, item, spots)

    def _table_cell(
        self, column: Column, filled: Mapping[str, Any], cells: Cells, number: int, names: list[str]
    ) -> Any:
        cell, member = filled.get(column.key), column.member
        index = names.index(column.key)
        if cell is None or member is None:
            return _NOTHING
        if member.spec is None:
            return self._typed(cell, member, cells, number, index)
        value = self._number(cell, cells, number, names, column.key)
        if value is _WRONG or isinstance(value, Mapping):
            return value
        return gather({"value": value, "unit": filled.get(f"{column.key}.unit")}, member.spec)

    def _market(self, item: Mapping[str, Any], spots: Mapping[Path, str]) -> None:
        country = item.get("country")
        whole: Path = ("demand", "markets", str(country))
        share = item.get("share")
        if country is None or share is None:
            empty = spots["country",] if country is None else spots["share",]
            self.problems.append(Problem("missing", params={"example": "NLD, 0.4"}, cell=empty))
        elif not self._set(whole, share):
            self.problems.append(
                Problem("duplicate_key", params={"value": str(country)}, cell=spots["country",])
            )
        else:
            self.cells[whole] = spots["share",]

    def _append(
        self,
        sheet: Sheet,
        cells: Cells,
        number: int,
        names: list[str],
        filled: Mapping[str, Any],
        item: dict[str, Any],
        spots: Mapping[Path, str],
    ) -> None:
        base: Path | None = ()
        if sheet.keys and filled.get("plan") is not None:
            base = self._base(sheet, cells, number, names, filled, create=True)
        elif sheet.key == "flows":
            self._complain(
                "missing", cells, number, names.index("plan"), example=", ".join(self._plans) or "home"
            )
            return
        if base is None:
            return
        holder: Any = self._get(base)
        items = holder.setdefault(sheet.key, [])
        if sheet.key == "plans" and isinstance(item.get("id"), str):
            self._plans.setdefault(item["id"], len(items))
        for path, spot in spots.items():
            self.cells[(*base, sheet.key, len(items), *path)] = spot
        items.append(item)

    # ---- cells

    def _typed(self, cell: Any, member: Member | None, cells: Cells, number: int, column: int) -> Any:
        """A cell as what the field holds; text that ought to be a number is questioned."""
        if member is None:
            return cell
        if member.kind == "flag" and isinstance(cell, str):
            return {**dict.fromkeys(_words(YES), True), **dict.fromkeys(_words(NO), False)}.get(
                cell.strip().casefold(), cell
            )
        if member.kind in {"keys", "list"} and isinstance(cell, str):
            text = cell if cell.lstrip().startswith(("{", "[")) else f"{{{cell}}}"
            return self._flow(text, cells, number, column)
        if member.kind == "texts" and isinstance(cell, str) and cell.startswith("{code:"):
            # A reason of the program's own, beside the texts of people.
            return self._flow(cell, cells, number, column)
        if member.codes and isinstance(cell, str):
            # The list that is offered shows the name behind the code.
            return cell.strip().partition(" ")[0]
        if member.kind == "code" and isinstance(cell, int) and not isinstance(cell, bool):
            # A zero in front is lost in a number, but then a customs code has an odd number of digits.
            return str(cell)
        if member.kind in _NUMERIC and isinstance(cell, str):
            found = numeral(cell)
            if isinstance(found, Problem):
                self._complain(found.code, cells, number, column, **found.params)
            else:
                self._complain("number_as_text", cells, number, column, value=cell[:40], example=shown(found))
            return _WRONG
        if (
            member.kind in {"text", "texts", "translated"}
            and isinstance(cell, int | float)
            and not isinstance(cell, bool)
        ):
            return shown(cell)
        return cell

    # ---- places in the tree

    def _base(
        self,
        sheet: Sheet,
        cells: Cells,
        number: int,
        names: list[str],
        filled: Mapping[str, Any],
        *,
        create: bool,
    ) -> Path | None:
        """Path of the thing a row is about; ``None`` when there is none, or none yet and no need for it."""
        if not sheet.keys:
            return ()
        plan = filled.get("plan")
        if plan is None or str(plan) not in self._plans:
            if create:
                known = ", ".join(self._plans)
                column = names.index("plan") if "plan" in names else 0
                self._complain("unknown_plan", cells, number, column, value=shown(plan or ""), expected=known)
            return None
        base: Path = ("plans", self._plans[str(plan)])
        if sheet.key == "one_off":
            return (*base, "one_off")
        if "place" not in sheet.keys:
            return base
        place = filled.get("place")
        if place is None:
            if create:
                self._complain("missing", cells, number, names.index("place"), example="supplier")
            return None
        if sheet.key == "changes":
            return (*base, "changes", str(place))
        key = (str(plan), str(place))
        if key not in self._places:
            if not create:
                return None
            sources = self._get(base).setdefault("sources", [])
            self._places[key] = len(sources)
            self.cells[(*base, "sources", len(sources), "id")] = (
                f"{cells.name}!{cell_name(number, names.index('place'))}"
            )
            self.cells[(*base, "sources", len(sources))] = (
                f"{cells.name}!{cell_name(number, names.index('place'))}"
            )
            self.cells.setdefault((*base, "sources"), self.cells[(*base, "sources", len(sources))])
            sources.append({"id": place})
        return (*base, "sources", self._places[key])

    def _get(self, path: Path) -> Any:
        node: Any = self.tree
        for step in path:
            node = node[step]
        return node

    def _set(self, path: Path, value: Any) -> bool:
        return _put(self.tree, path, value)


class _Mark:
    """A result of reading a cell that is not a value."""


_NOTHING, _WRONG = _Mark(), _Mark()


def _put(tree: Any, path: Path, value: Any) -> bool:
    """Set a value in a tree of mappings and lists that grows as needed; ``False`` where something stands
    already.
    """
    node = tree
    for step, after in pairwise(path):
        fresh: Any = [] if isinstance(after, int) else {}
        if isinstance(step, int):
            if not isinstance(node, list):
                return False
            while len(node) <= step:
                node.append(None)
            if node[step] is None:
                node[step] = fresh
            node = node[step]
        else:
            if not isinstance(node, dict):
                return False
            node = node.setdefault(step, fresh)
    last = path[-1]
    if isinstance(last, int):
        if not isinstance(node, list):
            return False
        while len(node) <= last:
            node.append(None)
        if node[last] is not None:
            return False
        node[last] = value
        return True
    if not isinstance(node, dict) or last in node:
        return False
    node[last] = value
    return True


def compact(node: Any, free: bool = False) -> Any:
    """The tree without the holes that an index further on in a list has left."""
    if isinstance(node, dict):
        return {key: compact(value, free or key in FREE) for key, value in node.items()}
    if isinstance(node, list):
        return [compact(value, free) for value in node if free or value is not None]
    return node


def _ordered(tree: dict[str, Any]) -> dict[str, Any]:
    """The same tree with its fields in the order of the model."""
    tree = compact(tree)
    for plan in tree.get("plans", ()):
        for name in [name for name in members(Plan) if name in plan]:
            plan[name] = plan.pop(name)
    return {name: tree[name] for name in (*members(Dossier), *tree) if name in tree}


def _near(sheet: Sheet) -> str:
    return ".".join(str(step) for step in fields_of(sheet.key)[0][0]) if sheet.key != "more" else "scan.q1"


def _words(message: str) -> list[str]:
    """A word in every language, as people may type it."""
    found = []
    for language in LANGUAGES:
        with use(language):
            found.append(_(message).casefold())
    return [*found, {YES: "true", NO: "false"}[message]]


__all__ = ["HEADINGS", "NO", "REMARKS", "YES", "Fold", "compact", "marker"]
