"""Scrambled Sobol points, one column at a time.

A Sobol point set is defined column by column: column j needs only its own direction numbers. We use that:
each column is scrambled by its own random bits, drawn from its own key. So a column never changes because
another input was added, while any set of columns is still a (t, m, s)-net with the quality of the plain
sequence: scrambling one coordinate with a lower-triangular matrix and a digital shift keeps that property
(Matousek, Journal of Complexity 14, 1998), and makes every mean unbiased.

Direction numbers: S. Joe and F. Y. Kuo, "Constructing Sobol sequences with better two-dimensional
projections", SIAM Journal on Scientific Computing 30, 2635-2654 (2008), the first 256 dimensions of their set
new-joe-kuo-6, in `sobol.csv`; their notice stands in `sobol.LICENCE`. `polynomial` holds the bits of the
primitive polynomial, `initial` the first direction numbers.
"""

import functools

import numpy as np
from numpy.typing import NDArray

from thuishaven.packaged import read_table

FloatArray = NDArray[np.float64]

INPUT_BITS = 32
"""Digits of the direction numbers: at most 2^32 points."""

OUTPUT_BITS = 52
"""Digits of a scrambled point: what a float64 in (0, 1) carries, with half a step to spare at both ends."""


@functools.cache
def _table() -> tuple[tuple[int, tuple[int, ...]], ...]:
    rows = sorted(read_table("thuishaven.uncertainty", "sobol.csv"), key=lambda row: int(row["dimension"]))
    return tuple((int(row["polynomial"]), tuple(map(int, row["initial"].split()))) for row in rows)


def dimensions() -> int:
    """How many dimensions the table of direction numbers holds.

    >>> dimensions()
    256
    """
    return len(_table())


@functools.cache
def directions(dimension: int) -> NDArray[np.uint64]:
    """Direction numbers V_1 ... V_32 of one dimension (from 0), aligned to the top of 32 bits.

    >>> [int(v) >> 28 for v in directions(0)[:4]]  # the van der Corput sequence
    [8, 4, 2, 1]
    """
    polynomial, initial = _table()[dimension]
    degree = polynomial.bit_length() - 1
    if degree <= 0:
        odd = [1] * INPUT_BITS
    else:
        odd = list(initial)
        for k in range(degree, INPUT_BITS):
            value = odd[k - degree] ^ (odd[k - degree] << degree)
            for step in range(1, degree):
                if polynomial >> (degree - step) & 1:
                    value ^= odd[k - step] << step
            odd.append(value)
    aligned = [number << (INPUT_BITS - 1 - k) for k, number in enumerate(odd)]
    result = np.array(aligned, dtype=np.uint64)
    result.setflags(write=False)
    return result


def scrambled(dimension: int, n: int, bits: NDArray[np.uint64]) -> FloatArray:
    """Independent scrambles of the first `n` points of one dimension.

    Parameters
    ----------
    dimension : which column of the sequence, from 0.
    n : points per scramble, a power of two.
    bits : random words, shape (scrambles, OUTPUT_BITS + 1): rows of the scrambling matrix, then the shift.

    Returns
    -------
    Shape (scrambles, n), strictly inside (0, 1). Point i is the i-th in plain binary (not Gray code) order,
    so the first 2^k points of a row are again a net.
    """
    m = n.bit_length() - 1
    # Row i of the lower-triangular matrix: any earlier digit may flip digit i, digit i itself always counts.
    position = np.arange(OUTPUT_BITS, dtype=np.int64)
    ones = (1 << INPUT_BITS) - 1
    earlier = np.array([ones ^ (ones >> min(int(i), INPUT_BITS)) for i in position], dtype=np.uint64)
    own = np.array(
        [1 << (INPUT_BITS - 1 - int(i)) if i < INPUT_BITS else 0 for i in position], dtype=np.uint64
    )
    matrix = (bits[:, :OUTPUT_BITS] & earlier) | own
    parity = np.bitwise_count(matrix[:, :, None] & directions(dimension)[:m]) & np.uint8(1)
    weight = np.left_shift(np.uint64(1), (OUTPUT_BITS - 1 - position).astype(np.uint64))
    columns = (parity * weight[:, None]).sum(axis=1, dtype=np.uint64)

    points = np.empty((len(bits), n), dtype=np.uint64)
    points[:, 0] = bits[:, OUTPUT_BITS] >> np.uint64(64 - OUTPUT_BITS)
    for k in range(m):
        half = 1 << k
        np.bitwise_xor(points[:, :half], columns[:, k : k + 1], out=points[:, half : 2 * half])
    return np.asarray((points + 0.5) * 2.0**-OUTPUT_BITS, dtype=np.float64)
