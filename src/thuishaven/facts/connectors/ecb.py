"""The European Central Bank's reference rates: one CSV in a ZIP, foreign units per euro, newest first."""

import csv
import io
import zipfile
import zlib

from thuishaven.facts.connectors.answers import Observation, Table, code_of, expect_type, number, period_of
from thuishaven.facts.connectors.errors import ConnectorError, TryAgain, quoted

ACCEPT = "application/zip"
_TYPES = ("zip", "octet-stream")
_STEP = 2**16


def read(
    body: bytes, content_type: str, *, dataset: str, url: str, unpacked: int, ratio: float, ratio_from: int
) -> Table:
    """The daily rates in the ZIP: one observation per day and currency, ``N/A`` missing.

    Parameters: ``unpacked`` bytes the CSV may have, and ``ratio`` how many times more than its packed size
    once it passes ``ratio_from`` bytes. ``updated`` is the newest day.
    Raises TryAgain ``zip_broken`` for a file cut short, ConnectorError for a bomb or another form.
    """
    expect_type(body, content_type, _TYPES, "ZIP", url)
    text = _only_csv(body, url=url, unpacked=unpacked, ratio=ratio, ratio_from=ratio_from)
    try:
        rows = [row for row in csv.reader(io.StringIO(text)) if row]
    except csv.Error as error:
        raise ConnectorError("shape_unknown", dataset=dataset, reason=quoted(error, 80)) from error
    if not rows or rows[0][0].strip() != "Date":
        raise ConnectorError("column_missing", dataset=dataset, column="Date")
    names = [code_of(name.strip(), dataset=dataset) if name.strip() else "" for name in rows[0]]
    columns = [(place, {"currency": name}) for place, name in enumerate(names) if place and name]
    observations: list[Observation] = []
    days: set[str] = set()
    for row in rows[1:]:
        day = period_of(row[0], dataset=dataset)
        if day in days or len(day) != 10:
            raise ConnectorError("shape_unknown", dataset=dataset, reason=f"day {day} twice or not a day")
        days.add(day)
        if len(row) < len(rows[0]) - 1:
            raise ConnectorError("shape_unknown", dataset=dataset, reason=f"the row of {day} is cut short")
        for place, codes in columns:
            currency = codes["currency"]
            value = number(
                row[place] if place < len(row) else None, dataset=dataset, key=currency, period=day
            )
            if value is not None and value <= 0:
                raise ConnectorError("not_a_number", dataset=dataset, value=value, key=currency, period=day)
            observations.append(Observation(codes, day, value))
    if not any(observation.value is not None for observation in observations):
        raise ConnectorError("empty_answer", dataset=dataset, url=url)
    return Table(tuple(observations), max(days))


def _only_csv(body: bytes, *, url: str, unpacked: int, ratio: float, ratio_from: int) -> str:
    """The text of the only file, unpacked in small steps: what the ZIP says of itself is no bound."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            files = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(files) != 1 or not files[0].filename.lower().endswith(".csv"):
                raise ConnectorError("zip_unexpected", url=url, reason=f"{len(files)} files")
            entry = files[0]
            plain = entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
            if entry.flag_bits & 1 or not plain:
                raise ConnectorError("zip_unexpected", url=url, reason="encrypted or packed in another way")
            whole = bytearray()
            with archive.open(entry) as file:
                while piece := file.read(_STEP):
                    whole += piece
                    out_of_proportion = len(whole) > ratio_from and len(whole) > ratio * len(body)
                    if len(whole) > unpacked or out_of_proportion:
                        raise ConnectorError("compressed_bomb", url=url)
        return whole.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConnectorError("zip_unexpected", url=url, reason="not UTF-8") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        # A broken place in the directory is a ValueError to zipfile: it would look before the file begins.
        raise TryAgain("zip_broken", url=url, reason=quoted(error, 80)) from error
