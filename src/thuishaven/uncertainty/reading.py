"""From what a person writes to numbers: the forms of a quantity, and what is wrong with them.

Nothing is guessed. Every refusal has a code for the doors to translate, what was expected and an example.
"""

import math
import numbers
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

Number = int | float

MESSAGES: Mapping[str, str] = {
    "missing": "a number is missing",
    "not_a_number": "{given} is not a number",
    "ambiguous_number": "{given} can be read as {reading_a} or as {reading_b}",
    "not_finite": "{key} is not a finite number",
    "too_large": "{key} is too large to calculate with",
    "negative": "{key} is {given}, and this cannot be negative",
    "below_limit": "{key} is {given}, below the limit {limit}",
    "above_limit": "{key} is {given}, above the limit {limit}",
    "wrong_order": "{first} ({first_value}) is larger than {second} ({second_value})",
    "mode_outside": "the most likely value {mode} lies outside {first_value} ... {second_value}",
    "negative_sd": "the standard deviation {given} is negative",
    "sd_too_large": "a standard deviation of {given} is too large around {mean} between {lower} and {upper}",
    "mean_at_limit": "the mean {given} lies on the limit {limit}, where there is no room for a spread",
    "bad_events": "{events} events in {trials} trials or years is not possible",
    "unknown_keys": "unknown: {keys}",
    "unknown_form": "{keys} do not make a quantity together",
    "unknown_shape": "{given} is not a shape",
    "not_text": "{key} must be text",
}
"""Every code with its sentence; the names in braces are params of the error."""

_EXPECTED = "a number, {low, mode, high}, {min, mode, max}, {min, max}, {low, high} or {mean, sd}"

_HINTS: Mapping[str, tuple[str, str]] = {
    "missing": (_EXPECTED, "12.5"),
    "not_a_number": (_EXPECTED, "12.5"),
    "ambiguous_number": ("a number with a decimal point, without quotes or separators", "1450"),
    "not_finite": ("a finite number", "12.5"),
    "too_large": ("a number below 1e100", "12.5"),
    "negative": ("0 or more", "12.5"),
    "below_limit": ("at least the limit", "{low: 80, mode: 100, high: 130}"),
    "above_limit": ("at most the limit", "{low: 0.2, mode: 0.3, high: 0.5}"),
    "wrong_order": ("the smaller one first", "{low: 80, mode: 100, high: 130}"),
    "mode_outside": ("low <= mode <= high", "{low: 80, mode: 100, high: 130}"),
    "negative_sd": ("0 or more", "{mean: 100, sd: 30}"),
    "sd_too_large": ("a smaller standard deviation, or quantiles", "{low: 0.2, mode: 0.3, high: 0.5}"),
    "mean_at_limit": ("a mean inside the limits, or bounds", "{min: 0, max: 5}"),
    "bad_events": ("whole events, not more than trials", "{events: 2, trials: 20}"),
    "unknown_keys": (_EXPECTED, "{low: 80, mode: 100, high: 130}"),
    "unknown_form": (_EXPECTED, "{low: 80, mode: 100, high: 130}"),
    "unknown_shape": (
        "pert or triangular, with {min, mode, max}",
        "{min: 80, mode: 100, max: 130, shape: triangular}",
    ),
    "not_text": ("text", "{value: 7.9, unit: USD, source: quote of 14 September}"),
}


class QuantityError(ValueError):
    """What was given cannot be read as a quantity.

    Attributes
    ----------
    code : one of `MESSAGES`.
    params : the values its sentence names, and always `expected` and `example`.
    """

    def __init__(self, code: str, **params: Any) -> None:
        expected, example = _HINTS[code]
        self.code = code
        self.params: dict[str, Any] = {"expected": expected, "example": example, **params}
        sentence = MESSAGES[code].format(**self.params)
        super().__init__(
            f"{sentence}; expected {self.params['expected']}, for example {self.params['example']}"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return _revive, (self.code, self.params)


def _revive(code: str, params: dict[str, Any]) -> QuantityError:
    return QuantityError(code, **params)


REMARKS = ("unit", "source", "note")
"""Optional texts beside the numbers; they travel along and change nothing."""

FORMS: tuple[tuple[str, ...], ...] = (
    ("value",),
    ("low", "mode", "high"),
    ("min", "mode", "max"),
    ("min", "max"),
    ("low", "high"),
    ("mean", "sd"),
    ("p5", "p50", "p95"),
    ("events", "trials"),
    ("events", "years"),
)
"""The keys that make a quantity together, smaller values first where order matters."""

_KEYS = frozenset(key for form in FORMS for key in form)

_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[.,]\d{3})+")
_LARGEST = 1e100
"""Far beyond any quantity, and its square is still a number."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The numbers of one quantity, their form checked but not yet solved to a distribution."""

    numbers: dict[str, Number]
    shape: str
    remarks: dict[str, str]


