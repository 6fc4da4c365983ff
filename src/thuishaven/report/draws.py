"""The joint draws of a result as a Parquet file, for who goes on calculating with them.

One row for each world, one column for each plan: row *n* is the same world for every plan, so that
differences between columns keep what the plans have in common.
"""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

#: Of the form of the file; it stands in its metadata.
SCHEMA = "thuishaven.draws/1"
#: The column that numbers the worlds, and how those of the plans begin.
WORLD, UNIT_COST = "draw", "unit_tco"
_UNIT = "EUR/unit"


class ParquetMissing(Exception):
    """The optional package that writes Parquet files is not installed."""


def draws_table(result: Any) -> dict[str, np.ndarray]:
    """Cost per unit of every plan in every world, by column.

    Parameters
    ----------
    result
        A cost result: ``plan_ids`` and ``draws``.

    Returns
    -------
    dict
        ``draw`` (int32, from 0) and ``unit_tco.<plan>`` for each plan (float64, EUR/unit), each of shape
        (draws,).
    """
    found = {f"{UNIT_COST}.{plan}": np.asarray(result.draws(plan, "unit_tco")) for plan in result.plan_ids}
    worlds = len(next(iter(found.values())))
    return {WORLD: np.arange(worlds, dtype=np.int32), **found}


def draws_parquet(result: Any, dossier: str) -> bytes:
    """The joint draws of the cost per unit as a Parquet file.

    Its metadata (in the schema, as ``thuishaven``) say in JSON: the seed, the number of draws, the day, the
    fingerprints of dossier and facts, and the unit of each column.

    Parameters
    ----------
    result
        A cost result: ``plan_ids``, ``draws`` and ``to_dict``.
    dossier
        Fingerprint of the dossier.

    Raises
    ------
    ParquetMissing
        When the optional package is not installed.
    """
    try:
        import duckdb
    except ModuleNotFoundError:
        raise ParquetMissing from None
    table = draws_table(result)
    about = json.dumps(_about(result.to_dict(), list(table), dossier), ensure_ascii=False, sort_keys=True)
    with TemporaryDirectory(prefix="thuishaven-") as folder, closing(duckdb.connect()) as connection:
        path = Path(folder) / "draws.parquet"
        connection.register("worlds", table)
        quoted = about.replace("'", "''")
        connection.execute(
            f"COPY (SELECT * FROM worlds ORDER BY {WORLD}) TO '{path}' "  # noqa: S608 - our own names
            f"(FORMAT parquet, COMPRESSION zstd, KV_METADATA {{thuishaven: '{quoted}'}})"
        )
        return path.read_bytes()


def _about(plain: dict[str, Any], columns: list[str], dossier: str) -> dict[str, Any]:
    """What stands in the metadata."""
    settings = plain["settings"]
    kept = ("as_of", "seed", "draws", "replicates", "horizon_years", "discount_rate", "currency", "version")
    names = {plan["id"]: plan.get("name") for plan in plain["plans"]}
    return {
        "schema": SCHEMA,
        **{name: str(settings[name]) if name == "as_of" else settings[name] for name in kept},
        "dossier": dossier,
        "facts": settings["facts_digest"],
        "baseline": plain["baseline"],
        "units": {name: "" if name == WORLD else _UNIT for name in columns},
        "plans": names,
    }
