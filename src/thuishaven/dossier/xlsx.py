"""A dossier as a spreadsheet: written to be filled in, read back without loss (docs/decisions/xlsx-round-
trip.md).
"""

from __future__ import annotations

import io
from pathlib import Path as File
from typing import Any

from thuishaven.dossier import yaml
from thuishaven.dossier.load import Document, build, replace_file, to_tree
from thuishaven.dossier.merge import merge
from thuishaven.dossier.model import Dossier
from thuishaven.dossier.problems import DossierError
from thuishaven.dossier.structure import Path
from thuishaven.dossier.xlsx_cells import Cells, read_cells
from thuishaven.dossier.xlsx_fold import Fold
from thuishaven.dossier.xlsx_write import CRLF, ORIGINAL, workbook
from thuishaven.locale import use


def write(what: Document | Dossier, path: str | File, lang: str = "en") -> None:
    """Write a dossier as XLSX, with drop-downs, units and help in a language.

    Parameters
    ----------
    what
        A document (its comments travel along in a hidden sheet) or a dossier.
    path
        Where to; an existing file is replaced.
    lang
        ``nl``, ``en`` or ``fr``.
    """
    document = what if isinstance(what, Document) else Document(what, to_tree(what))
    tree = yaml.plain(document.tree)
    content = io.BytesIO()
    with use(lang, document.dossier.company.country):
        workbook(content, tree, yaml.text_of(document.tree, document.text), document.dossier.as_of)
    replace_file(File(path), content.getvalue())


def write_template(path: str | File, lang: str = "en", family: str | None = None) -> None:
    """Write an XLSX to fill in: the starter dossier of a product family, every field with its help.

    Parameters
    ----------
    path, lang
        As for :func:`write`.
    family
        One of :func:`thuishaven.dossier.families.names`; the first one when absent.
    """
    from thuishaven.dossier import families

    text = families.new(family or families.names()[0], lang)
    tree = yaml.parse(text)
    write(Document(build(tree), tree, None, text), path, lang)


def read(path: str | File) -> tuple[Any, dict[Path, str]]:
    """Read a filled-in template: the tree that YAML would give, and the cell of each field.

    Raises
    ------
    DossierError
        If the file cannot be read within its limits, is not our template, or a cell cannot be understood.
    """
    tree, cells, _text = read_document(File(path))
    return tree, cells


def read_document(path: File) -> tuple[Any, dict[Path, str], str]:
    """As :func:`read`, with the YAML text that travelled along (empty when there is none)."""
    sheets = read_cells(path)
    fold = Fold()
    fold.read(sheets)
    if fold.problems:
        raise DossierError(fold.problems, str(path))
    text = original(sheets)
    try:
        tree = yaml.parse(text) if text else None
    except DossierError:
        tree = None
    if not isinstance(tree, dict):
        return fold.tree, fold.cells, ""
    return merge(tree, fold.tree), fold.cells, text


def original(sheets: list[Cells]) -> str:
    """The YAML text in the hidden sheet, empty when there is none."""
    for sheet in sheets:
        if sheet.rows and sheet.rows[0] and sheet.rows[0][0] == ORIGINAL:
            lines = [row[0] for row in sheet.rows[1:] if row and isinstance(row[0], str)]
            text = "".join(line[1:] + ("\n" if line[0] == "|" else "") for line in lines)
            return text.replace("\n", "\r\n") if sheet.rows[0][1:2] == [CRLF] else text
    return ""