def read(raw: Any) -> Reading:
    """Read any plain form; QuantityError says what is wrong with it.

    >>> read({"low": 1, "high": 2, "unit": "EUR"}).numbers
    {'low': 1, 'high': 2}
    """
    if not isinstance(raw, Mapping):
        return Reading({"value": read_number(raw, "value")}, "", {})
    unknown = [str(key) for key in raw if key not in _KEYS and key not in REMARKS and key != "shape"]
    if unknown:
        raise QuantityError("unknown_keys", keys=", ".join(unknown))
    keys = {key for key in raw if key in _KEYS}
    form = next((form for form in FORMS if set(form) == keys), None)
    if form is None:
        raise QuantityError("unknown_form", keys=", ".join(str(key) for key in raw) or "{}")
    shape = raw.get("shape", "")
    if "shape" in raw and (shape not in ("pert", "triangular") or form != ("min", "mode", "max")):
        raise QuantityError("unknown_shape", given=shape)
    remarks = {}
    for key in REMARKS:
        if raw.get(key) is not None:
            if not isinstance(raw[key], str):
                raise QuantityError("not_text", key=key, given=raw[key])
            remarks[key] = str(raw[key])
    values = {key: read_number(raw[key], key) for key in form}
    _check_order(form, values)
    return Reading(values, "triangular" if shape == "triangular" else "", remarks)


def read_number(raw: Any, key: str) -> Number:
    """One number of a quantity. Text is never converted: "1.450" may be a thousand times what it seems.

    >>> try:
    ...     read_number("1.450", "value")
    ... except QuantityError as error:
    ...     print(error.code, error.params["reading_a"], error.params["reading_b"])
    ambiguous_number 1.45 1450
    """
    if raw is None:
        raise QuantityError("missing", key=key)
    if isinstance(raw, str):
        text = raw.strip()
        if _GROUPED.fullmatch(text):
            small, large = _readings(text)
            raise QuantityError(
                "ambiguous_number", key=key, given=repr(raw), reading_a=small, reading_b=large
            )
        raise QuantityError("not_a_number", key=key, given=repr(raw))
    if isinstance(raw, bool) or not isinstance(raw, numbers.Real):
        raise QuantityError("not_a_number", key=key, given=repr(raw))
    whole = isinstance(raw, numbers.Integral)
    try:
        value = float(raw)
    except OverflowError:
        raise QuantityError("too_large", key=key) from None
    if not math.isfinite(value):
        raise QuantityError("not_finite", key=key)
    if abs(value) > _LARGEST:
        raise QuantityError("too_large", key=key)
    return int(value) if whole and abs(value) < 2**53 else value


def _readings(text: str) -> tuple[str, str]:
    whole = re.sub("[.,]", "", text)
    separators = re.findall("[.,]", text)
    if len(separators) == 1:
        return f"{float(text.replace(',', '.')):.12g}", whole
    # 1.450,250 against 1.450.250: the last separator may still be the decimal one.
    head, tail = text[:-4].replace(".", "").replace(",", ""), text[-3:]
    return f"{float(f'{head}.{tail}'):.12g}", whole


def _check_order(form: Collection[str], values: Mapping[str, Number]) -> None:
    if "mean" in form:
        if values["sd"] < 0:
            raise QuantityError("negative_sd", given=values["sd"])
        return
    if "events" in form:
        trials = values["trials"] if "trials" in values else values["years"]
        possible = values["events"] >= 0 and trials > 0 and float(values["events"]).is_integer()
        if not possible or ("trials" in values and values["events"] > trials):
            raise QuantityError("bad_events", events=values["events"], trials=trials)
        return
    names = list(form)
    first, last = names[0], names[-1]
    ends = {"first": first, "first_value": values[first], "second": last, "second_value": values[last]}
    if values[first] > values[last]:
        raise QuantityError("wrong_order", **ends)
    if len(names) == 3 and not values[first] <= values[names[1]] <= values[last]:
        raise QuantityError("mode_outside", mode=values[names[1]], **ends)
