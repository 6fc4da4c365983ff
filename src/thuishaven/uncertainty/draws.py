"""The draws that all plans and all rooms share: one column of uniforms per input id."""

import functools
import math
import threading
from collections.abc import Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

from thuishaven.packaged import read_table
from thuishaven.uncertainty import sobol
from thuishaven.uncertainty.distributions import FloatArray, normal_scores

if TYPE_CHECKING:
    from thuishaven.uncertainty.quantity import Quantity


@functools.cache
def registered_columns() -> Mapping[str, int]:
    """Input ids that own a Sobol dimension, from `columns.csv` (id, dimension, meaning).

    The table is append-only: an id keeps its dimension for ever, so that a stored seed gives the same draws.
    Low dimensions have the best joint quality and go to the inputs that matter in most dossiers.

    >>> registered_columns()["demand.level"]
    0
    """
    table = read_table("thuishaven.uncertainty", "columns.csv")
    rows = {row["id"]: int(row["dimension"]) for row in table}
    if not len(rows) == len(set(rows.values())) == len(table) or max(rows.values()) >= sobol.dimensions():
        raise ValueError("columns.csv: every id and every dimension once, dimensions within the Sobol table")
    return rows


class Draws:
    """The shared random numbers of one calculation.

    `u(id)` depends on (seed, n, replicates, id) and on nothing else: adding, removing or reordering other
    inputs changes no column. Ids of `columns.csv` are scrambled Sobol columns, jointly well spread; every
    other id has a keyed Latin hypercube column, evenly spread by itself and independent of the rest.
    Replicate r, an independent repetition of the whole experiment, is the r-th contiguous block of draws.

    Parameters
    ----------
    seed : any integer.
    n : draws in total, a power of two.
    replicates : a power of two, at most n; 8 by default and 16 from 65,536 draws.

    Columns are cached and read-only. Method: notes on uncertainty, section 3.

    >>> draws = Draws(seed=1, n=1024)
    >>> draws.u("demand.level").shape, draws.replicates
    ((1024,), 8)
    """

    def __init__(self, seed: int, n: int = 4096, replicates: int | None = None) -> None:
        check_power_of_two(n, "n")
        if replicates is None:
            replicates = default_replicates(n)
        check_power_of_two(replicates, "replicates")
        if replicates > n:
            raise ValueError(f"{replicates} replicates need at least as many draws, not {n}")
        self.seed = int(seed)
        self.n = n
        self.replicates = replicates
        self._columns: dict[str, FloatArray] = {}
        self._normals: dict[str, FloatArray] = {}
        self._paths: dict[tuple[str, int], FloatArray] = {}
        self._values: dict[tuple[str, Quantity], FloatArray] = {}

    @property
    def nbytes(self) -> int:
        """Memory that the columns and paths drawn so far take."""
        years = sum(years for _name, years in list(self._paths))
        return 8 * self.n * (len(self._columns) + len(self._normals) + len(self._values) + years)

    def u(self, input_id: str) -> FloatArray:
        """The uniforms of one input, shape (n,), strictly inside (0, 1)."""
        column = self._columns.get(input_id)
        if column is None:
            dimension = registered_columns().get(input_id)
            column = make_column(self.seed, input_id, dimension, self.replicates, self.n // self.replicates)
            column.setflags(write=False)
            self._columns[input_id] = column
        return column

    def normal(self, input_id: str) -> FloatArray:
        """The standard normal scores of one input, shape (n,)."""
        scores = self._normals.get(input_id)
        if scores is None:
            scores = normal_scores(self.u(input_id))
            scores.setflags(write=False)
            self._normals[input_id] = scores
        return scores

    def values(self, input_id: str, quantity: "Quantity") -> FloatArray:
        """The values of an input that comes back in the next calculation, as a fact does, shape (n,)."""
        values = self._values.get((input_id, quantity))
        if values is None:
            values = quantity.ppf(self.u(input_id))
            values.setflags(write=False)
            self._values[input_id, quantity] = values
        return values

    def brownian(self, input_id: str, years: int) -> FloatArray:
        """A standard Brownian path at the end of years 1 ... `years`, shape (n, years).

        Built from its principal components, largest first: component k uses the column `<id>.k`, so the first
        two, which carry 90 % of the variance, can be Sobol columns. Eigenvectors of the covariance min(s, t)
        in closed form (Akesson and Lehoczky 1998).
        """
        path = self._paths.get((input_id, years))
        if path is None:
            path = self._components(input_id, years) @ brownian_loadings(years)
            path.setflags(write=False)
            self._paths[input_id, years] = path
        return path

    def _components(self, input_id: str, years: int) -> FloatArray:
        return np.stack([self.normal(f"{input_id}.{k}") for k in range(1, years + 1)], axis=1)


#: Draws of earlier calculations, newest last, and how many bytes of columns are kept of them.
_drawn: dict[tuple[int, int, int], Draws] = {}
_KEPT = 128 * 2**20
_at_drawn = threading.Lock()


def shared_draws(seed: int, n: int = 4096, replicates: int | None = None) -> Draws:
    """The draws of these settings: those of an earlier calculation if they are still there.

    A column depends on nothing but these numbers and its own name, so it is drawn once for all dossiers and
    all rooms. For columns whose names come back; parameters as for :class:`Draws`.

    >>> shared_draws(seed=1, n=64) is shared_draws(seed=1, n=64)
    True
    """
    key = (seed, n, default_replicates(n) if replicates is None else replicates)
    with _at_drawn:
        draws = _drawn.pop(key, None) or Draws(*key)
        while _drawn and sum(known.nbytes for known in [draws, *_drawn.values()]) > _KEPT:
            del _drawn[next(iter(_drawn))]
        if draws.nbytes <= _KEPT:
            _drawn[key] = draws
    return draws


def make_column(seed: int, input_id: str, dimension: int | None, replicates: int, m: int) -> FloatArray:
    """Uniforms of one input, shape (replicates * m,): Sobol, or a Latin hypercube without a dimension."""
    source = np.random.PCG64DXSM(_key(seed, input_id))
    if dimension is None:
        return _latin_hypercube(source, replicates, m)
    words = sobol.OUTPUT_BITS + 1
    bits = source.random_raw(replicates * words).reshape(replicates, words)
    return sobol.scrambled(dimension, m, bits).ravel()


def _key(seed: int, input_id: str) -> int:
    # Never Python's hash: it differs per process.
    return int.from_bytes(blake2b(f"{seed}\0{input_id}".encode(), digest_size=16).digest(), "big")


def _latin_hypercube(source: np.random.PCG64DXSM, rows: int, m: int) -> FloatArray:
    """Per row one point in each of m strata, in random order; from raw bits, which NumPy keeps stable."""
    words = source.random_raw(2 * rows * m).reshape(rows, 2, m)
    strata = np.argsort(words[:, 0], axis=1)
    # 52 bits and half a step keep the place strictly inside its stratum.
    place = ((words[:, 1] >> np.uint64(12)) + 0.5) * 2.0**-52
    column: FloatArray = ((strata + place) / m).ravel()
    # Rounding may reach 1 from the last stratum of a long column.
    return np.minimum(column, 1.0 - 2.0**-53, out=column)


@functools.lru_cache(maxsize=64)
def brownian_loadings(years: int) -> FloatArray:
    """Loadings of the principal components of a Brownian path, shape (components, years), largest first.

    >>> loadings = brownian_loadings(3)
    >>> (loadings.T @ loadings).round(12).tolist()  # the covariance min(s, t)
    [[1.0, 1.0, 1.0], [1.0, 2.0, 2.0], [1.0, 2.0, 3.0]]
    """
    if years < 1:
        raise ValueError(f"a path needs at least one year, not {years}")
    angle = (2 * np.arange(1, years + 1) - 1) * (math.pi / (2 * years + 1))
    size = 0.5 / np.sin(angle / 2) * (2 / math.sqrt(2 * years + 1))
    loadings: FloatArray = size[:, None] * np.sin(angle[:, None] * np.arange(1, years + 1))
    loadings.setflags(write=False)
    return loadings


def default_replicates(n: int) -> int:
    """Replicates in n draws unless told otherwise: 16 from 65,536 draws, 8 below."""
    return 16 if n >= 65536 else min(8, n)


def check_power_of_two(n: int, name: str = "n") -> None:
    """Raise ValueError, naming the nearest powers, unless n is one."""
    if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 1:
        raise ValueError(f"{name} must be a power of two, for example 4096, not {n!r}")
    if n & (n - 1):
        below = 1 << (int(n).bit_length() - 1)
        raise ValueError(
            f"{name} must be a power of two for a balanced sample: use {below} or {2 * below}, not {n}"
        )
