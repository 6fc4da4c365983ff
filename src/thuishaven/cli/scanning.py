"""The command ``scan``: which strategies look promising? One question at a time, or from a file."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from thuishaven.cli.failures import WRONG_DATA
from thuishaven.cli.options import AsJson, DrawCount, Everything, Language, Seed, settings
from thuishaven.cli.output import complain, console, show, write, write_json
from thuishaven.cli.usage import Command, WrongUsage
from thuishaven.locale import N_, _, ngettext

if TYPE_CHECKING:
    from thuishaven.dossier import Settings
    from thuishaven.scan import Answers, ScanResult

#: Where the answers are kept unless another file is named.
KEPT = "scan.yaml"
#: What the dossier needs of the product, in the order in which it is asked.
WANTED = ("name", "home", "source_country", "units_per_year", "unit_price", "cn")


def scan(
    answers: Annotated[
        str | None,
        typer.Option(
            "--answers",
            metavar=N_("FILE"),
            help="Answers in a file (YAML, or a dossier): shows the outcome and asks nothing.",
        ),
    ] = None,
    save: Annotated[
        str | None,
        typer.Option(
            "--save",
            metavar=N_("FILE"),
            help="File that keeps the answers while you answer, and to go on from; scan.yaml by default.",
        ),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option("-o", "--output", metavar=N_("FILE"), help="Write the starter dossier to this file."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
    change: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar=N_("ID=ANSWER"),
            help="With --answers: change an answer, as in C1=5, and see what that does. May be given again.",
        ),
    ] = None,
    as_json: AsJson = False,
    everything: Everything = False,
    seed: Seed = None,
    draws: DrawCount = None,
    lang: Language = None,
) -> None:
    """Which strategies look promising?"""
    chosen = settings(seed, draws)
    if output is not None:
        _free(output, force)
    if answers is not None:
        _from_file(answers, change or [], chosen, output, as_json, everything)
        return
    if as_json or change:
        option = "--json" if as_json else "--set"
        raise WrongUsage(_("{option} needs --answers: a file with the answers.", option=option))
    _asked(Path(save or KEPT), chosen, output, force, everything)


def _free(path: str, force: bool) -> None:
    """Stop where a file would be lost."""
    if Path(path).exists() and not force:
        complain(_("{path} exists and is kept. Choose another name, or replace it with --force.", path=path))
        raise typer.Exit(WRONG_DATA)


# ---- from a file


def _from_file(
    path: str, changes: list[str], chosen: Settings, output: str | None, as_json: bool, everything: bool
) -> None:
    from thuishaven.cli.interview import opened_answers
    from thuishaven.scan import assess, compare

    told = opened_answers(path)
    before = assess(told, chosen)
    result = assess(_changed(told, changes), chosen) if changes else before
    if output is not None:
        _write_dossier(result, output)
    from thuishaven.cli import similar
    from thuishaven.report.asked_cases import asked_of_scan

    alike = similar.similar_to(asked_of_scan(told.about, result.best))
    if as_json:
        write_json(result.to_dict() | ({"similar_cases": alike.to_dict()} if alike is not None else {}))
        return
    from thuishaven.cli.scanning_page import change_page, next_steps, scan_page

    show(lambda width: scan_page(result, width, everything))
    if changes:
        difference = compare(before, result)
        show(lambda width: change_page(difference, width))
    if alike is not None:
        write("\n" + similar.told(alike))
    show(lambda width: next_steps(output, width))


def _changed(told: Answers, changes: list[str]) -> Answers:
    from thuishaven.dossier import DossierError
    from thuishaven.scan import read

    for item in changes:
        name, sign, value = item.partition("=")
        if not sign:
            raise WrongUsage(
                _("--set {value}: expected is ID=ANSWER, for example {example}.", value=item, example="C1=5")
            )
        try:
            given = read({name.strip(): value.strip()}).given
        except DossierError as error:
            raise WrongUsage(f"--set: {error.problems[0].message()}") from None
        for identity, code in given.items():
            told = told.with_answer(identity, code)
    return told


# ---- asked one by one


def _asked(kept: Path, chosen: Settings, output: str | None, force: bool, everything: bool) -> None:
    from thuishaven.cli.interview import Interview, Stopped, line_from_terminal
    from thuishaven.cli.interview import kept as as_text
    from thuishaven.scan import assess

    told = _resumed(kept)

    def keep(answers: Answers) -> None:
        kept.write_text(as_text(answers), encoding="utf-8")

    talk = Interview(told, keep, line_from_terminal, _say)
    try:
        talk.run()
        if talk.answers.code("G2") != "over_75":
            talk.importance()
        result = assess(talk.answers, chosen)
        _show(result, everything)
        wanted = (
            *WANTED,
            *(f"{plan}_country" for plan in result.plans() if plan in ("nearshore", "friendshore")),
        )
        talk.product(wanted)
        result = assess(talk.answers, chosen)
        path = output or _where(talk, force)
    except Stopped:
        write("\n")
        again = "thuishaven scan" + (f" --save {kept}" if str(kept) != KEPT else "")
        _say(_("Your answers are kept in {path}. Go on with: {command}", path=kept, command=again))
        return
    if path is not None:
        _write_dossier(result, path)
        from thuishaven.cli.scanning_page import next_steps

        open_fields = tuple(name for name in WANTED if name not in talk.answers.about)
        show(lambda width: next_steps(path, width, open_fields))


def _say(text: str) -> None:
    """Write a text that is said between questions, folded to the screen."""
    from thuishaven.cli.interview import folded

    write(folded(text, console().width) + "\n")


def _resumed(kept: Path) -> Answers:
    from thuishaven.cli.interview import opened_answers
    from thuishaven.scan import gates, questions, read

    count = len(gates()) + len(questions())
    if not kept.exists():
        _say(
            _(
                "{n} short questions, a quarter of an hour. Answers are kept in {path}; stop when you like.",
                n=count,
                path=kept,
            )
        )
        return read({})
    told = opened_answers(str(kept))
    done = len(told.given)
    _say(
        ngettext(
            "Going on with {path}: {n} question of {of} was answered.",
            "Going on with {path}: {n} questions of {of} were answered.",
            done,
            path=kept,
            of=count,
        )
    )
    return told


def _show(result: ScanResult, everything: bool) -> None:
    from thuishaven.cli.scanning_page import scan_page

    write("\n")
    show(lambda width: scan_page(result, width, everything))


def _where(talk: object, force: bool) -> str | None:
    """Ask where the dossier goes; ``None`` for nowhere."""
    from thuishaven.cli.interview import Interview, Stopped

    assert isinstance(talk, Interview)
    name = str(talk.answers.about.get("name", ""))
    wish = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "dossier"
    default = f"{wish}.yaml"
    talk.say("")
    talk.say(_("The starter dossier holds your answers and a plan for each promising strategy."))
    while True:
        line = talk.ask(_("Write it to {path}? Enter: yes, n: no, or another name", path=default) + " > ")
        if line is None:
            raise Stopped
        word = line.strip()
        if word.casefold() in ("n", "no", "nee", "non", _("no").casefold()):
            return None
        path = default if word.casefold() in ("", "y", "j", "o", _("yes").casefold()) else word
        if not Path(path).exists() or force:
            return path
        talk.say(_("{path} exists and is kept. Type another name.", path=path))
        if sys.stdin.closed:
            raise Stopped


def _write_dossier(result: ScanResult, path: str) -> None:
    from thuishaven.cli.scanning_page import today
    from thuishaven.scan import starter

    Path(path).write_text(starter(result, today(), path), encoding="utf-8")
    complain(_("Written: {path}", path=path))


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(
        "scan",
        cls=Command,
        help="Which strategies look promising? A quarter of an hour of questions; no figures needed.",
    )(scan)
