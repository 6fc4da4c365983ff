"""What the tests of the dossier share: a small complete dossier, the least one, and ways to make others."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from pydantic import BaseModel

from thuishaven.dossier import Dossier, Problem, build
from thuishaven.dossier import yaml as dossier_yaml
from thuishaven.dossier.model import Plan, Source
from thuishaven.dossier.problems import DossierError
from thuishaven.dossier.structure import Member, members
from thuishaven.facts import bundled, countries, regions_of

DATA = Path(__file__).with_name("data")
COMPLETE = DATA / "plantpot.yaml"
LEAST = """\
thuishaven: 1
as_of: 2026-11-21
company: {country: BEL}
product: {name: Pot, cn: "392690"}
demand: {units_per_year: 1000}
plans:
  - id: today
    sources:
      - {id: supplier, maker: supplier, country: CHN, share: 1, unit_price: 7.9}
"""


def read(text: str) -> Dossier:
    """The dossier in a YAML text."""
    return build(dossier_yaml.parse(text))


def problems_of(text: str) -> list[Problem]:
    """What is wrong with a YAML text; nothing when it is a dossier."""
    try:
        read(text)
    except DossierError as error:
        return error.problems
    return []


# ---- dossiers made up by hypothesis, from the model itself

LETTERS = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp", "Co", "Cn"))
TEXT = st.text(LETTERS, max_size=30) | st.sampled_from(
    ["=1+1", "+x", "-y", "@z", " space ", "null", "{}", "1.450", "#", "'"]
)
WORDS = TEXT.filter(bool)
NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_\-]{0,8}", fullmatch=True)
CODES = {"cn": "39269097", "code": "22.29", "line": "T01", "isco": "8142"}


def settled(number: float) -> float:
    """A number that has one spelling: those around 1e-308 have several."""
    return number if abs(number) > 1e-200 else 0.0


def numbers(low: float, high: float) -> st.SearchStrategy[int | float]:
    """Whole and broken numbers in a range."""
    whole = st.integers(int(low) + 1, max(int(high) - 1, int(low) + 1)) if high - low > 3 else st.just(low)
    return whole | st.floats(low, high).map(settled)


@st.composite
def quantities(draw: Any, member: Member) -> Any:
    """A quantity in any of its forms, inside the limits of its field."""
    low = member.lower if member.lower is not None else -1e6
    high = member.upper if member.upper is not None else 1e6
    form = draw(st.sampled_from(["plain", "value", "lmh", "lh", "mmm", "mm", "mean", "p", "triangular"]))
    ends = sorted(draw(st.tuples(*[st.floats(low + 0.01, max(high - 0.01, low + 0.02)).map(settled)] * 3)))
    if ends[2] - ends[0] < 1e-3 * max(abs(ends[0]), 1):
        form = "plain"
    a, b, c = ends
    made: Any = {
        "plain": draw(numbers(low, high)),
        "value": {"value": a},
        "lmh": {"low": a, "mode": b, "high": c},
        "lh": {"low": a, "high": c},
        "mmm": {"min": a, "mode": b, "max": c},
        "mm": {"min": a, "max": c},
        "mean": {"mean": b, "sd": min(b - low, high - b) / 10},
        "p": {"p5": a, "p50": b, "p95": c},
        "triangular": {"min": a, "mode": b, "max": c, "shape": "triangular"},
    }[form]
    if isinstance(made, dict):
        made |= draw(st.fixed_dictionaries({}, optional={"source": TEXT, "note": TEXT}))
        if member.spec is not None and member.spec.money and draw(st.booleans()):
            made["unit"] = draw(st.sampled_from(["USD", "CNY", f"USD{member.spec.unit}"]))
    return made


FREE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**14), 10**14)
    | st.floats(-1e290, 1e290).filter(lambda x: x == 0 or abs(x) > 1e-200)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT | NAMES, inner, max_size=3),
    max_leaves=8,
)


def values(member: Member) -> st.SearchStrategy[Any]:
    """Values for one field, by its kind."""
    if member.spec is not None:
        return quantities(member)
    if member.choices:
        return st.sampled_from([int(c) if member.kind == "whole" else c for c in member.choices])
    if member.codes:
        offered = countries() if member.codes == "countries" else ["FOB", "DAP", "EXW"]
        return st.sampled_from(sorted(offered))
    match member.kind:
        case "section" if member.section is not None:
            return sections(member.section)
        case "list" if member.section is not None and member.name not in {"bom", "payments", "facts"}:
            return st.lists(sections(member.section), max_size=3)
        case "whole":
            return st.integers(2000, 2100)
        case "number":
            return st.floats(0.01, 1)
        case "flag":
            return st.booleans()
        case "date":
            return st.dates(dt.date(2020, 1, 1), dt.date(2040, 1, 1))
        case "translated":
            languages = st.dictionaries(st.sampled_from(["nl", "en", "fr"]), WORDS, min_size=1)
            return WORDS | languages
        case "texts":
            return st.lists(WORDS, max_size=3)
        case "free":
            return st.dictionaries(NAMES, FREE, max_size=3)
        case "code":
            return st.just(CODES[member.name]) if member.name in CODES else NAMES
        case "text":
            return st.just(CODES[member.name]) if member.name in CODES else WORDS if member.required else TEXT
    return st.nothing()


@st.composite
def sections(draw: Any, section: type[BaseModel], without: frozenset[str] = frozenset()) -> dict[str, Any]:
    """A section with what it requires and some of what it may have."""
    made = {}
    for name, member in members(section).items():
        if name not in without and (member.required or draw(st.integers(0, 3)) == 0):
            found = values(member)
            if not found.is_empty:
                made[name] = draw(found)
    return made


@st.composite
def dossiers(draw: Any) -> dict[str, Any]:
    """A valid dossier as a plain mapping."""
    skip = frozenset({"plans", "bom", "facts", "thuishaven"})
    tree: dict[str, Any] = {"thuishaven": 1, **draw(sections(Dossier, skip))}
    shares = st.dictionaries(st.sampled_from(sorted(countries())), st.floats(0, 0.3).map(settled), max_size=3)
    tree["demand"]["markets"] = draw(shares)
    offered = [region.code for region in regions_of(tree["company"]["country"])]
    if offered and "region" in tree["company"]:
        tree["company"]["region"] = draw(st.sampled_from(offered))
    parts = draw(st.lists(NAMES, max_size=3, unique=True))
    tree["bom"] = [draw(bom_lines(name, parts[:number])) for number, name in enumerate(parts)]
    names = draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
    tree["plans"] = [draw(plans(name, None)) for name in names[:1]]
    today = [source["id"] for source in tree["plans"][0]["sources"]]
    tree["plans"] += [draw(plans(name, today)) for name in names[1:]]
    if draw(st.booleans()):
        parameter = bundled().parameters[draw(st.sampled_from(sorted(bundled().parameters)))]
        known = frozenset({"parameter", "keys", "unit"})
        fact = draw(sections(members(Dossier)["facts"].section or Dossier, known))
        keys = {name: draw(TEXT) for name in parameter.keys}
        ends = [name for name in ("low", "value", "high") if name in fact]
        fact |= dict(zip(ends, sorted(fact[name] for name in ends), strict=True))
        tree["facts"] = [{"parameter": parameter.name, "keys": keys, "unit": parameter.unit, **fact}]
    return tree


def bom_lines(name: str, parents: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """A part that goes into one of those before it, or into the product."""
    section = members(Dossier)["bom"].section or Dossier
    made = sections(section, frozenset({"id", "parent"}))
    parent = st.sampled_from([None, *parents])
    return st.builds(lambda rest, above: {"id": name, "parent": above, **rest}, made, parent)


@st.composite
def plans(draw: Any, name: str, today: list[str] | None) -> dict[str, Any]:
    """A plan: its own sources, or those of today with changes."""
    plan = draw(sections(Plan, frozenset({"id", "sources", "changes", "bom"})))
    if today is None or draw(st.booleans()):
        count = draw(st.integers(1, 2))
        made = [draw(sources(f"s{number}", 1 / count)) for number in range(count)]
        return {"id": name, "sources": made, **plan}
    changed = draw(st.lists(st.sampled_from(today), unique=True, max_size=2))
    skip = frozenset({"id", "share", "from", "until", "terms", "maker", "unit_price"})
    return {"id": name, "changes": {place: draw(sections(Source, skip)) for place in changed}, **plan}


@st.composite
def sources(draw: Any, name: str, share: float) -> dict[str, Any]:
    """A source with a price and instalments that add up."""
    made = draw(sections(Source, frozenset({"id", "share", "from", "until", "unit_price"})))
    price = draw(quantities(members(Source)["unit_price"]))
    days = draw(st.lists(numbers(-60, 90), min_size=1, max_size=3))
    terms = {**made.get("terms", {}), "payments": [{"share": 1 / len(days), "days": day} for day in days]}
    return {**made, "id": name, "share": share, "unit_price": price, "terms": terms}
