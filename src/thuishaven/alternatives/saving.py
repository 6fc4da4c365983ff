"""A generated plan into the dossier, where it can be edited like any other."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from thuishaven.dossier import (
    Document,
    Dossier,
    DossierError,
    Plan,
    Problem,
    build,
    open_document,
    replace_file,
    save,
    to_tree,
)
from thuishaven.dossier.yaml import plain

#: Added to the name of the file as it was before.
BACKUP = ".bak"


def with_plan(dossier: Dossier, plan: Plan) -> Dossier:
    """The dossier with one more plan at the end.

    Raises
    ------
    DossierError
        If it has a plan of that name already.
    """
    _must_be_new(dossier, plan)
    return dossier.model_copy(update={"plans": (*dossier.plans, plan)})


def write_plan(path: str | Path, plan: Plan) -> Path:
    """Write a plan at the end of the plans of a dossier file; comments, order and quotes stay.

    Parameters
    ----------
    path
        A YAML, JSON or XLSX file.

    Returns
    -------
    Path
        The file as it was, kept beside it under the same name with ``.bak`` behind it.

    Raises
    ------
    DossierError
        If the file cannot be read as a dossier, or it has a plan of that name already.
    """
    file = Path(path)
    document = open_document(file)
    tree: Any = document.tree
    try:
        _must_be_new(document.dossier, plan)
        tree["plans"].append(to_tree(plan))
        changed = Document(build(plain(tree)), tree, file, document.text)
    except DossierError as error:
        raise DossierError(error.problems, str(file)) from None
    kept = file.with_name(file.name + BACKUP)
    # Whole or not at all, like the dossier itself.
    replace_file(kept, file.read_bytes())
    shutil.copymode(file, kept)
    save(changed, file)
    return kept


def _must_be_new(dossier: Dossier, plan: Plan) -> None:
    if any(known.id == plan.id for known in dossier.plans):
        example = f"{plan.id}_2"
        raise DossierError([Problem("duplicate", "plans", {"value": plan.id, "example": example})])
