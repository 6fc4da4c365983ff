"""What comes first when we weigh differently? The arithmetic that scan and advice share.

Rows are plans, columns criteria, indices start at 0. :func:`smaa` says how often each plan takes each rank
when weights and values are uncertain; :mod:`~thuishaven.ranking.methods` holds the additive model and the
second opinions (VIKOR, TOPSIS, PROMETHEE II, ELECTRE I); :func:`second_opinions` puts them side by side.
"""

from thuishaven.ranking import methods
from thuishaven.ranking.acceptability import Acceptability, pairwise_wins, rank_acceptability, smaa
from thuishaven.ranking.evidence import (
    better,
    bounds,
    coverage,
    mean_regret,
    order_vertices,
    regret,
    weight_ranges,
)
from thuishaven.ranking.opinions import Opinions, second_opinions
from thuishaven.ranking.weights import draw_weights, rank_order_centroid

__all__ = [
    "Acceptability",
    "Opinions",
    "better",
    "bounds",
    "coverage",
    "draw_weights",
    "mean_regret",
    "methods",
    "order_vertices",
    "pairwise_wins",
    "rank_acceptability",
    "rank_order_centroid",
    "regret",
    "second_opinions",
    "smaa",
    "weight_ranges",
]
