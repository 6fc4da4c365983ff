"""Starter dossiers by product family: the structure, the questions to answer, and ranges to begin with.

The tables ``families/*.yaml`` hold structure and figures; ``$name`` in them stands for a sentence below, said
in the reader's
language. Every range in them is marked as an assumption, and the file is a dossier that can be assessed as it
stands.
"""

from __future__ import annotations

import re
import textwrap
from importlib import resources

from thuishaven.locale import N_, _, use

_WIDTH = 100
_COMMENT = re.compile(r"(\s*)# \$(\w+)")
_NAME = re.compile(r"\$(\w+)")

SENTENCES = {
    "title": N_("Template: replace the figures by your own"),
    "about": N_("Starter dossier of a product family. No figure in it is about a real firm."),
    "assumed": N_("assumption: a place to begin, replace it"),
    "example": N_("assumption: example, replace it"),
    "compare": N_("compare"),
    "file": N_(
        "Fill in what you know and delete what you don't: what is absent gets a wide range, and the "
        "answer says which"
        " numbers would narrow it most."
    ),
    "range": N_(
        "A range {low, mode, high} has ends that are rarely passed (5 % and 95 %) and the most "
        "likely value. A single"
        " number is fine too. Beside it may stand: unit, source, note."
    ),
    "company": N_(
        "Who asks? The country is a three-letter code; the required return says how later savings count."
    ),
    "product": N_(
        "What is made? The customs code stands between quotes: duty and trade preference follow from it."
    ),
    "packed": N_("Mass and volume as packed for transport: freight and storage follow from them."),
    "price": N_("What does a customer pay, before VAT?"),
    "demand": N_("How many a year, and how sure is that?"),
    "season": N_("One order for the season: what is left over brings in the salvage value."),
    "bom": N_("Which parts and materials? The price is the one at the plant that makes the product."),
    "single_source": N_("Which parts come from one maker only? They stop the plant wherever it stands."),
    "process": N_("How is one unit made? Hours are paid hours per good unit."),
    "learning": N_(
        "How fast do the hours fall? The share that is still needed after each doubling of output."
    ),
    "setup": N_("How long does a change-over take, and how many units are made between two of them?"),
    "energy": N_("How much electricity does one unit take, with drying, cooling and compressed air?"),
    "yield": N_("Which share of the material ends in good units?"),
    "plans": N_("The plans. The first one is today; every other plan is told as what it does differently."),
    "today": N_(
        "Who makes it now, in which country, at what price? The price has the currency and date of the quote."
    ),
    "incoterm": N_("The delivery term says who pays freight, insurance and duty."),
    "lead": N_("How many days from order to receipt, and how much does that vary?"),
    "payments": N_("When is it paid? Days after receipt, negative for before; the shares add up to 1."),
    "bulky": N_("How full are the containers? For a bulky product freight decides."),
    "duty": N_(
        "Is there an anti-dumping duty? It depends on product, country and maker; fill in what you pay."
    ),
    "quality": N_("Which share turns out bad, and how much of that does the maker pay back?"),
    "trips": N_("How often does someone travel there?"),
    "service": N_("What does one failure in the field cost, travel and parts included?"),
    "improve": N_("The same supplier on better terms: often the best alternative to moving."),
    "home": N_("At home in a plant of your own: what changes in the process, and what is spent once?"),
    "home_supplier": N_("At home with a supplier: ask for a quote and fill it in."),
    "moulds": N_(
        "Whose are the moulds, and do they come along? Moving them costs less than new ones, if the "
        "maker lets go."
    ),
    "machines": N_("Which machines are needed that do not stand there yet?"),
    "hires": N_("How many people does it take, and can they be found?"),
    "ramp_up": N_("How long until full output, and who delivers meanwhile?"),
    "redesign": N_("Can the product be redesigned so that it takes fewer hours?"),
}


def names() -> tuple[str, ...]:
    """The product families, in alphabetical order but with the plastic part, the most usual one, first."""
    found = (file.name for file in resources.files(__package__).joinpath("families").iterdir())
    stems = sorted(name.removesuffix(".yaml") for name in found if name.endswith(".yaml"))
    return tuple(sorted(stems, key=lambda name: name != "plastic-part"))


def new(family: str, lang: str = "en") -> str:
    """The starter dossier of a product family as YAML, with questions as comments.

    Parameters
    ----------
    family
        One of :func:`names`.
    lang
        Language of the comments: ``nl``, ``en`` or ``fr``.

    Raises
    ------
    ValueError
        For a family we do not have.
    """
    if family not in names():
        raise ValueError(f"{family!r} is not one of {', '.join(names())}")
    file = resources.files(__package__).joinpath("families", f"{family}.yaml")
    with use(lang):
        return "".join(_said(line) for line in file.read_text("utf-8").splitlines())


def _said(line: str) -> str:
    """One line of a table in the language in use: a comment is folded, a text is made safe between quotes."""
    if comment := _COMMENT.fullmatch(line):
        indent = f"{comment[1]}# "
        width = _WIDTH - len(indent)
        return "".join(f"{indent}{part}\n" for part in textwrap.wrap(_(SENTENCES[comment[2]]), width))
    return _NAME.sub(lambda name: _quotable(_(SENTENCES[name[1]])), line) + "\n"


def _quotable(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
