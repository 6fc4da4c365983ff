"""How sure are we, and what would make us surer?

Every input is a distribution (`Quantity`), every plan is evaluated on the same draws (`Draws`), and the
answers are read from those draws: ranges and their error (`replicate_error`), what drives the difference
(`first_order_all`), and which number is worth finding out (`evppi_all`).
"""

from thuishaven.uncertainty.answers import from_answer
from thuishaven.uncertainty.convergence import Convergence, convergence, half_width, replicate_error
from thuishaven.uncertainty.correlation import Copula, CorrelationRepaired, one_factor
from thuishaven.uncertainty.distributions import dirichlet, poisson_ppf
from thuishaven.uncertainty.draws import Draws, registered_columns, shared_draws
from thuishaven.uncertainty.information import (
    Information,
    evpi,
    evppi,
    evppi_all,
    evsi,
    expected_regret,
    linear_normal_evpi,
    linear_normal_evsi,
    linear_normal_p_wrong,
)
from thuishaven.uncertainty.memory import keep_freed_memory
from thuishaven.uncertainty.quantiles import quantiles
from thuishaven.uncertainty.quantity import Quantity
from thuishaven.uncertainty.reading import FORMS, MESSAGES, QuantityError, read_number
from thuishaven.uncertainty.sample import as_quantity, draw
from thuishaven.uncertainty.sensitivity import (
    Estimate,
    Tails,
    TotalOrder,
    direction,
    first_order,
    first_order_all,
    threshold,
    tornado,
    total_order,
)

__all__ = [
    "FORMS",
    "MESSAGES",
    "Convergence",
    "Copula",
    "CorrelationRepaired",
    "Draws",
    "Estimate",
    "Information",
    "Quantity",
    "QuantityError",
    "Tails",
    "TotalOrder",
    "as_quantity",
    "convergence",
    "direction",
    "dirichlet",
    "draw",
    "evpi",
    "evppi",
    "evppi_all",
    "evsi",
    "expected_regret",
    "first_order",
    "first_order_all",
    "from_answer",
    "half_width",
    "keep_freed_memory",
    "linear_normal_evpi",
    "linear_normal_evsi",
    "linear_normal_p_wrong",
    "one_factor",
    "poisson_ppf",
    "quantiles",
    "read_number",
    "registered_columns",
    "replicate_error",
    "shared_draws",
    "threshold",
    "tornado",
    "total_order",
]
