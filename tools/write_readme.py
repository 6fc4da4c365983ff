"""Put what the program really prints into the README; `make docs` runs this, and a test compares.

    python tools/write_readme.py

Between `<!-- advice -->` and `<!-- end of advice -->` stand the first paragraphs of that command's answer.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "README.md"
#: How many paragraphs of each answer are shown.
SHOWN = {"advice": 4, "cost": 4}
COLUMNS = "100"


def answer(command: str) -> list[str]:
    """What the command says of the pots, in English, on a terminal of a hundred columns, by paragraph."""
    words = [sys.executable, "-m", "thuishaven", command, "examples/plantenpot.yaml", "--lang", "en"]
    environment = os.environ | {"COLUMNS": COLUMNS, "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.rstrip().split("\n\n")


def block(command: str) -> str:
    """The command with the first part of its answer, as an indented block."""
    shown = "\n\n".join(answer(command)[: SHOWN[command]])
    lines = [f"$ thuishaven {command} examples/plantenpot.yaml --lang en", *shown.split("\n"), "..."]
    return "\n".join(f"    {line.rstrip()}".rstrip() for line in lines)


def page(text: str) -> str:
    """The README with every block as the program answers today."""
    for command in SHOWN:
        marked = re.compile(rf"(<!-- {command} -->\n).*?(<!-- end of {command} -->)", re.DOTALL)
        text, found = marked.subn(lambda at, name=command: f"{at[1]}\n{block(name)}\n\n{at[2]}", text)
        if found != 1:
            raise SystemExit(f"README.md: expected one block {command}, found {found}")
    return text


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
