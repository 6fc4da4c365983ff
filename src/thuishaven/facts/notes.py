"""The reasoning that stands beside our own figures, to be told in the reader's language.

A note is written once, in English, in the record it belongs to. ``tables/notes.csv`` holds every note that is
in our own words with its translations; ``{names}`` in a row stand for what differs from record to record.
Notes that quote how another publication works out its figure stand only in the record.
"""

import re
from functools import lru_cache

from thuishaven.facts.registry import TABLES, rows

_NAME = re.compile(r"\{(\w+)\}")


@lru_cache(maxsize=1)
def _known() -> tuple[dict[str, str], tuple[tuple[re.Pattern[str], str], ...]]:
    """The notes without names, and those with names as patterns."""
    plain, patterns = {}, []
    for _, row in rows(TABLES / "notes.csv"):
        text = row["note_en"]
        if _NAME.search(text):
            parts = _NAME.split(text)
            pattern = "".join(
                f"(?P<{part}>.+?)" if place % 2 else re.escape(part) for place, part in enumerate(parts)
            )
            patterns.append((re.compile(pattern, re.DOTALL), text))
        else:
            plain[text] = text
    return plain, tuple(patterns)


def note_message(note: str) -> tuple[str, dict[str, str]] | None:
    """The message that says a note, with what fills it; None for a note that is not in our own words.

    Parameters
    ----------
    note
        As it stands in a record.

    >>> note_message("plain halls")
    ('plain halls', {})
    >>> note_message("great circle 1589 km x road_detour_factor@2026")[1]
    {'km': '1589', 'factor': 'road_detour_factor@2026'}
    """
    plain, patterns = _known()
    if note in plain:
        return note, {}
    for pattern, text in patterns:
        found = pattern.fullmatch(note)
        if found is not None:
            return text, found.groupdict()
    return None
