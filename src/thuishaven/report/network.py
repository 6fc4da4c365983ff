"""What the supply network of a dossier says, in words and as a table: for page, report and terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thuishaven.locale import _, listing, ngettext, number, percent, unit
from thuishaven.report.blocks import Block, Cell, Column, Heading, Listing, Number, Table, amount, share, told
from thuishaven.report.telling import capital
from thuishaven.report.words import country_name

if TYPE_CHECKING:
    from thuishaven.chain import Reading, Standing, Weeks

#: Makers that are told about one by one; the table holds all.
MOST = 3
#: From how many weeks on they are told without decimals.
LONG = 3


def title() -> str:
    """Above what the network says."""
    return _("When a link of the chain breaks")


def sentences(reading: Reading) -> list[str]:
    """What the network says, the most pressing first."""
    said = [_size(reading)]
    only = [_called(maker) for maker in reading.only_sources]
    if only:
        said.append(_("Nobody else in the network makes what these make: {makers}.", makers=listing(only)))
    felt = [maker for maker in reading.makers if maker.short is not None and maker.short.middle > 0]
    said += [_felt(maker) for maker in felt[:MOST]]
    if len(felt) > MOST:
        said.append(
            ngettext(
                "Of {n} other maker too it is felt; the table says how long.",
                "Of {n} other makers too it is felt; the table says how long.",
                len(felt) - MOST,
            )
        )
    open_ = [_called(maker) for maker in reading.makers if maker.short is None]
    if not felt and not open_:
        said.append(_("Whoever stops, the stock that you told of lasts until it delivers again."))
    if open_:
        said.append(
            _(
                "Of these it is not known whether the stock lasts, because stock or recovery was not told: "
                "{makers}.",
                makers=listing(open_),
            )
        )
    return said


def _size(reading: Reading) -> str:
    makers = len(reading.makers)
    blurred = sum(tier.inferred + tier.unknown for tier in reading.tiers)
    text = ngettext(
        "You told of {n} maker, down to tier {tier}.",
        "You told of {n} makers, down to tier {tier}.",
        makers,
        tier=number(max(tier.number for tier in reading.tiers)),
    )
    if not blurred:
        return text
    more = ngettext("{n} of them is suspected or unknown.", "{n} of them are suspected or unknown.", blurred)
    return f"{text} {more}"


def _called(maker: Standing) -> str:
    """A maker with what it makes."""
    return f"{maker.id} ({maker.item})" if maker.item else maker.id


def _felt(maker: Standing) -> str:
    assert maker.short is not None
    assert maker.survive is not None
    assert maker.recover is not None
    text = _(
        "When {maker} stops, the stock lasts about {survive} weeks and it takes about {recover} until there "
        "is more: {short} weeks without (between {low} and {high}).",
        maker=_called(maker),
        survive=_weeks(maker.survive.middle),
        recover=_weeks(maker.recover.middle),
        short=_weeks(maker.short.middle),
        low=_weeks(maker.short.low),
        high=_weeks(maker.short.high),
    )
    if maker.share is not None and maker.share < 1:
        text = f"{text} {_('It makes {share} of what you need of it.', share=percent(maker.share))}"
    return text


def _decimals(value: float) -> int:
    return 0 if abs(value) >= LONG or float(value).is_integer() else 1


def _weeks(value: float) -> str:
    return number(value, _decimals(value))


def table(reading: Reading) -> Table:
    """Every maker: what it makes, how long the stock lasts and when there is more."""
    columns = (
        Column(capital(_("maker")), width=2),
        Column(capital(_("country")), width=2),
        Column(_("Tier")),
        Column(_("Share of what is needed")),
        Column(_("The stock lasts"), unit("week")),
        Column(_("More after"), unit("week")),
        Column(_("Without"), unit("week")),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            _called(maker),
            country_name(maker.country) if maker.country else "-",
            amount(maker.tier, 0),
            share(maker.share),
            _told(maker.survive),
            _told(maker.recover),
            _told(maker.short),
        )
        for maker in reading.makers
    )
    note = _(
        "The stock is that of the item and of all that is made of it on the way to you, as you told it. More "
        "comes when the maker delivers again, or another takes over where that is sooner. One maker stops at "
        "a time. No cost is worked out from it."
    )
    return Table("network-table", _("Each maker, when it stops"), columns, rows, note)


def _told(weeks: Weeks | None) -> Number:
    if weeks is None:
        return told(None, "?")
    return told(weeks.middle, _weeks(weeks.middle))


def blocks(reading: Reading) -> list[Block]:
    """The part of the report."""
    return [Heading(2, title(), "network"), Listing(tuple(sentences(reading))), table(reading)]
