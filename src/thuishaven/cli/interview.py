"""One question at a time: back, skip, help, stop; what was answered is kept after every answer."""

from __future__ import annotations

import json
import re
import sys
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thuishaven.cli.output import safe, write
from thuishaven.locale import LANGUAGES, N_, _, language, use
from thuishaven.locale.writing import SEPARATORS

if TYPE_CHECKING:
    from thuishaven.scan import Answers, Gate, Question

#: Words for what can be done at every question, the letter first.
COMMANDS = {
    "back": N_("b, back"),
    "skip": N_("s, skip, i don't know, don't know"),
    "help": N_("?, help"),
    "quit": N_("q, quit"),
}


class Stopped(Exception):
    """The reader stopped; the answers are kept."""


@dataclass
class Interview:
    """The questions, the answers so far, and the file that keeps them.

    Parameters
    ----------
    answers
        What was answered before.
    keep
        Called after each answer.
    ask
        Reads one line, for a prompt; ``None`` at the end of the input.
    say
        Writes lines.
    """

    answers: Answers
    keep: Callable[[Answers], None]
    ask: Callable[[str], str | None]
    say: Callable[[str], None]
    hinted: bool = field(default=False)

    def run(self) -> Answers:
        """Ask what was not asked yet.

        Raises
        ------
        Stopped
            When the reader stops, or the input ends.
        """
        from thuishaven.scan import gates, questions

        steps: list[Gate | Question] = [*gates().values(), *questions().values()]
        place = next((i for i, asked in enumerate(steps) if asked.id not in self.answers.given), len(steps))
        while place < len(steps):
            if self._over():
                break
            place = max(place + self._step(steps[place], place + 1, len(steps)), 0)
        return self.answers

    def _over(self) -> bool:
        """Whether the answer is known already: most is sold where it is made."""
        return self.answers.code("G2") == "over_75"

    def _step(self, asked: Gate | Question, place: int, of: int) -> int:
        """Ask one question; returns how far to go: 1 on, -1 back."""
        self._show(asked, place, of)
        while True:
            line = self.ask(_("Answer") + " > ")
            if line is None:
                raise Stopped
            word = command(line)
            if word == "quit":
                raise Stopped
            if word == "help":
                self.say(_(asked.why_en))
                self.say(hint())
                continue
            if word == "back":
                if place == 1:
                    self.say(_("This is the first question."))
                    continue
                return -1
            given = asked.id in self.answers.given
            if not line.strip() and given:
                return 1
            code = "unknown" if word == "skip" or not line.strip() else chosen(asked, line)
            if code is None:
                self.say(
                    _(
                        "{text} is not one of the answers. Type a number from 1 to {n}, or ? for help.",
                        text=f"“{safe(line.strip())[:40]}”",
                        n=len(asked.answers),
                    )
                )
                continue
            self.answers = self.answers.with_answer(asked.id, code)
            self.keep(self.answers)
            return 1

    def _show(self, asked: Gate | Question, place: int, of: int) -> None:
        from thuishaven.scan import criteria

        about = getattr(asked, "criterion", "")
        head = _("Question {n} of {of}", n=place, of=of)
        self.say("")
        self.say(f"{head} · {_(criteria()[about].name_en)}" if about else head)
        self.say(_(asked.question_en))
        now = self.answers.code(asked.id) if asked.id in self.answers.given else ""
        for at, answer in enumerate(asked.answers, start=1):
            mark = "*" if answer.code == now else " "
            self.say(f" {mark}{at}  {_(answer.text_en)}")
        if now:
            said = _("Enter keeps the answer marked *.") if now != "unknown" else _("Enter keeps: not known.")
            self.say(said)
        if not self.hinted:
            self.hinted = True
            self.say(hint())

    # ---- what the dossier needs

    def product(self, wanted: tuple[str, ...]) -> Answers:
        """Ask what the dossier needs, unless all of it was told before; Enter skips, or keeps what was told.

        Raises
        ------
        Stopped
            When the reader stops, or the input ends.
        """
        if all(name in self.answers.about for name in wanted):
            return self.answers
        self.say("")
        self.say(
            _(
                "Now the product. With it the scan writes a dossier in which the costs can be calculated, so"
                " that nothing has to be typed twice. Enter skips a question; ? helps."
            )
        )
        place = 0
        while place < len(wanted):
            place = max(place + self._tell(wanted[place]), 0)
        return self.answers

    def _tell(self, name: str) -> int:
        text, reader = PRODUCT[name]
        prompt = _(text)
        if name in self.answers.about:
            prompt = f"{prompt} [{self._told(name)}]"
        while True:
            line = self.ask(f"{prompt} > ")
            if line is None:
                raise Stopped
            word = command(line)
            if word == "quit":
                raise Stopped
            if word == "back":
                return -1
            if word == "help":
                self.say(_(HELP[name]))
                continue
            if word == "skip" or not line.strip():
                return 1
            found = reader(line.strip())
            if isinstance(found, str):
                self.say(found)
                continue
            self.answers = replace(self.answers, about={**self.answers.about, **found})
            self.keep(self.answers)
            return 1

    def _told(self, name: str) -> str:
        """What was told before, as it could be typed."""
        value = self.answers.about[name]
        parts = list(value.values()) if isinstance(value, Mapping) else [value]
        said = " - ".join(f"{part:g}" if isinstance(part, float) else str(part) for part in parts)
        currency = self.answers.about.get("currency", "") if name == "unit_price" else ""
        return safe(f"{said} {currency}".strip())

    def importance(self) -> Answers:
        """Ask, once, which criteria matter most.

        Raises
        ------
        Stopped
            When the reader stops, or the input ends.
        """
        from thuishaven.dossier import DossierError
        from thuishaven.scan import criteria, read

        if self.answers.order or self.answers.weights:
            return self.answers
        self.say("")
        self.say(_("What matters most to you?"))
        for name, criterion in criteria().items():
            self.say(f"  {name}  {_(criterion.name_en)}")
        self.say(
            _(
                "Type letters, most important first, for example {example}. Enter: as in the survey of firms"
                " that came back.",
                example="C Q S",
            )
        )
        while True:
            line = self.ask(_("Order") + " > ")
            if line is None or command(line) == "quit":
                raise Stopped
            if not line.strip() or command(line) == "skip":
                return self.answers
            try:
                order = read({"order": line.upper()}).order
            except DossierError as error:
                self.say(error.problems[0].message())
                continue
            self.answers = replace(self.answers, order=order)
            self.keep(self.answers)
            return self.answers


