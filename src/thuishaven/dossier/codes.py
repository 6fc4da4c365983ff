"""Codes in a dossier: countries, customs and activity codes, Incoterms, identifiers, years.

Codes are text. YAML reads an unquoted 010121 as a number and NO as a truth value, so a number or a truth
value where a code
belongs is refused with the hint to put it between quotes.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from thuishaven.packaged import read_table

#: Longest free text, and largest whole number, that every format holds.
LONGEST = 10_000
MOST = 10**15
_ALPHA3 = re.compile(r"[A-Z]{3}")
_IDENTIFIER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_\-]{0,63}")
_CN = re.compile(r"\d{6}(\d{2}){0,2}")
_NACE = re.compile(r"\d{2}(\.\d{1,2})?")
_ISCO = re.compile(r"\d{1,4}")


def _problem(code: str, **params: Any) -> PydanticCustomError:
    return PydanticCustomError(code, "{code}", {"code": code, **params})


def _text(raw: object, example: str) -> str:
    if isinstance(raw, str):
        return raw.strip()
    value = str(raw).lower() if isinstance(raw, bool) else str(raw)
    raise _problem("unquoted_code", value=value[:40], example=f'"{example}"')


def _country(raw: object) -> str:
    from thuishaven.facts import countries

    code = _text(raw, "BEL").upper()
    known = countries()
    if code in known:
        return code
    by_alpha2 = {country.iso2: iso3 for iso3, country in known.items()}
    hint = by_alpha2.get(code, "")
    if not hint:
        from difflib import get_close_matches

        names = {country.name_en.casefold(): iso3 for iso3, country in known.items()}
        close = get_close_matches(code.casefold(), [*names, *(c.casefold() for c in known)], n=1, cutoff=0.6)
        hint = names.get(close[0], close[0].upper()) if close else "BEL"
    raise _problem("unknown_country", value=code, example=hint)


def _cn(raw: object) -> str:
    code = _text(raw, "39269097").replace(" ", "").replace(".", "")
    if not _CN.fullmatch(code):
        raise _problem("wrong_customs_code", value=code, example='"39269097"')
    return code


def _nace(raw: object) -> str:
    code = _text(raw, "22.29")
    if not _NACE.fullmatch(code):
        raise _problem("wrong_nace_code", value=code, example='"22.29"')
    return code


def _isco(raw: object) -> str:
    code = _text(raw, "8142")
    if not _ISCO.fullmatch(code):
        raise _problem("wrong_isco_code", value=code[:40], example='"8142"')
    return code


def _identifier(raw: object) -> str:
    name = _text(raw, "supplier")
    if not _IDENTIFIER.fullmatch(name):
        raise _problem("wrong_identifier", value=name[:40], example="supplier_2")
    return name


def _year(raw: object) -> int:
    if isinstance(raw, int) and not isinstance(raw, bool) and 1990 <= raw <= 2200:
        return raw
    raise _problem("wrong_year", value=str(raw)[:40], example="2027")


def _day(raw: object) -> object:
    if isinstance(raw, dt.datetime):
        return raw.date()
    if isinstance(raw, dt.date):
        return raw
    try:
        return dt.date.fromisoformat(str(raw).strip()) if isinstance(raw, str) else _no_day(raw)
    except ValueError:
        return _no_day(raw)


def _no_day(raw: object) -> object:
    raise _problem("wrong_date", value=str(raw)[:40], example="2026-11-21")


def _free(raw: Any) -> Any:
    """Free text and numbers as JSON holds them, so that every door gives the same dossier."""
    if isinstance(raw, dict):
        return {key: _free(value) for key, value in raw.items()}
    if isinstance(raw, list):
        return [_free(value) for value in raw]
    if isinstance(raw, dt.date):
        return raw.isoformat()
    if isinstance(raw, float) and not math.isfinite(raw):
        raise _problem("not_finite", value=str(raw), expected="12.5", example="12.5")
    if isinstance(raw, str) and len(raw) > LONGEST:
        raise _problem("too_long", expected=LONGEST, example="…")
    if isinstance(raw, int | float) and abs(raw) > (MOST if isinstance(raw, int) else 1e300):
        raise _problem("number_too_large", example="12.5")
    if raw is None or isinstance(raw, str | int | float):
        return raw
    raise _problem("wrong_type", value=str(raw)[:40], expected="12.5", example="12.5")


@dataclass(frozen=True, slots=True)
class DeliveryTerm:
    """What one Incoterm (ICC, Incoterms 2020) leaves to the buyer."""

    code: str
    name_en: str
    buyer_pays_freight: bool
    buyer_pays_insurance: bool
    buyer_pays_duty: bool
    owned_in_transit: bool


@cache
def incoterms() -> dict[str, DeliveryTerm]:
    """The delivery terms by code, from the table ``dossier/incoterms.csv``."""
    return {
        row["code"]: DeliveryTerm(
            row["code"],
            row["name_en"],
            *(
                row[name] == "yes"
                for name in (
                    "buyer_pays_freight",
                    "buyer_pays_insurance",
                    "buyer_pays_duty",
                    "owned_in_transit",
                )
            ),
        )
        for row in read_table("thuishaven.dossier", "incoterms.csv")
    }


def _incoterm(raw: object) -> str:
    code = _text(raw, "FOB").upper()
    if code not in incoterms():
        raise _problem("unknown_incoterm", value=code[:40], expected=", ".join(incoterms()), example="FOB")
    return code


CountryCode = Annotated[
    str,
    BeforeValidator(_country),
    Field(json_schema_extra={"pattern": _ALPHA3.pattern, "code_list": "countries"}),
]
CnCode = Annotated[str, BeforeValidator(_cn), Field(json_schema_extra={"pattern": _CN.pattern})]
NaceCode = Annotated[str, BeforeValidator(_nace), Field(json_schema_extra={"pattern": _NACE.pattern})]
IscoCode = Annotated[str, BeforeValidator(_isco), Field(json_schema_extra={"pattern": _ISCO.pattern})]
Identifier = Annotated[
    str, BeforeValidator(_identifier), Field(json_schema_extra={"pattern": _IDENTIFIER.pattern})
]
Incoterm = Annotated[str, BeforeValidator(_incoterm), Field(json_schema_extra={"code_list": "incoterms"})]
YearNumber = Annotated[
    int, BeforeValidator(_year), Field(json_schema_extra={"minimum": 1990, "maximum": 2200})
]
Day = Annotated[dt.date, BeforeValidator(_day)]
FreeForm = Annotated[dict[str, Any], AfterValidator(_free)]
