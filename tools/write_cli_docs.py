"""Write the help of every command into docs/cli.md, below the heading that names the command.

The page itself is written by hand; only the block that follows a line `<!-- help: cost -->` is replaced.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import typer.main

from thuishaven.cli.program import app
from thuishaven.cli.usage import help_text
from thuishaven.locale import use

PAGE = Path(__file__).resolve().parent.parent / "docs" / "cli.md"
WIDTH = 96
BLOCK = re.compile(r"(<!-- help: (?P<words>[a-z -]*?) -->\n)(?:    .*\n|\n(?=    ))*")


def helps() -> Iterator[tuple[str, str]]:
    """The words of every command and its help in English, the program itself first."""

    def walk(command: typer.main.TyperCommand, context: object, words: str) -> Iterator[tuple[str, str]]:
        yield words, help_text(command, context, WIDTH)
        for name, inner in getattr(command, "commands", {}).items():
            inner_context = inner.context_class(inner, info_name=name, parent=context)
            yield from walk(inner, inner_context, f"{words} {name}".strip())

    program = typer.main.get_command(app)
    with use("en"):
        yield from walk(program, program.context_class(program, info_name="thuishaven"), "")


def written(text: str) -> str:
    """The page with the help of each command as it is now.

    Raises
    ------
    KeyError
        For a block about a command that there is not.
    """
    known = dict(helps())

    def block(match: re.Match[str]) -> str:
        lines = known[match["words"].strip()].splitlines()
        return match[1] + "".join(f"    {line}\n" if line else "\n" for line in lines)

    return BLOCK.sub(block, text)


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print("docs/cli.md")
