"""What a reader hears for the codes of the rooms: notices, statuses, groups, inputs, places and units."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
from typing import Any

from thuishaven.locale import (
    N_,
    _,
    date,
    decimals_for,
    language,
    listing,
    money,
    ngettext,
    number,
    percent,
    price,
    term,
    unit,
)
from thuishaven.locale.writing import SEPARATORS

#: A number with decimals, as a record writes it.
_DECIMAL = re.compile(r"-?\d+\.\d+")
#: What the codes of ``warnings`` say, beside those of a fallback (``thuishaven.facts.MESSAGES``).
NOTICES = {
    "very_stale": N_("the figure is about {period}, long ago for its kind"),
    "quote_expired": N_("the quote of {source} held until {until}; ask for a new one"),
    "no_mode_uniform": N_("the range has no most likely value, so every value in it counts the same"),
    "mode_is_low": N_("the most likely value is the low end of the range"),
    "mode_is_high": N_("the most likely value is the high end of the range"),
    "low_is_minimum": N_("the low end is a hard limit: nothing lies below it"),
    "high_is_maximum": N_("the high end is a hard limit: nothing lies above it"),
    "bounds_replaced_by_metalog": N_(
        "the range would pass a hard limit; its tails were bent to stay within it"
    ),
    "median_moved": N_("the most likely value was moved a little, to fit between the limits"),
    "zero_not_widened": N_("the figure is zero and stays zero, although it is not certain"),
    "machine_hours_unknown": N_(
        "{part} shares {investment}, but its machine hours per unit are not known: it takes up no room there"
    ),
    "best_set_not_proved": N_(
        "there are too many parts to be sure of the best set; another may be better by {gap} at most"
    ),
    "adds_not_exact": N_("what each part adds to the set is worked out with the others as they are"),
}
#: Kinds of notice, in the order in which they are summed up.
FALLBACKS = ("other_parameter", "wider_area", "any_key", "coarser_code", "product_group")
GUESSED = ("plausible_range",)
OLD = ("very_stale",)
PRESSING = ("quote_expired",)

#: Statuses of a figure that are not terms of the glossary.
STATUSES = {"user": N_("yours")}
LAYERS = {"bundled": N_("bundled with the program"), "refreshed": N_("refreshed"), "user": N_("yours")}
GROUPS = {
    "production": N_("production and purchase"),
    "logistics and border": N_("transport and border"),
    "inventory, time, cash": N_("stock, time and cash"),
    "quality": N_("quality"),
    "coordination": N_("coordination"),
    "risk": N_("risk"),
    "one-off relocation": N_("one-off costs of moving"),
    "public and tax": N_("tax and support"),
    "environment and circularity": N_("environment"),
    "market and strategy": N_("market and strategy"),
    "finance": N_("finance"),
}
MODES = {
    "sea": N_("by sea"),
    "road": N_("by road"),
    "rail": N_("by rail"),
    "air": N_("by air"),
    "shortsea": N_("by short sea"),
}
#: Areas that a fact may be about, beside the countries.
AREAS = {
    "WLD": N_("the whole world"),
    "EU27": N_("the European Union"),
    "EA20": N_("the euro area"),
    "East Asia": N_("East Asia"),
    "Europe": N_("Europe"),
    "Latin America": N_("Latin America"),
    "Middle East and North Africa": N_("the Middle East and North Africa"),
    "North America": N_("North America"),
    "Oceania": N_("Oceania"),
    "South Asia": N_("South Asia"),
    "South-East Asia": N_("South-East Asia"),
    "Sub-Saharan Africa": N_("Sub-Saharan Africa"),
}
MAKERS = {"own": "maker_own", "supplier": "maker_supplier"}
#: Names that have several ways to be known and no label of their own among the inputs.
CHOSEN = {
    "material": N_("Material per unit"),
    "border_fees": N_("Fees at the border"),
    "failure_per_unit": N_("Cost of failures in the field"),
}
#: Paths of the world that are drawn as a whole.
PATHS = {
    "exchange": N_("Exchange rate"),
    "sea_rate": N_("Freight rate by sea"),
    "wage": N_("Labour cost level"),
    "energy": N_("Electricity price"),
    "freight": N_("Freight rates"),
    "duty": N_("Import duty"),
}
EXPECTED = N_("as expected")
#: Units of what happens so many times a year.
YEARLY = ("1/yr", "1/year")
#: Sources of our own; the titles of all others stand as they were published.
OWN_SOURCES = {
    "thuishaven-assumption": N_("our own assumption; the reasoning is in the note of the record"),
    "thuishaven-derived": N_(
        "worked out from other records; formula and parents are in the note of the record"
    ),
    "thuishaven-plausible-range": N_("the range that is thought possible for this parameter at all"),
}
#: The publisher of a source that pools several.
SEVERAL = N_("several, named in the title")
#: Ideas of cost lines that come from nobody else; the titles of publications stand as they were published.
OWN_METHODS = {"project modelling choice": N_("our own choice of a model")}


def notice(code: str, params: Mapping[str, Any]) -> str:
    """What a notice says, without the figure it is about."""
    from thuishaven.facts import MESSAGES

    text = NOTICES.get(code) or MESSAGES.get(code)
    if text is None:
        return code
    return _(text, **{name: _param(name, value) for name, value in params.items()})


def _param(name: str, value: Any) -> str:
    text = str(value)
    if name in ("parameter", "used") and (label := parameter_label(text)):
        return label
    if name in ("asked", "used"):
        parts = (part.partition(" ") for part in text.split(", "))
        return ", ".join(
            key_value(key, value) if value and key.islower() else country_name(f"{key} {value}".strip())
            for key, _space, value in parts
        )
    if name == "gap":
        return money(float(value))
    if name == "until":
        return date(dt.date.fromisoformat(text))
    return text


def parameter_label(name: str) -> str:
    """What a parameter of the facts is called; empty for a name the registry does not have."""
    from thuishaven.facts import bundled

    known = bundled().parameters.get(name)
    return _(known.label_en) if known is not None else ""


def status(code: str) -> str:
    """What a status of a figure is called."""
    return _(STATUSES[code]) if code in STATUSES else term(code)


def line_name(identity: str) -> str:
    """What a cost line is called, as "Freight by mode"."""
    from thuishaven.dossier import factors

    found = factors().get(identity)
    return _(found.name_en) if found is not None else identity


def group_name(group: str) -> str:
    """What a group of cost lines is called."""
    return _(GROUPS[group]) if group in GROUPS else group


def scenario_name(identity: str) -> str:
    """What a scenario is called; the expected world is the first."""
    from thuishaven.cost import scenarios

    found = scenarios().get(identity)
    return _(found.label_en) if found is not None else _(EXPECTED)


def country_name(iso3: str) -> str:
    """What a country or an area is called; any other text as it is."""
    from thuishaven.facts import countries

    if iso3 in AREAS:
        return _(AREAS[iso3])
    found = countries().get(iso3)
    return _(found.name_en) if found is not None else iso3


#: How French says "in" before a country, where it is not "en".
FRENCH_IN = {
    "au": "BGD, BRA, CAN, DNK, GBR, JPN, KHM, LAO, LKA, LUX, MAR, MEX, MMR, PAK, PRT, VNM",
    "aux": "NLD, PHL, USA",
    "à": "CYP, MLT, SGP, TWN",
}


def after_in(iso3: str) -> str:
    """A country as it stands after "in", with its article where it has one; in French with that word itself.

    >>> from thuishaven.locale import language, use
    >>> with use("fr"):
    ...     after_in("CHN"), after_in("MAR"), after_in("USA"), after_in("TWN")
    ('en Chine', 'au Maroc', 'aux États-Unis', 'à Taïwan')
    """
    if language() == "fr":
        before = next((word for word, places in FRENCH_IN.items() if iso3 in places), "en")
        return f"{before} {country_name(iso3)}"
    match iso3:
        case "GBR":
            return _("the United Kingdom")
        case "NLD":
            return _("the Netherlands")
        case "PHL":
            return _("the Philippines")
        case "USA":
            return _("the United States")
        case _:
            return country_name(iso3)


def input_label(name: str, identity: str = "") -> str:
    """What an input is called: its label among the inputs of the engine, of its fact, or of its field.

    Parameters
    ----------
    name
        Its name in the formulas.
    identity
        Its id: a path in the dossier, or the id of a fact.
    """
    from thuishaven.cost import CHOICES, input_fields

    fields = input_fields()
    parameter = identity.partition("@")[0].partition("[")[0]
    for candidate in (name, *CHOICES.get(name, ())):
        if candidate in fields:
            return _(fields[candidate].label_en)
    if name in CHOSEN:
        return _(CHOSEN[name])
    head = name.removeprefix("shock.").partition(".")[0]
    if head in PATHS:
        return _(PATHS[head])
    label = parameter_label(name) or parameter_label(parameter)
    return label or _field_label(identity or name) or name


def _field_label(identity: str) -> str:
    """Label of the dossier's field whose path agrees best with an id such as ``bom.shell.price``."""
    from thuishaven.dossier import Dossier
    from thuishaven.dossier.structure import walk

    words = [word for word in identity.split(".") if not word.isdigit()]
    fitting = [(path, member) for path, member in walk(Dossier) if words and path[-1] == words[-1]]
    if not fitting:
        return ""
    _path, member = max(fitting, key=lambda found: (len(set(found[0]) & set(words)), -len(found[0])))
    return _(member.help)