def hint() -> str:
    """What can be typed, in one line."""
    return _("Type the number. Enter or s: I don't know. b: back. ?: help. q: stop, the answers are kept.")


def command(line: str) -> str:
    """The command that a line is, or nothing."""
    word = line.strip().casefold()
    for name, words in COMMANDS.items():
        for lang in LANGUAGES:
            with use(lang):
                if word and word in _(words).casefold().split(", "):
                    return name
    return ""


def chosen(asked: Gate | Question, line: str) -> str | None:
    """The code of the answer that a line names: its number, its code or its text."""
    from thuishaven.dossier import DossierError
    from thuishaven.scan import read

    try:
        return read({asked.id: line}).given.get(asked.id)
    except DossierError:
        return None


# ---- readers of what is told about the product: a mapping of fields, or what to say


def _name(line: str) -> Mapping[str, Any] | str:
    return {"name": line[:200]}


def _code(line: str) -> Mapping[str, Any] | str:
    digits = re.sub(r"[\s.]", "", line)
    if re.fullmatch(r"\d{6}(\d{2}){0,2}", digits):
        return {"cn": digits}
    return _("This is not a customs code of 6, 8 or 10 digits, for example {example}.", example="39269097")


def _country(field_name: str) -> Callable[[str], Mapping[str, Any] | str]:
    def reader(line: str) -> Mapping[str, Any] | str:
        found = country(line)
        if found is None:
            return _(
                "I don't know this country. Use its name or its three letters, for example {example}.",
                example="BEL",
            )
        return {field_name: found}

    return reader


