"""How a command is used, in the reader's language: help, and what to say about a mistake in the words typed.

Typer reads the words; what it would say about them in English is said here in our own messages.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from typer.core import TyperCommand, TyperGroup

from thuishaven.locale import _

#: Columns of the help: where the explanation starts, and how wide it is at most.
INDENT = 26
HELP = "--help"
WIDEST = 100


class WrongUsage(Exception):
    """The words that were typed do not make a command; the message says what would. Exit status 2."""


class Command(TyperCommand):
    """A command whose help and complaints are in the reader's language."""

    def get_help(self, ctx: Any) -> str:
        """The help text."""
        return help_text(self, ctx)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words; those that are left over are a mistake."""
        ctx.allow_extra_args = True
        try:
            left = super().parse_args(ctx, args)
        except Exception as error:
            if hasattr(error, "ctx") and error.ctx is None:
                error.ctx = ctx
            raise
        if ctx.args:
            raise WrongUsage(_("Nothing is expected after this: {words}", words=" ".join(ctx.args)))
        return left


class Group(TyperGroup):
    """A group of commands whose help and complaints are in the reader's language."""

    def get_help(self, ctx: Any) -> str:
        """The help text."""
        return help_text(self, ctx)

    def list_commands(self, ctx: Any) -> list[str]:
        """The commands in the order in which they are added."""
        return list(self.commands)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the first word names."""
        name = args[0]
        if name not in self.commands and not name.startswith("-"):
            close = get_close_matches(name, self.commands, n=1)
            known = close[0] if close else ", ".join(self.commands)
            raise WrongUsage(_("There is no command {name}. Did you mean: {known}?", name=name, known=known))
        return super().resolve_command(ctx, args)


def asked_help(program: Any, words: Sequence[str]) -> str | None:
    """The help that is asked for, before anything else is read: it must be there at once.

    Parameters
    ----------
    program
        The group that holds all commands.
    words
        As typed.

    Returns
    -------
    str
        The help of the command that stands before ``--help``; ``None`` when it is not asked for.
    """
    if HELP not in words:
        return None
    command, context = program, program.context_class(program, info_name="thuishaven")
    for word in words[: words.index(HELP)]:
        inner = getattr(command, "commands", {}).get(word)
        if inner is not None:
            command, context = inner, inner.context_class(inner, info_name=word, parent=context)
    return help_text(command, context)


def complaint(error: Any) -> str:
    """What to say about words that Typer could not read."""
    option = getattr(error, "option_name", "")
    match type(error).__name__:
        case "NoSuchOption":
            known = [name for found in error.ctx.command.params for name in found.opts] if error.ctx else []
            close = ", ".join(get_close_matches(option, known, n=1))
            if close:
                return _("There is no option {option}. Did you mean: {known}?", option=option, known=close)
            return _("There is no option {option}.", option=option)
        case "MissingParameter":
            return _("{name} is missing.", name=_named(error.param))
        case "BadOptionUsage":
            flags = [p for p in error.ctx.command.params if getattr(p, "is_flag", False)] if error.ctx else []
            if any(option in flag.opts for flag in flags):
                return _("{option} stands alone: it takes no value.", option=option)
            return _("{option} needs a value.", option=option)
        case _:
            return _("This cannot be read: {words}", words=error.format_message())


def _named(parameter: Any) -> str:
    if parameter is None:
        return "?"
    return str(parameter.opts[0]) if parameter.param_type_name == "option" else shown_name(parameter)


def shown_name(parameter: Any) -> str:
    """What an argument or the value of an option is called in the help."""
    return _(parameter.metavar) if parameter.metavar else ""


def help_text(command: Any, ctx: Any, width: int | None = None) -> str:
    """The help of a command: how it is written, what it does, its arguments, options and commands."""
    if width is None:
        from shutil import get_terminal_size

        width = min(get_terminal_size().columns, WIDEST)
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option" and not p.hidden]
    commands: dict[str, Any] = getattr(command, "commands", {})
    words = [_("{command} [options]", command=ctx.command_path), *map(_usage_word, arguments)]
    if commands:
        words.append(_("command").upper() + " ...")
    parts = [_("Usage:") + " " + " ".join(words)]
    if command.help:
        parts.append("\n\n".join(textwrap.fill(text, width) for text in _(command.help).split("\n\n")))
    if commands:
        rows = [(name, _(found.help or "").split("\n\n")[0]) for name, found in commands.items()]
        parts.append(_("Commands:") + "\n" + _rows(rows, width))
    if arguments:
        parts.append(
            _("Arguments:") + "\n" + _rows([(shown_name(p), _(p.help or "")) for p in arguments], width)
        )
    rows = [(", ".join(p.opts) + f" {shown_name(p)}".rstrip(), _(p.help or "")) for p in options]
    rows.append((HELP, _("Show this help.")))
    parts.append(_("Options:") + "\n" + _rows(rows, width))
    if command.epilog:
        parts.append(_(command.epilog))
    return "\n\n".join(parts)


def _usage_word(argument: Any) -> str:
    name = shown_name(argument) + ("..." if argument.nargs != 1 else "")
    return name if argument.required else f"[{name}]"


def _rows(rows: Sequence[tuple[str, str]], width: int) -> str:
    lines = []
    column = min(INDENT, max(len(name) for name, _words in rows) + 4)
    for name, words in rows:
        body = textwrap.wrap(words, max(width - column, 20)) or [""]
        head = f"  {name}".ljust(column)
        if len(name) + 3 > column:
            lines.append(head)
            head = " " * column
        lines += [head + body[0], *(" " * column + line for line in body[1:])]
    return "\n".join(line.rstrip() for line in lines)