def source_title(identity: str, title: str) -> str:
    """What a source is called: its published title, or our own words for a source of our own."""
    return _(OWN_SOURCES[identity]) if identity in OWN_SOURCES else title


def publisher(name: str) -> str:
    """Who published a source; in our own words where they are several."""
    return _(SEVERAL) if name == SEVERAL else name


def remark(note: str) -> str:
    """A note of a fact in the language in use, where it is in our own words; else as it stands.

    Other facts stand in it by their title, countries by their name.
    """
    from thuishaven.facts import note_message
    from thuishaven.report.citing import readable

    found = note_message(note)
    if found is None:
        return readable(note)
    return readable(_(found[0], **{name: _filling(value) for name, value in found[1].items()}))


def _filling(value: str) -> str:
    """What fills a note: a number as the reader writes it, records as a list, a remark behind them."""
    from thuishaven.facts import note_message
    from thuishaven.report.citing import parents

    if _DECIMAL.fullmatch(value):
        return value.replace(".", SEPARATORS[language()][1])
    named, _mark, said = value.partition("; ")
    parts = named.split(" and ")
    if len(parts) > 1 and parents(named) == tuple(parts):
        return "; ".join([listing(parts), *([remark(said)] if said else [])])
    return remark(value) if note_message(value) is not None else value