def country(line: str) -> str | None:
    """The country that a line names, by code or by name in any of the languages."""
    from thuishaven.facts import countries

    word = line.strip().casefold()
    for iso3, found in countries().items():
        if word in (iso3.casefold(), found.iso2.casefold()):
            return iso3
        for lang in LANGUAGES:
            with use(lang):
                if word == _(found.name_en).casefold():
                    return iso3
    return None


def _units(line: str) -> Mapping[str, Any] | str:
    found = quantity(line)
    return found if isinstance(found, str) else {"units_per_year": found}


def _price(line: str) -> Mapping[str, Any] | str:
    from thuishaven.facts import countries

    words = re.sub(r"([€$£])", r" \1 ", line).split()
    words = [MONEY.get(word.casefold().rstrip("s"), word) for word in words]
    currencies = [word.upper() for word in words if word.isalpha() and word.casefold() not in LINKS | ABOUT]
    known = {found.currency for found in countries().values()}
    for currency in currencies:
        if currency not in known:
            return _(
                "I don't know the currency {currency}. Use its three letters.", currency=safe(currency)[:40]
            )
    found = quantity(" ".join(word for word in words if word.upper() not in currencies))
    if isinstance(found, str):
        return found
    return {"unit_price": found, "currency": currencies[0] if currencies else "EUR"}


def quantity(line: str) -> float | dict[str, float] | str:
    """A number, or two or three as a range; else what to say.

    >>> quantity("80 000 - 130 000"), quantity("7,5 - 8 - 9")
    ({'low': 80000, 'high': 130000}, {'low': 7.5, 'mode': 8, 'high': 9})
    """
    from thuishaven.dossier import Problem, numeral

    found = []
    said = [word for word in line.split() if word.casefold() not in ABOUT]
    plain = " ".join("-" if word.casefold() in LINKS else word for word in said)
    for part in re.split(r"\s*[-–;]\s*", plain.lstrip("~± ")):
        value = numeral(part)
        if isinstance(value, Problem):
            if value.code == "ambiguous_number":
                sign = SEPARATORS[language()][1]
                params = {**value.params, "decimal": str(value.params["decimal"]).replace(".", sign)}
                return replace(value, params=params).message()
            value = 0
        found.append(value)
    if len(found) > len(ENDS) or found != sorted(set(found)) or found[0] <= 0:
        return _(
            "Expected is a number above zero, or a range from low to high such as {low} - {high}.",
            # Without a separator: 80.000 can mean two things.
            low=80000,
            high=130000,
        )
    return found[0] if len(found) == 1 else dict(zip(ENDS[len(found)], found, strict=True))


