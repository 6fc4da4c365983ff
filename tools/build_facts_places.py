"""Distances, days under way and working days between and in the countries of the store."""

import math
from collections.abc import Iterator
from datetime import date, timedelta

from thuishaven.facts import Country, countries
from thuishaven.facts.model import Fact, sorted_keys
from thuishaven.facts.store import FactSet

DESTINATIONS = ("NLD", "BEL", "FRA", "DEU")
CANALS = ["suez", "panama", "northwest"]
CALENDAR_YEAR = 2025
EARTH_RADIUS_KM = 6371.0088


def record(
    parameter: str, keys: dict[str, str], value: float, unit: str, source: str, note: str, **extra: object
) -> Fact:
    """A derived record."""
    given: dict[str, object] = {
        "low": None,
        "high": None,
        "text": "",
        "period": "",
        "vintage": "",
        "locator": "",
        "method": "derived",
        "licence": "Apache-2.0",
        "ship": "yes",
        "confidence": "A",
        "status": "derived",
        "range_kind": "",
    }
    given.update(extra)
    return Fact(
        parameter=parameter,
        keys=sorted_keys(keys),
        value=value,
        unit=unit,
        source_id=source,
        note=note,
        **given,  # type: ignore[arg-type]
    )


def sea_km(origin: Country, destination: Country, *, without_canals: bool) -> float:
    """Kilometres between two main ports on searoute's marine network."""
    import searoute

    restrictions = CANALS if without_canals else ["northwest"]
    way = searoute.searoute(
        (origin.lon, origin.lat), (destination.lon, destination.lat), units="km", restrictions=restrictions
    )
    return float(way["properties"]["length"])


def great_circle_km(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Great-circle distance (haversine) between two points in degrees, in km."""
    a, b = math.radians(lat1), math.radians(lat2)
    half = math.sin((b - a) / 2) ** 2
    half += math.cos(a) * math.cos(b) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(half))


def distances(store: FactSet) -> Iterator[Fact]:
    """Sea and road distances from every country to the destinations."""
    known = countries()
    detour = store.get("road_detour_factor")
    assert detour.value is not None
    assert detour.low is not None
    assert detour.high is not None
    for name in DESTINATIONS:
        destination = known[name]
        for iso3, origin in known.items():
            if iso3 == name:
                continue
            keys = {"origin": iso3, "destination": name}
            if origin.port:
                ports = f"{origin.port}-{destination.port}"
                land = (
                    "; the port lies in another country, the way to it is not counted"
                    if origin.gateway
                    else ""
                )
                for parameter, closed in (("sea_distance", False), ("sea_distance_cape", True)):
                    way = "Suez, Panama and the Northwest Passage closed" if closed else "canals open"
                    km = round(sea_km(origin, destination, without_canals=closed))
                    yield record(
                        parameter, keys, km, "km", "searoute", f"shortest path, {way}{land}", locator=ports
                    )
            if origin.road and destination.road:
                air = great_circle_km(
                    origin.city_lon, origin.city_lat, destination.city_lon, destination.city_lat
                )
                yield record(
                    "road_distance",
                    keys,
                    round(air * detour.value),
                    "km",
                    "geonames",
                    f"great circle {air:.0f} km x {detour.fact.id}",
                    low=round(air * detour.low),
                    high=round(air * detour.high),
                    locator=f"{origin.city}-{destination.city}",
                    licence="CC BY 4.0",
                    confidence="C",
                    range_kind="p5p95",
                )


def transit(store: FactSet) -> Iterator[Fact]:
    """Days from door to door to the Low Countries, from distance, speed and days at both ends."""
    for iso3, origin in countries().items():
        target = "NLD" if iso3 != "NLD" else "BEL"
        if origin.port and not store.find("transit_days", origin=iso3, mode="sea") and iso3 != "NLD":
            near = store.get("sea_distance", origin=iso3, destination=target).value
            far = store.get("sea_distance_cape", origin=iso3, destination=target).value
            assert near is not None
            assert far is not None
            low, high = (_bound(store, "sea", near, "low"), _bound(store, "sea", far, "high"))
            yield _days(iso3, "sea", low, _bound(store, "sea", (near + far) / 2, "value"), high)
        if origin.road:
            road = store.get("road_distance", origin=iso3, destination=target)
            assert road.value is not None
            assert road.low is not None
            assert road.high is not None
            yield _days(
                iso3,
                "road",
                _bound(store, "road", road.low, "low"),
                _bound(store, "road", road.value, "value"),
                _bound(store, "road", road.high, "high"),
            )


def _bound(store: FactSet, mode: str, km: float, which: str) -> float:
    speed = store.get("sea_speed_km_per_day" if mode == "sea" else "road_km_per_day")
    ends = store.get("sea_port_days" if mode == "sea" else "road_terminal_days")
    other_way = {"low": "high", "value": "value", "high": "low"}[which]
    per_day, at_ends = getattr(speed, other_way), getattr(ends, which)
    return float(km / per_day + at_ends)


def _days(iso3: str, mode: str, low: float, value: float, high: float) -> Fact:
    ways = (
        "low: canals open and fast; high: around the Cape and slow"
        if mode == "sea"
        else "low: fast; high: slow"
    )
    speeds = (
        "sea_speed_km_per_day and sea_port_days"
        if mode == "sea"
        else "road_km_per_day and road_terminal_days"
    )
    return record(
        "transit_days",
        {"origin": iso3, "mode": mode},
        round(value, 1),
        "day",
        "thuishaven-derived",
        f"distance / speed + days at both ends ({speeds}, both assumptions); {ways}",
        low=round(low, 1),
        high=round(high, 1),
        period="2025",
        method="assumption",
        licence="own",
        confidence="D",
        status="assumption",
        range_kind="p5p95",
    )


def weekday_holidays(iso2: str, year: int) -> int:
    """Public holidays of a country that fall on Monday to Friday."""
    import holidays

    return sum(1 for day in holidays.country_holidays(iso2, years=year) if day.weekday() < 5)


def weekdays(year: int) -> int:
    """Mondays to Fridays in a year."""
    first = date(year, 1, 1)
    length = (date(year + 1, 1, 1) - first).days
    return sum((first + timedelta(days=n)).weekday() < 5 for n in range(length))


def calendar() -> Iterator[Fact]:
    """Public holidays on weekdays and the working days that remain."""
    total = weekdays(CALENDAR_YEAR)
    for iso3, country in countries().items():
        free = weekday_holidays(country.iso2, CALENDAR_YEAR)
        for parameter, days in (
            ("public_holidays_on_weekdays", free),
            ("working_days_calendar", total - free),
        ):
            yield record(
                parameter,
                {"iso3": iso3},
                days,
                "days/yr",
                "holidays",
                "national public holidays; shifted working days are not netted, leave is not deducted",
                period=str(CALENDAR_YEAR),
                licence="MIT",
            )