def foreign(note: str) -> bool:
    """Whether a note of a fact stands in English whatever the language in use."""
    from thuishaven.facts import note_message

    return note_message(note) is None


def method_source(title: str) -> str:
    """Where the idea of a cost line comes from: a publication as it is called, or our own choice."""
    return _(OWN_METHODS[title]) if title in OWN_METHODS else title


def place(identity: str, plans: Mapping[str, str]) -> str:
    """What an input is about: the plan it belongs to, or the country, currency or region of its fact."""
    if identity.startswith("bom."):
        return identity.split(".")[1]
    if identity.startswith("shock."):
        detail = identity.split(".")[2:]
        return country_name(detail[0]) if detail else ""
    if "@" in identity:
        inside = identity.partition("@")[0].partition("[")[2].removesuffix("]")
        pairs = (pair.partition("=") for pair in inside.split(",") if pair)
        return ", ".join(key_value(key, value) for key, _sign, value in pairs)
    return plans.get(identity.partition(".")[0], "")


def key_value(key: str, value: str) -> str:
    """The value of one key of a fact, as a reader knows it."""
    from thuishaven.facts import ANY, WORLD

    if value in (ANY, WORLD):
        return _("everywhere") if value == WORLD else _("in general")
    if key == "mode" and value in MODES:
        return _(MODES[value])
    if key == "maker" and value in MAKERS:
        return term(MAKERS[value])
    return country_name(value) if key in ("iso3", "origin", "destination", "importer", "region") else value