#: What stands between the ends of a range, and around a number that is not exact, in the three languages.
LINKS = {"tot", "to", "à", "a", "et", "en", "and"}
ABOUT = {"ongeveer", "circa", "ca", "ca.", "rond", "tussen", "van", "per", "stuk", "stuks", "~", "±"}
ABOUT |= {"about", "around", "between", "from", "each", "unit", "units", "piece", "pieces"}
ABOUT |= {"environ", "entre", "de", "par", "unité", "unités", "pièce", "pièces"}
#: Money by its sign, or by its name without an s behind it.
MONEY = {"€": "EUR", "$": "USD", "£": "GBP", "euro": "EUR", "dollar": "USD", "yuan": "CNY", "rmb": "CNY"}
MONEY |= {"renminbi": "CNY", "pond": "GBP", "pound": "GBP", "livre": "GBP", "zloty": "PLN", "yen": "JPY"}
#: What two or three numbers of a range are.
ENDS = {1: ("value",), 2: ("low", "high"), 3: ("low", "mode", "high")}
PRODUCT: dict[str, tuple[str, Callable[[str], Mapping[str, Any] | str]]] = {
    "name": (N_("What is the product called?"), _name),
    "home": (N_("Home country"), _country("home")),
    "source_country": (N_("Country where it is made now"), _country("source_country")),
    "units_per_year": (N_("Units a year, or a range"), _units),
    "unit_price": (N_("Price per unit now, with its currency, for example 7.9 USD"), _price),
    "cn": (N_("Customs code (6 or 8 digits)"), _code),
    "nearshore_country": (N_("Which country would you think of, nearer by?"), _country("nearshore_country")),
    "friendshore_country": (
        N_("Which like-minded country would you think of?"),
        _country("friendshore_country"),
    ),
}
HELP = {
    "name": N_("A name that you recognise; it stands above the results."),
    "home": N_("Where your company is: its name or its three letters."),
    "source_country": N_("Its name or its three letters. It decides on freight, duty, wages and risk."),
    "units_per_year": N_("A number, or the low end, the most likely and the high end."),
    "unit_price": N_("What you pay for one, in the currency of the quote."),
    "cn": N_(
        "It stands on the customs declaration; duty follows from it. Whoever imports the goods knows it, and"
        " the European Commission's site Access2Markets finds it by the name of the product."
    ),
    "nearshore_country": N_("Leave it open when none comes to mind: thuishaven explore compares them all."),
    "friendshore_country": N_("Leave it open when none comes to mind: thuishaven explore compares them all."),
}


# ---- the file that keeps the answers


def kept(answers: Answers) -> str:
    """The answers as a YAML file, each with its words beside it."""
    from thuishaven.scan import gates, questions

    plain = answers.to_dict()
    lines = [f"# {_('Answers to the scan of thuishaven. Go on with: thuishaven scan')}", "answers:"]
    for identity, code in plain.pop("answers").items():
        asked = gates().get(identity) or questions()[identity]
        texts = {answer.code: _(answer.text_en) for answer in asked.answers}
        said = texts.get(code, _("I don't know"))
        lines.append(f"  {identity}: {code}  # {_(asked.name_en)}: {said}")
    if lines[-1] == "answers:":
        lines[-1] = "answers: {}"
    lines += [f"{part}: {json.dumps(value, ensure_ascii=False)}" for part, value in plain.items()]
    return "".join(f"{line}\n" for line in lines)


def opened_answers(path: str) -> Answers:
    """The answers in a file: one that the scan wrote, or a dossier with a part ``scan``.

    Raises
    ------
    DossierError
        When the file cannot be read, with each problem.
    """
    from thuishaven.dossier import DossierError, open_document
    from thuishaven.dossier.yaml import parse, plain, read_text
    from thuishaven.scan import read

    try:
        if path.lower().endswith(".xlsx"):
            return read(open_document(path).dossier)
        tree = plain(parse(read_text(Path(path))))
        if isinstance(tree, Mapping) and "thuishaven" in tree:
            return read(tree.get("scan"))
        return read(tree)
    except DossierError as error:
        raise DossierError(error.problems, path) from None


def folded(text: str, width: int) -> str:
    """A text in lines of a width, folded between words; the answers of a question keep their numbers free.

    >>> print(folded(" *2  one two three", 12))
     *2  one two
         three
    """
    lines = []
    for line in text.split("\n"):
        start = re.match(r"[ *]*(?:\w  )?", line)
        indent = " " * (start.end() if start else 0)
        lines += textwrap.wrap(
            line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        ) or [""]
    return "\n".join(lines)


def line_from_terminal(prompt: str) -> str | None:
    """Read one line; ``None`` at the end of the input."""
    write(prompt)
    line = sys.stdin.readline()
    return line.rstrip("\r\n") if line else None
