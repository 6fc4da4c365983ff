"""What does each plan really cost? Cash flows per line, year and draw; see ``docs/cost.md``."""

from thuishaven.cost import frontier
from thuishaven.cost.assess import assess
from thuishaven.cost.result import CostResult

__all__ = ["CostResult", "assess", "frontier"]
