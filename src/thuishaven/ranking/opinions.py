"""Do the methods agree? The additive model beside three methods that allow less compensation."""

from __future__ import annotations

from dataclasses import dataclass

from numpy.typing import ArrayLike

from thuishaven.ranking.matrix import read_matrix
from thuishaven.ranking.methods import additive, electre_i, promethee_ii, top, topsis, vikor


@dataclass(frozen=True, slots=True)
class Opinions:
    """The plans that each method puts first, and whether they disagree.

    Parameters
    ----------
    additive, promethee, topsis
        The best plans of the method; several when they tie.
    electre
        The kernel: plans outranked by none.
    vikor
        The compromise set.
    disagree
        The tops of additive, PROMETHEE and ELECTRE share no plan, or no additive top is in the VIKOR
        set. TOPSIS is shown beside them and does not decide: it depends on the zero point of the scales.
    """

    additive: frozenset[int]
    promethee: frozenset[int]
    electre: frozenset[int]
    vikor: frozenset[int]
    topsis: frozenset[int]
    disagree: bool


def second_opinions(
    values: ArrayLike,
    weights: ArrayLike,
    indifference: ArrayLike,
    preference: ArrayLike,
    concordance: float,
    discordance: float,
) -> Opinions:
    """What each method puts first, on values that stand on fixed scales on which more is better.

    Parameters
    ----------
    values
        Shape (plans, criteria).
    weights
        One per criterion.
    indifference, preference
        q and p of PROMETHEE's linear preference, on the scales of the values.
    concordance, discordance
        p and q of ELECTRE I.

    Returns
    -------
    Opinions
        No average of methods: where they disagree, both tops are the answer.

    Raises
    ------
    ValueError
        As each method does.
    """
    table = read_matrix(values, "values")
    ways = [1] * table.shape[1]
    first = top(additive(table, weights))
    flows = promethee_ii(table, weights, ways, "linear", indifference, preference)
    linear = top(flows.net_flow)
    kernel = electre_i(table, weights, ways, concordance, discordance, "none").kernel
    compromise = vikor(table, weights, ways).compromise
    return Opinions(
        additive=first,
        promethee=linear,
        electre=kernel,
        vikor=compromise,
        topsis=top(topsis(table, weights, ways).closeness),
        disagree=not (first & linear & kernel) or not (first & compromise),
    )
