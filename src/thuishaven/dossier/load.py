"""From a file or a mapping to a :class:`Dossier`, or to a list of clear problems; and back to a file."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from thuishaven.dossier import structure, yaml
from thuishaven.dossier.model import Dossier
from thuishaven.dossier.problems import DossierError, Problem
from thuishaven.dossier.translate import translated, where
from thuishaven.dossier.validate import cross_check

FORMATS = (".yaml", ".yml", ".json", ".xlsx")
Cells = Mapping[structure.Path, str]


@dataclass(frozen=True)
class Document:
    """A dossier together with the tree it was read from, so that it can be changed and saved without loss.

    Parameters
    ----------
    dossier
        What was read.
    tree
        Mapping with comments, order and quotes, as ruamel.yaml keeps them.
    path
        The file, where it came from one.
    text
        The YAML as it was read, to the letter.
    """

    dossier: Dossier
    tree: Any
    path: Path | None = None
    text: str = ""


def load(path: str | Path) -> Dossier:
    """Read a dossier from a YAML, JSON or XLSX file.

    Raises
    ------
    DossierError
        With every problem found: line or cell, field, what was expected, an example.
    """
    file = Path(path)
    if file.is_file() and file.suffix.lower() in FORMATS[:3]:
        with suppress(DossierError):
            machine = file.suffix.lower() == ".json"
            return build(yaml.content(yaml.read_text(file), machine=machine))
    # What is wrong with it is told with its line, which takes reading it with care.
    return open_document(path).dossier


def open_document(path: str | Path) -> Document:
    """Read a dossier and keep the tree it came from (comments, order, quotes). Errors as for :func:`load`."""
    file = Path(path)
    suffix = file.suffix.lower()
    if file.is_file() and suffix not in FORMATS:
        params = {"expected": ", ".join(FORMATS)}
        raise DossierError([Problem("unknown_format", params=params)], str(file))
    try:
        if suffix == ".xlsx":
            from thuishaven.dossier import xlsx

            tree, cells, text = xlsx.read_document(file)
            return Document(build(tree, cells), tree, file, text)
        text = yaml.read_text(file)
        tree = yaml.parse(text, machine=suffix == ".json")
        return Document(build(tree), tree, file, "" if suffix == ".json" else text)
    except DossierError as error:
        raise DossierError(error.problems, str(file)) from None


def build(tree: Any, cells: Cells | None = None) -> Dossier:
    """Validate a mapping as a dossier.

    Parameters
    ----------
    tree
        Mapping as read from YAML, JSON or a spreadsheet.
    cells
        Cell of each field, where the mapping came from a spreadsheet.

    Raises
    ------
    DossierError
        With every problem found.
    """
    if not isinstance(tree, Mapping) or "thuishaven" not in tree:
        raise DossierError([Problem("not_a_dossier", params={"example": "thuishaven: 1"})])
    try:
        dossier = Dossier.model_validate(yaml.plain(tree))
    except ValidationError as error:
        found = [(item["loc"], *translated(item, Dossier)) for item in complaints(error)]
        raise DossierError(
            [placed(Problem(code, params=params), spot, tree, cells) for spot, code, params in found]
        ) from None
    problems = [placed(problem, spot, tree, cells) for spot, problem in cross_check(dossier)]
    if problems:
        raise DossierError(problems)
    return dossier


def complaints(error: ValidationError) -> list[Any]:
    """The errors of pydantic, without the list that is too short because what is in it is wrong."""
    found: list[Any] = error.errors(include_url=False)
    inside = [item["loc"] for item in found]
    return [
        item
        for item in found
        if item["type"] != "too_short"
        or not any(place[: len(item["loc"])] == item["loc"] and place != item["loc"] for place in inside)
    ]


def placed(problem: Problem, location: structure.Path, tree: Any, cells: Cells | None) -> Problem:
    """A problem with the place where it stands: the cell of a spreadsheet, or the line of a text."""
    code, params = problem.code, problem.params
    if not cells:
        return Problem(code, where(location, tree), params, yaml.line_of(tree, location))
    cell = next((cells[location[:n]] for n in range(len(location), 0, -1) if location[:n] in cells), None)
    if code == "unquoted_code":
        code, params = "code_as_number", {**params, "example": str(params.get("example", "")).strip('"')}
    return Problem(code, where(location, tree), params, None, cell)


def to_tree(dossier: BaseModel) -> dict[str, Any]:
    """The plain mapping of a dossier: what was given, as a person writes it under the names of the format."""
    given = yaml.plain(dossier.model_dump(by_alias=True, exclude_unset=True))
    tree: dict[str, Any] = neat(given, type(dossier))
    return tree


def neat(tree: Any, section: type[BaseModel]) -> Any:
    """A section without what says nothing: a unit that is the field's own, the point in 12.0, one text for
    three languages.
    """
    fields = structure.members(section)
    found = {}
    for key, value in tree.items():
        member = fields.get(key)
        if member is None or value is None:
            found[key] = value
        elif member.spec is not None:
            found[key] = _neat_quantity(value, member.unit)
        elif member.section is not None:
            many = isinstance(value, list)
            found[key] = (
                [neat(item, member.section) for item in value] if many else neat(value, member.section)
            )
        elif member.kind == "translated" and len(value) == 3 and len(set(value.values())) == 1:
            found[key] = value["nl"]
        else:
            found[key] = _whole(value)
    return found


def _neat_quantity(value: Any, unit: str) -> Any:
    if not isinstance(value, Mapping):
        return _whole(value)
    kept = {key: _whole(part) for key, part in value.items() if key != "unit" or part != unit}
    return kept["value"] if list(kept) == ["value"] else kept


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value


def save(what: Document | Dossier, path: str | Path, lang: str = "en") -> None:
    """Write a dossier; the end of the name chooses YAML, JSON or XLSX.

    A document that came from YAML keeps its comments, order and quotes; when nothing changed, every byte. The
    file appears
    whole or not at all.

    Parameters
    ----------
    what
        A document or a dossier.
    path
        Where to; an existing file is replaced.
    lang
        Language of the headings and the help of a spreadsheet.

    Raises
    ------
    DossierError
        For another kind of file.
    """
    file = Path(path)
    suffix = file.suffix.lower()
    if suffix not in FORMATS:
        raise DossierError([Problem("unknown_format", params={"expected": ", ".join(FORMATS)})], str(file))
    if suffix == ".xlsx":
        from thuishaven.dossier import xlsx

        xlsx.write(what, file, lang)
        return
    document = what if isinstance(what, Document) else Document(what, to_tree(what))
    if suffix == ".json":
        content = json.dumps(yaml.plain(document.tree), ensure_ascii=False, indent=2, default=str) + "\n"
    else:
        content = yaml.text_of(document.tree, document.text)
    replace_file(file, content.encode())


def replace_file(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or, after a failure, as it was."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
