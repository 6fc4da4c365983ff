"""What else could be done? Generates, sizes and screens plans; ``explore`` evaluates them all."""

from thuishaven.alternatives.explore import ExploreResult, Option, explore, frontier
from thuishaven.alternatives.generate import Family, families, generate

__all__ = ["ExploreResult", "Family", "Option", "explore", "families", "frontier", "generate"]
