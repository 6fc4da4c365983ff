"""The parts of docs/facts.md that follow from the tables: minimum set for explore, who is left out, widths.

Run by ``make data``; a test fails when the page differs.
"""

import re
import sys
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "src"))

from thuishaven.facts import bundled, countries, explore_coverage, explore_requirements
from thuishaven.facts.registry import TABLES, rows

PAGE = Path(__file__).parent.parent / "docs" / "facts.md"
#: The day for which the page is written; the examples are of the same day.
ON = date(2026, 11, 21)


def minimum_set() -> str:
    """The table of parameters that a country needs."""
    lines = ["| parameter | a default for the whole world is not enough | why |", "| --- | --- | --- |"]
    for one in explore_requirements():
        names = " or ".join(f"`{name}`" for name in one.parameters)
        lines.append(f"| {names} | {'yes' if one.strict else 'no'} | {one.why} |")
    return "\n".join(lines)


def left_out() -> str:
    """Which countries qualify, which do not, and where labour cost is only modelled."""
    qualifies, lacking = explore_coverage(bundled(), ON)
    known = countries()
    day = ON.isoformat()
    lines = [f"{len(qualifies)} of {len(known)} countries qualify on {day}, with goods for the Netherlands."]
    if lacking:
        lines += ["", "| country | missing |", "| --- | --- |"]
        lines += [
            f"| {known[iso3].name_en} | {', '.join(names)} |" for iso3, names in sorted(lacking.items())
        ]
    else:
        lines.append("None of them is left out. Every other country is: the store holds no figures about it.")
    modelled = [
        known[iso3].name_en
        for iso3 in qualifies
        if bundled()
        .get("labour_cost_hourly_manufacturing", on=ON, iso3=iso3)
        .fact.parameter.endswith("_modelled")
    ]
    lines += ["", f"Labour cost is only modelled, and wide, for {len(modelled)}: {', '.join(modelled)}."]
    return "\n".join(lines)


def widths() -> str:
    """The table of widths."""
    lines = ["| reason | geometric standard deviation | note |", "| --- | --- | --- |"]
    lines += [
        f"| `{row['reason']}` | {row['gsd']} | {row['note']} |" for _, row in rows(TABLES / "widths.csv")
    ]
    return "\n".join(lines)


def parts() -> dict[str, str]:
    """The written parts of the page by name."""
    return {"minimum set": minimum_set(), "left out": left_out(), "widths": widths()}


def written(page: str) -> str:
    """The page with its written parts renewed."""
    for name, text in parts().items():
        between = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end of {name} -->)", re.S)
        page, count = between.subn(lambda found, text=text: f"{found[1]}{text}\n{found[2]}", page)
        if count != 1:
            raise ValueError(f"docs/facts.md should have one part named {name}")
    return page


def main() -> None:
    """Renew docs/facts.md."""
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
