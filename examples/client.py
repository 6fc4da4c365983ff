"""A client of the HTTP interface, small enough to read before you copy it. It needs Python and httpx only.

    thuishaven serve &
    python examples/client.py examples/plantenpot.yaml

asks what every plan costs, what would happen at another price of today, and how one figure came about.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Self

import httpx

KINDS = {
    ".yaml": "application/yaml",
    ".json": "application/json",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Problem(Exception):
    """What the server says is wrong: a sentence, and one line for each field."""

    def __init__(self, told: dict[str, Any]) -> None:
        lines = [f"{told['title']}. {told['detail']}"]
        for error in told.get("errors", []):
            place = error["cell"] or (f"line {error['line']}" if error["line"] else "")
            lines.append(
                f"- {' '.join(part for part in (place, error['field']) if part)}: {error['message']}"
            )
        super().__init__("\n".join(lines))
        self.code = told["code"]


class Thuishaven:
    """The interface at one address; ``with Thuishaven() as server`` closes the connection behind you.

    Parameters
    ----------
    address
        Of the server, as ``http://127.0.0.1:8000``.
    lang
        Language of what is said when something is wrong: ``nl``, ``en`` or ``fr``.
    """

    def __init__(self, address: str = "http://127.0.0.1:8000", lang: str = "en") -> None:
        self._http = httpx.Client(
            base_url=f"{address}/api/v1", headers={"Accept-Language": lang}, timeout=httpx.Timeout(60)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._http.close()

    def ask(self, path: str, dossier: Path, **parameters: Any) -> dict[str, Any]:
        """Send a dossier to a room and give its answer.

        Raises
        ------
        Problem
            When the server says what is wrong.
        """
        answer = self._http.post(
            path,
            content=dossier.read_bytes(),
            headers={"Content-Type": KINDS[dossier.suffix]},
            params=parameters,
        )
        return self._read(answer)

    def look_up(self, parameter: str, **keys: str) -> dict[str, Any]:
        """What is known about the world, with its source: ``look_up("inflation_cpi", iso3="NLD")``."""
        asked = [f"{name}={value}" for name, value in keys.items()]
        return self._read(self._http.get(f"/facts/{parameter}", params={"key": asked}))

    @staticmethod
    def _read(answer: httpx.Response) -> dict[str, Any]:
        told: dict[str, Any] = answer.json()
        if answer.is_error:
            raise Problem(told)
        return told


def main(file: str, address: str = "http://127.0.0.1:8000") -> None:
    """Print what the plans of a dossier cost."""
    with Thuishaven(address) as server:
        tell(server, Path(file))


def tell(server: Thuishaven, dossier: Path) -> None:
    """Ask three questions about a dossier and print the answers."""
    found = server.ask("/cost", dossier)
    for plan in found["plans"]:
        cost, chance = plan["unit_tco"], plan["p_cheaper"]["value"]
        print(
            f"{plan['id']:20} {cost['mean']:8.2f} EUR a unit ({cost['p5']:.2f} - {cost['p95']:.2f}), "
            f"cheaper than today in {chance:.0%} of the worlds"
        )
    moved = server.ask("/cost/slider", dossier, move="today.unit_price=12")
    costs = ", ".join(f"{plan['id']} {plan['unit_tco']['mean']:.2f}" for plan in moved["plans"])
    print(f"\nIf today's price were 12: {costs}")
    last = found["plans"][-1]
    largest = max(last["factors"], key=lambda line: abs(line["per_unit"]["mean"]))
    figure = server.ask("/cost/figure", dossier, figure=f"{last['id']}.{largest['id']}")
    print(f"\nLargest line of {last['id']}: {figure['title']}, {figure['per_unit']:.2f} EUR a unit")
    for part in figure["parts"]:
        print(f"  {part['source']}: {part['formula']}")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Problem as problem:
        sys.exit(str(problem))
    except httpx.ConnectError:
        sys.exit("No server answers there. Start one: thuishaven serve")
