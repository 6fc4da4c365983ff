"""How it was calculated, by what, and how to do it again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from thuishaven.locale import _, date, number, percent
from thuishaven.report.blocks import Block, Facts, Heading, Listing, Text
from thuishaven.report.material import Material
from thuishaven.report.stored import fingerprints


def method(material: Material) -> Iterator[Block]:
    """The last part."""
    settings = material.result["settings"]
    yield Heading(1, _("How this was calculated"), "method")
    yield Listing(
        (
            _("Each plan is followed year by year, cost line by cost line, on one footing with today."),
            _(
                "Cost per unit is the constant price that would just pay for everything, after tax and "
                "discounted."
            ),
            _(
                "Every uncertain figure is a range. The calculation runs in {n} worlds at once; all plans "
                "live in the same worlds, so that what they share cancels in a difference.",
                n=number(settings["draws"]),
            ),
            _("A range holds nine of ten worlds. A chance of being cheaper counts worlds; ties count half."),
            _("Find out first: what knowing a figure before choosing would save on average."),
            _("A line without data is named as not counted; it is never taken as nothing."),
            _("Support stays out of the headline."),
        )
    )
    yield Heading(2, _("To do it again"), "again")
    yield Text(
        _(
            "The same dossier, facts and settings give the same figures. Keep the report as .json as well; "
            "then: thuishaven report --replay report.json"
        )
    )
    marks = fingerprints(material)
    items = [
        (_("Made on"), date(material.made)),
        (_("Figures as of"), date(dt.date.fromisoformat(settings["as_of"]))),
        (_("Seed"), str(settings["seed"])),
        (_("Worlds"), number(settings["draws"])),
        (_("Years ahead"), str(settings["horizon_years"])),
        (_("Discount rate"), percent(settings["discount_rate"], 1)),
        (_("Tax rate"), percent(settings["tax_rate"], 1)),
        (_("Version"), f"Thuishaven {settings['version']}"),
        (_("Fingerprint of the dossier"), marks["dossier"]),
        (_("Fingerprint of the facts"), marks["facts"]),
        (_("Fingerprint of the figures"), marks["figures"]),
    ]
    yield Facts(tuple(items))
