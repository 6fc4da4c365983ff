"""What else could be done? Generates, sizes and screens plans; ``explore`` evaluates them all."""

from thuishaven.alternatives.batch import BatchResult, assess_batch
from thuishaven.alternatives.explore import ExploreResult, Option, explore, frontier
from thuishaven.alternatives.generate import generate
from thuishaven.alternatives.model import (
    Dropped,
    Family,
    Proposal,
    choices,
    families,
    reshores,
    telling_source,
)
from thuishaven.alternatives.places import Friend, Place, by_rule, like_minded, place
from thuishaven.alternatives.propose import propose
from thuishaven.alternatives.saving import with_plan, write_plan

__all__ = [
    "BatchResult",
    "Dropped",
    "ExploreResult",
    "Family",
    "Friend",
    "Option",
    "Place",
    "Proposal",
    "assess_batch",
    "by_rule",
    "choices",
    "explore",
    "families",
    "frontier",
    "generate",
    "like_minded",
    "place",
    "propose",
    "reshores",
    "telling_source",
    "with_plan",
    "write_plan",
]