def named(name: str, identity: str, plans: Mapping[str, str]) -> str:
    """An input with what it is about: "Labour cost per hour (Netherlands)"."""
    label, about = input_label(name, identity), place(identity, plans)
    return f"{label} ({about})" if about else label


def significant(value: float, digits: int = 3) -> int:
    """Decimals that keep so many digits of a number, none more than it has.

    >>> significant(11.879), significant(0.0348), significant(0.41), significant(38478.4)
    (1, 4, 2, -2)
    """
    if not value or not math.isfinite(value):
        return 0
    keep = digits - 1 - math.floor(math.log10(abs(value)))
    if keep <= 0:
        return keep
    return len(f"{value:.{keep}f}".rstrip("0").partition(".")[2])


def figure(value: float, digits: int = 3) -> str:
    """A number with so many digits, as a reader writes it: 8.790, 12,5, 0,0348."""
    return number(value, significant(value, digits))


def amount(value: float, of: str, decimals: int | None = None) -> str:
    """A number with its unit, as a reader writes it: 21 %, 38,5 EUR/u, 4 maanden.

    Parameters
    ----------
    value
        In ``of``.
    of
        The unit as facts and dossier write it; fractions become percentages.
    decimals
        Of the number in its own unit; by default three digits are kept.
    """
    keep = significant(value) if decimals is None else decimals
    if of in ("fraction", "fraction/yr", "fraction/year"):
        text = percent(value, max(keep - 2, 0))
        return text if of == "fraction" else _("{share} a year", share=text)
    if of in ("EUR", "EUR/unit"):
        return (
            money(value) if of == "EUR" and abs(value) >= 100 else price(value, decimals=max(min(keep, 2), 0))
        )
    if of in ("multiple", "ratio"):
        return _("{n} times", n=number(value, keep))
    if of in YEARLY:
        return _("{share} a year", share=number(value, keep))
    return f"{number(value, keep)} {unit(of)}".strip()


def spread(low: float, high: float, of: str) -> str:
    """A range with its unit, rounded to what its width supports."""
    keep = decimals_for(low, high)
    if of in ("fraction", "fraction/yr", "fraction/year"):
        keep = max(keep - 2, 0)
        text = _("{low} to {high}", low=number(low * 100, keep), high=percent(high, keep))
        return text if of == "fraction" else _("{share} a year", share=text)
    text = _("{low} to {high}", low=number(low, keep), high=number(high, keep))
    return _("{share} a year", share=text) if of in YEARLY else f"{text} {unit(of)}".strip()


def summed_up(warnings: list[Mapping[str, Any]], mine: set[str]) -> list[str]:
    """The notices counted by kind: figures that stand in, are guessed or old, and remarks about ranges.

    Parameters
    ----------
    warnings
        As a result holds them.
    mine
        Ids of the reader's own figures: remarks about other ranges are not counted.
    """

    def count(kinds: tuple[str, ...]) -> int:
        return len({str(w["params"].get("id", "")) for w in warnings if w["code"] in kinds})

    standing_in, guessed, old = count(FALLBACKS), count(GUESSED), count(OLD)
    told = {*FALLBACKS, *GUESSED, *OLD, *PRESSING}
    remarks = sum(1 for w in warnings if w["code"] not in told and w["params"].get("id") in mine)
    said = [
        standing_in
        and ngettext(
            "{n} figure stands in for a missing one", "{n} figures stand in for missing ones", standing_in
        ),
        guessed and ngettext("{n} is only a plausible range", "{n} are only plausible ranges", guessed),
        old and ngettext("{n} is old", "{n} are old", old),
        remarks and ngettext("{n} remark about a range", "{n} remarks about ranges", remarks),
    ]
    return [text for text in said if text]


def together(parts: list[str]) -> str:
    """Parts of a sentence joined, and begun with a capital."""
    text = listing(parts)
    return text[:1].upper() + text[1:]
