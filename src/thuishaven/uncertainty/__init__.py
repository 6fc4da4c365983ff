"""How sure are we, and what would make us surer?"""

from thuishaven.uncertainty.answers import from_answer
from thuishaven.uncertainty.correlation import Copula, CorrelationRepaired, one_factor
from thuishaven.uncertainty.draws import Draws, registered_columns
from thuishaven.uncertainty.quantity import Quantity
from thuishaven.uncertainty.reading import QuantityError
from thuishaven.uncertainty.sample import as_quantity, draw

__all__ = [
    "Copula",
    "CorrelationRepaired",
    "Draws",
    "Quantity",
    "QuantityError",
    "as_quantity",
    "draw",
    "from_answer",
    "one_factor",
    "registered_columns",
]
