"""The pictures: drawn once, used in pages, PDF and spreadsheets, each with its figures and its words.

Every function takes a result (or its plain form) and the :class:`~thuishaven.report.subject.Subject` that
names the plans, and gives a :class:`~thuishaven.report.blocks.Chart`: ``svg`` for a page, ``narrow`` for a
telephone, ``table``, ``alt``, ``source``; or ``None`` where there is nothing to show. The SVG holds
attributes only, so that it may stand in a page with a strict policy; its ids begin with the chart's own.
``dark_sheet()`` gives the rules that turn its colours on a dark page.
"""

from thuishaven.report.charts.cash import yearly_cash
from thuishaven.report.charts.costs import stacked, uncertainty, waterfall
from thuishaven.report.charts.criteria import profile
from thuishaven.report.charts.found_cases import places, timeline
from thuishaven.report.charts.sensitivity import break_even, break_even_id, tornado, value_of_information
from thuishaven.report.charts.style import FONT, FONTS, dark_sheet, png
from thuishaven.report.charts.world import frontier, world_map

__all__ = [
    "FONT",
    "FONTS",
    "break_even",
    "break_even_id",
    "dark_sheet",
    "frontier",
    "places",
    "png",
    "profile",
    "stacked",
    "timeline",
    "tornado",
    "uncertainty",
    "value_of_information",
    "waterfall",
    "world_map",
    "yearly_cash",
]
