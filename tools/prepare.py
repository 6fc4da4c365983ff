"""Set up what a make target needs, and say so: the environment in .venv, and Debian packages.

Runs on the machine's own Python, before anything is installed, so it uses the standard library only.

    python3 tools/prepare.py environment run     # what `thuishaven` itself needs
    python3 tools/prepare.py environment dev     # plus tests, linters and the packages that ship raw data
    python3 tools/prepare.py environment bench   # plus the programs that bench/ compares with
    python3 tools/prepare.py libreoffice chromium    # the programs that tests drive
    python3 tools/prepare.py provider                # what tests sign in at, into .venv/node
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)
LEVELS = {"run": "", "dev": "[dev,data]", "bench": "[dev,data,bench]"}
ENOUGH = {"run": ("run", "dev", "bench"), "dev": ("dev", "bench"), "bench": ("bench",)}


class Program(NamedTuple):
    """A program of Debian that tests drive."""

    name: str
    commands: tuple[str, ...]
    # First choice first: the second has what a screen needs as well, but every Debian has it.
    packages: tuple[str, ...]
    why: str


PROGRAMS = {
    "libreoffice": Program(
        "LibreOffice Calc",
        ("soffice", "libreoffice"),
        ("libreoffice-calc-nogui", "libreoffice-calc"),
        "has LibreOffice save a dossier and reads the result back",
    ),
    "chromium": Program(
        "Chromium",
        ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"),
        ("chromium-headless-shell", "chromium"),
        "reads the pages as their users do",
    ),
    "node": Program("Node", ("node", "nodejs"), ("nodejs",), "signs in at a provider that runs on it"),
    "npm": Program("npm", ("npm",), ("npm",), "signs in at a provider that npm installs"),
}


def say(text: str) -> None:
    """Print one line at once, so that it stands before the output of the program that follows it."""
    print(text, flush=True)


def stop(*lines: str) -> None:
    """Explain on standard error why nothing more can be done, and end with status 1."""
    print("\n".join(lines), file=sys.stderr, flush=True)
    raise SystemExit(1)


def call(*command: str) -> int:
    """Run a program in the repository with its output in view; returns its exit status."""
    return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, check=False).returncode


def fingerprint() -> str:
    """Digest of all that makes an environment stale: our needs, the versions, the Python, the folder."""
    needs = [(ROOT / name).read_text(encoding="utf-8") for name in ("pyproject.toml", "constraints.txt")]
    return hashlib.sha256("\0".join([sys.version, str(ROOT), *needs]).encode()).hexdigest()


def usable() -> bool:
    """Whether .venv holds a Python of this version that runs, and pip."""
    probe = [str(PYTHON), "-c", "import pip, sys; print(sys.version)"]
    try:
        answer = subprocess.run(probe, capture_output=True, text=True, check=False)
    except OSError:
        return False
    return answer.returncode == 0 and answer.stdout.strip() == sys.version.strip()


def environment(level: str) -> None:
    """Make .venv hold what the level needs; does nothing when it already does."""
    stamp, mark = VENV / "thuishaven-ready", fingerprint()
    if PYTHON.exists() and stamp.exists():
        have, _, digest = stamp.read_text(encoding="utf-8").partition(" ")
        if have in ENOUGH[level] and digest == mark:
            return
    if sys.version_info[:2] < OLDEST:
        found, needed = (".".join(map(str, version)) for version in (sys.version_info[:3], OLDEST))
        stop(
            f"Python {needed} or newer is needed; this is {found}.",
            f"Name a newer one: make PYTHON=python{needed} run",
        )
    if not usable():
        say("Setting up an isolated environment in .venv")
        if call(sys.executable, "-m", "venv", "--clear", str(VENV)):
            stop(
                "Python could not make a virtual environment. On Debian this line installs what it misses:",
                "    sudo apt-get install -y python3-venv",
            )
    say("Installing packages into .venv (once, a few minutes at most)")
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    # "." and not the folder's path, which may hold spaces and brackets that pip would read as its own.
    if call(*pip, "--constraint", "constraints.txt", "--editable", f".{LEVELS[level]}"):
        stop(
            "The packages could not be installed; pip says why above.",
            "Without a network, point pip at a folder that holds their wheels:",
            "    PIP_NO_INDEX=1 PIP_FIND_LINKS=wheels make run",
        )
    stamp.write_text(f"{level} {mark}", encoding="utf-8")


def programs(names: list[str]) -> None:
    """Make sure the programs are there: as root they are installed, else the one line to type is printed."""
    missing = [PROGRAMS[name] for name in names if not any(map(shutil.which, PROGRAMS[name].commands))]
    if not missing:
        return
    why = [f"make test {program.why}, and {program.name} is not installed." for program in missing]
    apt = shutil.which("apt-get")
    if apt is None:
        commands = ", ".join(program.commands[0] for program in missing)
        stop(*why, f"Install it so that it is found under this name, and try again: {commands}")
    if os.geteuid() != 0:
        line = " ".join(program.packages[0] for program in missing)
        stop(
            *why,
            "Install it with this line and run make test again:",
            f"    sudo apt-get install -y --no-install-recommends {line}",
        )
    get = ("env", "DEBIAN_FRONTEND=noninteractive", str(apt), "-qq", "-o", "Dpkg::Use-Pty=0")
    call(*get, "update")
    for program in missing:
        say(f"Installing {program.name} from Debian (once): one test {program.why}")
        install = (*get, "install", "-y", "--no-install-recommends")
        # any() stops at the first that succeeds.
        if not any(call(*install, package) == 0 for package in program.packages):
            stop(why[missing.index(program)], "Installing it failed; apt-get says why above.")


def provider() -> None:
    """Make .venv/node hold the provider of OpenID Connect that tests sign in at."""
    programs(["node", "npm"])
    folder, needs = VENV / "node", ROOT / "tests" / "provider"
    lock = (needs / "package-lock.json").read_text(encoding="utf-8")
    stamp = folder / "thuishaven-ready"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == lock:
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(needs / name, folder / name)
    say("Installing the provider that tests sign in at into .venv/node (once)")
    quiet = ("--silent", "--no-audit", "--no-fund", "--ignore-scripts")
    if call("npm", "ci", "--prefix", str(folder), *quiet):
        stop("The provider could not be installed; npm says why above.")
    stamp.write_text(lock, encoding="utf-8")


def main(words: list[str]) -> None:
    """Do what the words ask; with other words, say which there are."""
    if words[:1] == ["environment"] and len(words) == 2 and words[1] in LEVELS:
        environment(words[1])
    elif words and set(words) <= {*PROGRAMS, "provider"}:
        programs([word for word in words if word in PROGRAMS])
        if "provider" in words:
            provider()
    else:
        stop(str(__doc__))


if __name__ == "__main__":
    main(sys.argv[1:])
