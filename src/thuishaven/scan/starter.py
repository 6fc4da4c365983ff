"""From scan to dossier: a file with the answers as ranges and a stub for each promising plan.

Nothing is typed twice: what an answer says about a field stands there as a range, marked as an assumption,
until a measured figure replaces it. An open end ("more than 60%") is never given a bound of ours.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from thuishaven.locale import LANGUAGES, N_, _, number, percent, use
from thuishaven.scan.answers import Answers
from thuishaven.scan.assess import ScanResult
from thuishaven.scan.tables import LOCAL, STAY, Answer, gates, questions, strategies

#: Name of the present source in the file.
PRESENT = "present"
_WIDTH = 100
SENTENCES = {
    "file": N_(
        "Starter dossier from the scan of {date}. Ranges come from the answers and are assumptions: replace"
        " them by figures, delete what does not apply. Then: thuishaven check, thuishaven cost, thuishaven"
        " advice."
    ),
    "company": N_("Who asks? The country is a three-letter code."),
    "product": N_(
        "What is made? The customs code stands between quotes: duty and trade preference follow from it."
        " It stands on the customs declaration; Access2Markets of the European Commission finds it."
    ),
    "demand": N_("How many a year, and how much does a month differ from the average?"),
    "plans": N_("The plans. The first one is today; every other plan is told as what it does differently."),
    "present": N_("Who makes it now, in which country, at what price and on what delivery term?"),
    "stub": N_("From the scan: first in {share} of the draws. {about}"),
    "variant": N_(
        "From the scan: the same, automated and in three shifts: the best of home is compared too."
    ),
    "fair": N_("From the scan: what the present source could become, so that the best of both is compared."),
    "to_fill": N_("To fill in: {fields}"),
    "no_country": N_("Name a country and remove the marks # to compare this plan."),
    "open": N_("The answer was open ({answer}): ask how much it is."),
    "scan": N_("The answers to the scan. Change one and run: thuishaven scan --answers {name}"),
    "own_home": N_("own plant at home"),
    "supplier_home": N_("home supplier"),
    "optimise_home": N_("own plant at home, automated"),
    "fill": N_("fill in, for example {example}"),
    "from_scan": N_("assumption, from the scan: {question}: {answer}"),
    "from_scan_at": N_(
        "assumption, from the scan: {question}: {answer}; at {rate} {unit} for one {currency}"
    ),
    "from_facts": N_("assumption: {label}"),
}


def starter(result: ScanResult, on: dt.date, name: str = "dossier.yaml") -> str:
    """The starter dossier as YAML, with questions as comments, in the language in use.

    Parameters
    ----------
    result
        Of the scan; what was told about the product stands in its answers.
    on
        Date of the dossier.
    name
        Of the file, for the command that is suggested in it.

    Returns
    -------
    str
        A dossier that can be assessed as it stands when product, code, volume, countries and price were told;
        otherwise ``thuishaven check`` says what is missing, line by line.
    """
    return "".join(f"{line}\n" for line in _lines(result, on, name))


def _lines(result: ScanResult, on: dt.date, name: str) -> Iterator[str]:
    told = result.answers
    about = told.about
    yield from _comment(0, "file", date=on.isoformat())
    yield "thuishaven: 1"
    yield f"as_of: {on.isoformat()}"
    yield ""
    yield from _comment(0, "company")
    yield "company:"
    yield _field(1, "country", about.get("home"), "BEL")
    yield ""
    yield from _comment(0, "product")
    yield "product:"
    yield _field(1, "name", about.get("name"), "Plantenpot 30 cm")
    yield _field(1, "cn", about.get("cn"), "39269097")
    yield ""
    yield from _comment(0, "demand")
    yield "demand:"
    yield _field(1, "units_per_year", about.get("units_per_year"), 100000)
    yield from _range(1, "variation", told, "T1")
    yield ""
    yield from _comment(0, "plans")
    yield "plans:"
    yield from _today(told)
    told_of = set()
    for strategy in result.plans():
        family = strategies()[strategy].family
        # Two forms of reshoring end in the same place: one plan serves both.
        if strategy not in (STAY, LOCAL) and family not in told_of:
            told_of.add(family)
            yield ""
            yield from _plan(result, strategy)
    if any(strategies()[plan].group == "reshore" for plan in result.plans()) and _own_at_home(result):
        yield ""
        yield from _optimised(result)
    yield ""
    yield from _comment(0, "scan", name=name)
    yield "scan:"
    yield from _scan(told)


def _scan(told: Answers) -> Iterator[str]:
    plain = told.to_dict()
    yield "  answers:"
    for identity, code in plain.pop("answers").items():
        asked = gates().get(identity) or questions()[identity]
        yield f"    {identity}: {code}  # {_(asked.name_en)}"
    for part, value in plain.items():
        yield f"  {part}: {json.dumps(value, ensure_ascii=False)}"


# ---- the plans


def _today(told: Answers) -> Iterator[str]:
    yield "  - id: today"
    yield "    family: today"
    yield "    sources:"
    yield from _comment(6, "present")
    yield f"      - id: {PRESENT}"
    yield from (f"        {line}" for line in _present(told, 1.0))


def _maker(told: Answers) -> str:
    return "own" if told.code("G1") in ("own", "home") else "supplier"


def _present(told: Answers, share: float) -> Iterator[str]:
    """The present source without its id, one field a line."""
    about = told.about
    yield f"maker: {_maker(told)}"
    country = about.get("home") if told.code("G1") == "home" else about.get("source_country")
    yield _field(0, "country", country, "CHN")
    yield f"share: {share:g}"
    yield _field(0, "unit_price", _price(told), {"value": 7.9, "unit": "USD"})
    yield from _range(0, "lead_days", told, "T2")
    management = list(_range(0, "management", told, "I1"))
    if management and not management[0].startswith("#"):
        yield "coordination:"
        yield f"  {management[0]}"
    else:
        yield from management


def _plan(result: ScanResult, strategy: str) -> Iterator[str]:
    told, about = result.answers, result.answers.about
    chosen = strategies()[strategy]
    share = result.strategy(strategy).first
    words = "fair" if strategy == "improve_abroad" else "stub"
    yield from _comment(2, words, share=percent(share), about=_(chosen.about_en))
    head = [
        f"id: {chosen.family}",
        f"name: {_names(SENTENCES.get(chosen.family, chosen.name_en))}",
        f"family: {chosen.family}",
    ]
    match strategy:
        case "improve_abroad":
            body = list(_improved(told))
        case "dual_source":
            body = list(_second(result))
        case "more_stock":
            body = list(_stocked())
        case "nearshore" | "friendshore":
            country = about.get(f"{strategy}_country")
            body = [*_elsewhere(strategy, _maker(told), country), *_move(told)]
            if country is None:
                yield from _comment(2, "no_country")
                yield from (f"  # {line}" for line in _item([*head, *body]))
                return
        case _ if chosen.group == "reshore":
            home = _own_home if strategy.endswith("o") else _supplier_home
            body = [*home(told), *_move(told), *_market(told)]
        case _:
            body = []
    yield from (f"  {line}" for line in _item([*head, *body]))
    fields = _fields(result, strategy)
    if fields:
        yield from _comment(4, "to_fill", fields=", ".join(fields))


def _optimised(result: ScanResult) -> Iterator[str]:
    told = result.answers
    yield from _comment(2, "variant")
    head = ["id: optimise_home", f"name: {_names(SENTENCES['optimise_home'])}", "family: optimise_home"]
    body = ["process: {automation: high, shifts: 3}"]
    own = [line for line in _own_home(told) if not line.startswith("process:")]
    yield from (f"  {line}" for line in _item([*head, *own, *body, *_move(told), *_market(told)]))


def _own_at_home(result: ScanResult) -> bool:
    forms = ("reshore_oo", "reshore_so")
    return any(item.id in forms and item.state != "closed" for item in result.strategies)


def _item(lines: list[str]) -> Iterator[str]:
    for place, line in enumerate(lines):
        yield f"{'- ' if not place else '  '}{line}"


def _own_home(told: Answers) -> Iterator[str]:
    yield "sources:"
    yield from _source_lines("home_plant", "own", told.about.get("home"), 1.0)
    answer = _answer(told, "P3")
    if answer is not None:
        yield f"process: {{automation: {answer.choice}}}"


def _supplier_home(told: Answers) -> Iterator[str]:
    yield "sources:"
    yield from _source_lines("home_supplier", "supplier", told.about.get("home"), 1.0)
    yield from (f"    {line}" for line in _home_price(told))


def _home_price(told: Answers) -> Iterator[str]:
    """What a supplier at home would ask, in the money of home: its price does not move with a foreign one."""
    gap, price = _answer(told, "C3"), _price(told)
    if gap is None or price is None:
        return
    if gap.low is None or gap.high is None:
        yield from _open("unit_price", gap)
        return
    (low, high), quoted = _ends(price), str(price.get("unit", "EUR"))
    rate, unit = _rate(quoted, told.about.get("home"))
    ends = {"low": _round(low * (1 + gap.low) * rate), "high": _round(high * (1 + gap.high) * rate)}
    source = _source(told, "C3")
    if unit != quoted:
        source = _(
            SENTENCES["from_scan_at"],
            question="C3",
            answer=_(gap.text_en),
            rate=number(rate, 2 - math.floor(math.log10(rate))),
            unit=unit,
            currency=quoted,
        )
    yield f"unit_price: {_flow(ends | {'unit': unit, 'source': source})}"


def _rate(quoted: str, home: Any) -> tuple[float, str]:
    """What one of a currency is worth at home, and in which money; itself where no rate is known."""
    from thuishaven.facts import bundled, countries

    there = countries()[home].currency if home in countries() else "EUR"
    in_euro = [
        1.0 if money == "EUR" else bundled().get("fx_rate", currency=money).value for money in (quoted, there)
    ]
    known = {fact.keys for fact in bundled().find("fx_rate")}
    for money in {quoted, there} - {"EUR"}:
        if (("currency", money),) not in known:
            return 1.0, quoted
    return (in_euro[0] or 1.0) / (in_euro[1] or 1.0), there


def _source_lines(identity: str, maker: str, country: Any, share: float) -> Iterator[str]:
    yield f"  - id: {identity}"
    yield f"    maker: {maker}"
    yield _field(2, "country", country, "BEL")
    yield f"    share: {share:g}"


def _elsewhere(strategy: str, maker: str, country: Any) -> Iterator[str]:
    yield "sources:"
    yield from _source_lines(strategy, maker, country, 1.0)


def _improved(told: Answers) -> Iterator[str]:
    price = _price(told)
    if price is None:
        return
    label, cut, low, high = _fact("improve_abroad_price_cut")
    if set(price) <= {"value", "unit"}:
        before = float(price["value"])
        after = {"low": before * (1 - high), "mode": before * (1 - cut), "high": before * (1 - low)}
    else:
        after = {key: value * (1 - cut) for key, value in price.items() if isinstance(value, int | float)}
    unit = {"unit": price["unit"]} if "unit" in price else {}
    quoted = {key: _round(value) for key, value in after.items()} | unit | {"source": label}
    yield "changes:"
    yield f"  {PRESENT}: {{unit_price: {_flow(quoted)}}}"


def _second(result: ScanResult) -> Iterator[str]:
    told = result.answers
    _label, part, _low, _high = _fact("second_source_share")
    shut = {item.id for item in result.strategies if item.state == "closed"}
    maker = "supplier" if not {"reshore_ss", "reshore_os"} <= shut else "own"
    yield "sources:"
    yield f"  - id: {PRESENT}"
    yield from (f"    {line}" for line in _present(told, 1 - part))
    yield from _source_lines("second", maker, told.about.get("home"), part)
    if maker == "supplier":
        yield from (f"    {line}" for line in _home_price(told))


def _stocked() -> Iterator[str]:
    label, weeks, _low, _high = _fact("disruption_weeks")
    yield f"stock: {{buffer_weeks: {_flow({'value': weeks, 'source': label})}}}"


def _move(told: Answers) -> Iterator[str]:
    """What moving costs once, as far as the answers say."""
    lines = [*_range(0, "parallel_months", told, "Q3"), *_exit(told)]
    real = [line for line in lines if not line.startswith("#")]
    if real:
        yield "one_off:"
    yield from (f"  {line}" for line in real)
    yield from (line for line in lines if line.startswith("#"))


def _exit(told: Answers) -> Iterator[str]:
    """The cost of leaving: months of purchases times price and volume, when both were told."""
    answer, price, units = _answer(told, "L3"), _price(told), told.about.get("units_per_year")
    if answer is None:
        return
    if answer.high is None:
        yield from _open("contract_exit", answer)
        return
    if answer.high == 0:
        yield f"contract_exit: {_flow({'value': 0, 'source': _source(told, 'L3')})}"
        return
    if price is None or units is None:
        return
    volume = units if isinstance(units, Mapping) else {"value": units}
    (p_low, p_high), (u_low, u_high) = _ends(price), _ends(volume)
    months = [answer.low or 0.0, answer.high]
    amounts = [months[0] / 12 * p_low * u_low, months[1] / 12 * p_high * u_high]
    keys = ("low", "high") if amounts[0] else ("min", "max")
    found: dict[str, Any] = {key: _round(amount) for key, amount in zip(keys, amounts, strict=True)}
    yield f"contract_exit: {_flow(found | {'unit': price.get('unit', 'EUR'), 'source': _source(told, 'L3')})}"


def _market(told: Answers) -> Iterator[str]:
    line = next(_range(0, "made_in_share", told, "M1"), "")
    if line:
        yield f"market: {{{line}}}"


def _fields(result: ScanResult, strategy: str) -> list[str]:
    """The fields with which measured figures replace what speaks for and against a plan."""
    found = result.strategy(strategy)
    names = [reason.question for reason in (*found.reasons_for, *found.reasons_against)]
    paths = [path for name in names for path in questions()[name].enter]
    return list(dict.fromkeys(path.removeprefix("plans.") for path in paths if path.startswith("plans.")))


# ---- fields


def _price(told: Answers) -> dict[str, Any] | None:
    price = told.about.get("unit_price")
    if price is None:
        return None
    currency = told.about.get("currency")
    found = dict(price) if isinstance(price, Mapping) else {"value": price}
    return found | ({"unit": currency} if currency and "unit" not in found else {})


def _ends(quantity: Mapping[str, Any]) -> tuple[float, float]:
    """The low and the high end of a quantity as it was written."""
    numbers = [float(value) for value in quantity.values() if isinstance(value, int | float)]
    return min(numbers), max(numbers)


def _answer(told: Answers, question: str) -> Answer | None:
    asked = questions()[question]
    return asked.answers[asked.codes.index(told.code(question))] if told.known(question) else None


def _range(indent: int, field: str, told: Answers, question: str) -> Iterator[str]:
    """A field as the range that an answer gives; a comment where the range has an open end."""
    answer = _answer(told, question)
    if answer is None or (answer.low is None and answer.high is None):
        return
    space = "  " * indent
    if answer.low is None or answer.high is None:
        yield from (f"{space}{line}" for line in _open(field, answer))
        return
    found: dict[str, Any]
    if answer.low == answer.high:
        found = {"value": answer.low}
    elif answer.low and answer.high != 1:
        found = {"low": answer.low, "high": answer.high}
    else:
        # An end that nothing can pass is a hard one.
        found = {"min": answer.low, "max": answer.high}
    yield f"{space}{field}: {_flow(found | {'source': _source(told, question)})}"


def _open(field: str, answer: Answer) -> Iterator[str]:
    yield f"# {field}: {_(SENTENCES['open'], answer=_(answer.text_en))}"


def _source(told: Answers, question: str) -> str:
    answer = _answer(told, question)
    assert answer is not None
    return _(SENTENCES["from_scan"], question=question, answer=_(answer.text_en))


def _fact(parameter: str) -> tuple[str, float, float, float]:
    """What a default of the facts is called, with its value and ends."""
    from thuishaven.facts import bundled

    answer = bundled().get(parameter)
    assert answer.value is not None
    low = answer.value if answer.low is None else answer.low
    high = answer.value if answer.high is None else answer.high
    label = _(SENTENCES["from_facts"], label=_(answer.parameter.label_en))
    return label, answer.value, low, high


def _field(indent: int, name: str, value: Any, example: Any) -> str:
    space = "  " * indent
    if value is None:
        return f"{space}{name}:  # {_(SENTENCES['fill'], example=_flow(example))}"
    return f"{space}{name}: {_flow(value)}"


def _flow(value: Any) -> str:
    """A value as YAML on one line; a text always between quotes."""
    if isinstance(value, Mapping):
        inside = ", ".join(f"{key}: {_flow(item)}" for key, item in value.items())
        return f"{{{inside}}}"
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < 10**15
        return str(int(value)) if whole else _plain(value)
    return json.dumps(value, ensure_ascii=False)


def _plain(value: float) -> str:
    """A number that nobody takes for a thousand: 1.1250 rather than 1.125."""
    text = f"{value:.12g}"
    return f"{text}0" if len(text.partition(".")[2]) == 3 else text


def _round(value: float) -> float:
    """Three digits: more than a range supports says nothing."""
    return round(value, 2 - math.floor(math.log10(abs(value)))) if value else 0.0


def _names(msgid: str) -> str:
    found = {}
    for lang in LANGUAGES:
        with use(lang):
            found[lang] = _(msgid)
    return _flow(found)


def _comment(indent: int, sentence: str, **params: Any) -> Iterator[str]:
    space = " " * indent
    for line in textwrap.wrap(_(SENTENCES[sentence], **params), _WIDTH - indent - 2):
        yield f"{space}# {line}"
