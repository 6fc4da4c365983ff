"""The countries we know something about: names, currency, region, main port and main city."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from thuishaven.facts.registry import TABLES, rows

AREAS = ("EU27", "EA20", "WLD")


@dataclass(frozen=True, slots=True)
class Country:
    """One row of ``tables/countries.csv``.

    ``currency`` is the national currency (ISO 4217); ``trade_currency`` the same when the European Central
    Bank quotes it, else USD. ``lon``/``lat`` (degrees) are those of ``port``, empty (None) without one;
    ``city_lon``/``city_lat`` those of ``city``. ``mode_default`` is how goods usually come to the Low
    Countries: road or sea. ``gateway`` says that the port lies in another country.
    """

    iso3: str
    iso2: str
    name_en: str
    currency: str
    trade_currency: str
    region: str
    eu: bool
    mode_default: str
    road: bool
    port: str
    gateway: bool
    lon: float | None
    lat: float | None
    city: str
    city_lon: float
    city_lat: float


@lru_cache(maxsize=1)
def countries() -> Mapping[str, Country]:
    """The countries by ISO 3166-1 alpha-3 code, in alphabetical order of the code."""
    found = {}
    for _, row in rows(TABLES / "countries.csv"):
        found[row["iso3"]] = Country(
            iso3=row["iso3"],
            iso2=row["iso2"],
            name_en=row["name_en"],
            currency=row["currency"],
            trade_currency=row["trade_currency"],
            region=row["region"],
            eu=row["eu"] == "yes",
            mode_default=row["mode_default"],
            road=row["road"] == "yes",
            port=row["port"],
            gateway=row["gateway"] == "yes",
            lon=float(row["lon"]) if row["lon"] else None,
            lat=float(row["lat"]) if row["lat"] else None,
            city=row["city"],
            city_lon=float(row["city_lon"]),
            city_lat=float(row["city_lat"]),
        )
    return MappingProxyType(dict(sorted(found.items())))
