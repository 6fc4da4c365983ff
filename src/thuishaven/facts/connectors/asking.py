"""One connector, one batch of facts: ask (in pages or parts where needed), read, choose, make records."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from urllib.parse import urlencode

from thuishaven.facts.connectors import ecb, eurostat, sdmx, worldbank
from thuishaven.facts.connectors.answers import Observation, Table
from thuishaven.facts.connectors.cache import Raw
from thuishaven.facts.connectors.errors import ConnectorError, TooBig
from thuishaven.facts.connectors.fetching import Fetcher
from thuishaven.facts.connectors.table import Connector, geo_codes
from thuishaven.facts.model import Fact
from thuishaven.facts.periods import bounds

FLAG_WORDS = {
    "b": "break in series",
    "c": "confidential",
    "d": "definition differs",
    "e": "estimated",
    "f": "forecast",
    "n": "not significant",
    "p": "provisional",
    "s": "publisher's estimate",
    "u": "low reliability",
    "z": "not applicable",
}
Part = tuple[Table, Raw]


@dataclass(frozen=True, slots=True)
class Batch:
    """What one connector brought: facts of layer ``refreshed``, and what it did not bring.

    ``missing`` lists (key, period) without a value; ``skipped`` the publisher's codes that are no country
    or area of ours; ``raws`` the provenance of each answer; ``updated`` the day of the edition.
    """

    connector: Connector
    facts: tuple[Fact, ...]
    missing: tuple[tuple[str, str], ...]
    skipped: tuple[str, ...]
    raws: tuple[Raw, ...]
    updated: str


def fetch(
    connector: Connector, fetcher: Fetcher, *, places: Iterable[str] | None = None, base: str = ""
) -> Batch:
    """Ask the publisher of one connector and make facts of the answer.

    Parameters: ``fetcher`` asks and keeps the raw answers; ``places`` are the keys wanted (ISO3 or
    currency codes; None: all we know); ``base`` stands in for the publisher's own base address.
    Raises ConnectorError; nothing is returned of an answer that is only partly good.
    """
    wanted = None if places is None else frozenset(places)
    if connector.format == "jsonstat":
        parts = _ask_eurostat(connector, fetcher, wanted, base)
    elif connector.format == "worldbank":
        parts = _ask_worldbank(connector, fetcher, base)
    else:
        parts = _ask_once(connector, fetcher, base)
    return _batch(connector, parts, wanted)


def _ask_once(connector: Connector, fetcher: Fetcher, base: str) -> list[Part]:
    url, limits = connector.url(base=base), fetcher.limits
    if connector.format == "ecb":
        check = partial(
            ecb.read,
            dataset=connector.dataset,
            url=url,
            unpacked=limits.unpacked,
            ratio=limits.ratio,
            ratio_from=limits.ratio_from,
        )
        return [fetcher.get(url, check, accept=ecb.ACCEPT)]
    read = partial(sdmx.read, dataset=connector.dataset, url=url, cells=limits.cells)
    return [fetcher.get(url, read, accept=sdmx.ACCEPT)]


def _ask_eurostat(
    connector: Connector, fetcher: Fetcher, wanted: frozenset[str] | None, base: str
) -> list[Part]:
    """The whole question first; when it is too big, by halves of the list of places."""

    def ask(places: tuple[str, ...]) -> list[Part]:
        url = connector.url(urlencode([(connector.split, place) for place in places]), base)
        read = partial(eurostat.read, dataset=connector.dataset, url=url, cells=fetcher.limits.cells)
        refusal = partial(eurostat.refusal, dataset=connector.dataset)
        try:
            return [fetcher.get(url, read, accept=eurostat.ACCEPT, refusal=refusal)]
        except TooBig:
            if not connector.split or len(places) == 1:
                raise
            known = geo_codes(connector.codes).items()
            todo = places or tuple(code for code, key in known if wanted is None or key in wanted)
            if len(todo) < 2:
                raise
            half = len(todo) // 2
            return _half(todo[:half]) + _half(todo[half:])

    def _half(places: tuple[str, ...]) -> list[Part]:
        try:
            return ask(places)
        except ConnectorError as error:
            if error.code != "empty_answer":
                raise
            return []  # no figures for these places; the others may have some

    parts = ask(())
    if not parts:
        raise ConnectorError("empty_answer", dataset=connector.dataset, url=connector.url(base=base))
    if len({table.updated for table, _ in parts}) > 1:
        raise ConnectorError("pages_disagree", dataset=connector.dataset, what="updated")
    return parts


def _ask_worldbank(connector: Connector, fetcher: Fetcher, base: str) -> list[Part]:
    """All pages of one edition, or nothing."""
    parts: list[Part] = []
    number, pages, rows, first = 1, 1, 0, None
    while number <= pages:
        url = connector.url("" if number == 1 else urlencode({"page": number}), base)
        read = partial(worldbank.read_page, dataset=connector.dataset, url=url)
        page, raw = fetcher.get(url, read, accept=worldbank.ACCEPT)
        first = first or page
        for what, one, other in (
            ("page", page.page, number),
            ("pages", page.pages, first.pages),
            ("total", page.total, first.total),
            ("lastupdated", page.updated, first.updated),
        ):
            if one != other:
                raise ConnectorError("pages_disagree", dataset=connector.dataset, what=what)
        if not 1 <= page.pages <= fetcher.limits.pages:
            limit = fetcher.limits.pages
            raise ConnectorError(
                "shape_unknown", dataset=connector.dataset, reason=f"{page.pages} pages, at most {limit}"
            )
        parts.append((Table(page.observations, page.updated), raw))
        rows += len(page.observations)
        number, pages = number + 1, page.pages
    if first is not None and first.total is not None and first.total != rows:
        raise ConnectorError("pages_disagree", dataset=connector.dataset, what="total")
    return parts


def _batch(connector: Connector, parts: list[Part], wanted: frozenset[str] | None) -> Batch:
    codes = _chosen_codes(connector, parts)
    series: dict[str, dict[str, tuple[Observation, Raw]]] = {}
    skipped: set[str] = set()
    for table, raw in parts:
        _one_series(connector, table)
        for observation in table.observations:
            if any(observation.codes[name] != code for name, code in codes.items()):
                continue
            place = observation.codes[connector.geo]
            key = _key(connector, place)
            if key is None:
                skipped.add(place)
            elif wanted is None or key in wanted:
                _add(connector, series.setdefault(key, {}), key, observation, raw)
    updated = parts[0][0].updated
    facts = [
        fact
        for key, periods in sorted(series.items())
        for fact in _facts(connector, key, periods, updated, codes)
    ]
    if not facts:
        raise ConnectorError("empty_answer", dataset=connector.dataset, url=parts[0][1].url)
    return Batch(
        connector=connector,
        facts=tuple(facts),
        missing=tuple(sorted(_missing(connector, parts, series, wanted))),
        skipped=tuple(sorted(skipped)),
        raws=tuple(raw for _, raw in parts),
        updated=updated,
    )


def _chosen_codes(connector: Connector, parts: list[Part]) -> dict[str, str]:
    """The code of each selected dimension: of those the pattern fits, the last that has a value."""
    chosen = {}
    for name, pattern in (*connector.select, (connector.geo, "*")):
        present: set[str] = set()
        for table, _ in parts:
            for observation in table.observations:
                if name not in observation.codes:
                    raise ConnectorError("column_missing", dataset=connector.dataset, column=name)
                if observation.value is not None:
                    present.add(observation.codes[name])
        fitting = sorted(code for code in present if fnmatchcase(code, pattern))
        if not fitting:
            raise ConnectorError("empty_answer", dataset=connector.dataset, url=parts[0][1].url)
        if name != connector.geo:
            chosen[name] = fitting[-1]
    return chosen


def _one_series(connector: Connector, table: Table) -> None:
    """In a cube every dimension that is not chosen must have one code, or figures would be mixed."""
    settled = {connector.geo, "time", *(name for name, _ in connector.select)}
    for name, codes in (table.cube or {}).items():
        if name not in settled and len(codes) > 1:
            raise ConnectorError(
                "ambiguous",
                dataset=connector.dataset,
                key="-",
                period="-",
                dimension=name,
                codes=", ".join(codes[:8]),
            )


def _key(connector: Connector, place: str) -> str | None:
    return place if connector.codes == "as_is" else geo_codes(connector.codes).get(place)


def _add(
    connector: Connector,
    periods: dict[str, tuple[Observation, Raw]],
    key: str,
    observation: Observation,
    raw: Raw,
) -> None:
    earlier = periods.get(observation.period)
    if earlier is None or earlier[0].value is None:
        periods[observation.period] = (observation, raw)
        return
    if observation.value is None or observation.value == earlier[0].value:
        return
    differing = [name for name, code in observation.codes.items() if earlier[0].codes.get(name) != code]
    dimension = differing[0] if differing else "-"
    raise ConnectorError(
        "ambiguous",
        dataset=connector.dataset,
        key=key,
        period=observation.period,
        dimension=dimension,
        codes=f"{earlier[0].codes.get(dimension, '-')}, {observation.codes.get(dimension, '-')}",
    )


def _missing(
    connector: Connector,
    parts: list[Part],
    series: Mapping[str, Mapping[str, tuple[Observation, Raw]]],
    wanted: frozenset[str] | None,
) -> set[tuple[str, str]]:
    """The cells without a value: those said to be missing, and those of a cube that are not there."""
    missing = {
        (key, period)
        for key, periods in series.items()
        for period, (observation, _) in periods.items()
        if observation.value is None
    }
    for table, _ in parts:
        for place in (table.cube or {}).get(connector.geo, ()):
            key = _key(connector, place)
            if key is not None and (wanted is None or key in wanted):
                there = series.get(key, {})
                missing |= {(key, period) for period in (table.cube or {})["time"] if period not in there}
    return missing


def _facts(
    connector: Connector,
    key: str,
    periods: Mapping[str, tuple[Observation, Raw]],
    updated: str,
    codes: Mapping[str, str],
) -> list[Fact]:
    found = {
        period: (observation.value, observation, raw)
        for period, (observation, raw) in periods.items()
        if observation.value is not None
    }
    if connector.take == "year_mean":
        rows = _year_means(found, updated)
    else:
        rows = [(period, value, one, raw, "") for period, (value, one, raw) in found.items()]
    rows.sort(key=lambda row: _last_day(row[0]), reverse=True)
    return [
        _fact(connector, key, period, value, one, raw, said, updated, codes)
        for period, value, one, raw, said in rows[: connector.periods]
    ]


def _last_day(period: str) -> str:
    """By which periods of any kind are put in order; a day, of which there are thousands, is its own."""
    if len(period) == len("2026-11-21"):
        return period
    span = bounds(period)
    return span[1].isoformat() if span else ""


def _year_means(
    found: Mapping[str, tuple[float, Observation, Raw]], updated: str
) -> list[tuple[str, float, Observation, Raw, str]]:
    """Means over whole years only: a series that starts or stops inside a year gives no mean of it.

    The year of the newest day is not over until the next year has begun.
    """
    by_year: dict[str, list[str]] = {}
    for day in found:
        by_year.setdefault(day[:4], []).append(day)
    rows = []
    for year, days in by_year.items():
        first, last = min(days), max(days)
        whole = first <= f"{year}-01-10" and last >= f"{year}-12-22" and year < updated[:4]
        if whole:
            mean = sum(found[day][0] for day in days) / len(days)
            _, one, raw = found[last]
            rows.append((year, mean, one, raw, f"mean of {len(days)} daily rates"))
    return rows


def _fact(
    connector: Connector,
    key: str,
    period: str,
    value: float,
    observation: Observation,
    raw: Raw,
    said: str,
    updated: str,
    codes: Mapping[str, str],
) -> Fact:
    derived = connector.take == "year_mean" or bool(connector.transform)
    if connector.transform == "inverse":
        said, value = f"{said}; published as {value:.12g} per euro".lstrip("; "), 1.0 / value
    edition = updated or raw.retrieved_at[:10]
    series = ", ".join(f"{name}={code}" for name, code in {**observation.codes, **codes}.items())
    words = [FLAG_WORDS.get(flag, "") for flag in observation.flags.lower()]
    flags = f"flag {observation.flags} ({', '.join(filter(None, words)) or 'see the publisher'})"
    notes = (connector.note, said, flags if observation.flags else "")
    return Fact(
        parameter=connector.parameter,
        keys=((connector.key, key),),
        value=value,
        low=None,
        high=None,
        text="",
        unit=connector.unit.format(code=observation.codes[connector.geo]),
        period=period,
        vintage=connector.vintage.format(updated=edition),
        source_id=connector.source_id,
        locator=f"{connector.dataset}: {series}",
        method="derived" if derived else "measured",
        licence=connector.licence,
        ship=connector.ship,
        confidence="A",
        status="derived" if derived else "published",
        note="; ".join(filter(None, notes)),
        layer="refreshed",
        retrieved_at=raw.retrieved_at,
        sha256=raw.sha256,
    )
