"""Group 10, market and strategy: what a plan does to sales. Income, so negative cost."""

from __future__ import annotations

from thuishaven.cost.lines.oneoff import never
from thuishaven.cost.lines.quantities import Array
from thuishaven.cost.registry import line


@line("S01", "unit", when=lambda link: link.enters and link.near, expected=never, income=True)
def made_in(selling_price: Array, made_in_premium: Array, made_in_share: Array) -> Array:
    """Premium for local origin on the share of the volume that is sold as such and pays (D17)."""
    return selling_price * made_in_premium * made_in_share


@line("S02", "period", level="plan", expected=never, income=True)
def proximity(innovation: Array, after_entry: Array) -> Array:
    """Faster or better development by being close."""
    return innovation * after_entry


@line("S03", "period", level="plan", expected=never, income=True)
def custom_work(customisation: Array, after_entry: Array) -> Array:
    """Extra margin from custom work and mix."""
    return customisation * after_entry


@line("S04", "period", level="plan", expected=lambda link: link.leaves_own)
def foreign_market(lost_foreign_margin: Array, after_entry: Array) -> Array:
    """Margin lost in the foreign market that the closed plant served."""
    return lost_foreign_margin * after_entry


@line("S05", "period", level="plan", when=lambda link: link.flexible, expected=never, income=True)
def switching_option(switchable_units: Array, switching_gain: Array) -> Array:
    """Units that can move each year to the source that turns out cheapest, times the difference in that draw
    and year.
    """
    return switchable_units * switching_gain


@line("E05", "period", level="plan", expected=never, income=True)
def green_tenders(green_margin: Array, after_entry: Array) -> Array:
    """Margin won by green tenders (D17: not again as a premium)."""
    return green_margin * after_entry
