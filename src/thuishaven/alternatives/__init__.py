"""What else could be done? Generates, sizes and screens plans; ``explore`` evaluates them all."""

from thuishaven.alternatives.batch import BatchResult, assess_batch
from thuishaven.alternatives.explore import ExploreResult, Option, explore, frontier
from thuishaven.alternatives.generate import Family, families, generate

__all__ = [
    "BatchResult",
    "ExploreResult",
    "Family",
    "Option",
    "assess_batch",
    "explore",
    "families",
    "frontier",
    "generate",
]
