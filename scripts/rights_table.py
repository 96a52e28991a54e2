"""Writes the table of rights into docs/security.md; with --check, reports a stale table."""

from __future__ import annotations

import sys
from pathlib import Path

from dashboard.web.app import RIGHTS
from dashboard.web.people.model import CAN, Capability, Role
from dashboard.web.security.rights import Reach, Row, Screens

PATH = Path(__file__).resolve().parents[1] / "docs" / "security.md"
BEGIN, END = "<!-- rights: made by `make docs` -->\n", "<!-- end of the rights -->\n"

_REACH = {
    Reach.PLAIN: "everything: it has no counts",
    Reach.QUERY: "only with `area=` inside their area",
    Reach.PLACE: "places inside their area",
    Reach.NEAR: "their area and the larger places it is in",
    Reach.EVENT: "events inside their area",
    Reach.OWN: "their area only; `area=` elsewhere is refused",
    Reach.CITY: "refused",
}
_SCREENS = {Screens.NO: "no", Screens.YES: "yes", Screens.UNBOUND: "those without an area"}


def main() -> int:
    """The exit code: 0 if the table is written or current, 1 if --check finds it stale."""
    current = PATH.read_text(encoding="utf-8")
    before, rest = current.split(BEGIN)
    made = before + BEGIN + text() + END + rest.split(END)[1]
    if "--check" not in sys.argv:
        PATH.write_text(made, encoding="utf-8")
    elif made != current:
        print("docs/security.md is not current: run `make docs`")
        return 1
    return 0


def text() -> str:
    """Two Markdown tables: the roles of each capability, then the rights of each path."""
    roles = list(Role)
    lines = ["", f"| may | {' | '.join(roles)} |", f"|---|{':-:|' * len(roles)}"]
    for capability in Capability:
        marks = ["yes" if capability in CAN[role] else "–" for role in roles]
        lines.append(f"| {capability} | {' | '.join(marks)} |")
    lines += [
        "",
        f"| page or call | methods | not signed in | {' | '.join(roles)} | with an area | "
        "screens |",
        f"|---|---|:-:|{':-:|' * len(roles)}---|---|",
    ]
    return "\n".join([*lines, *(_line(row) for row in RIGHTS), "", ""])


def _line(row: Row) -> str:
    methods = " ".join(row.methods)
    if row.needs is None:
        marks = ["yes"] * (1 + len(Role))
        return f"| `{row.path}` | {methods} | {' | '.join(marks)} | everything | yes |"
    marks = ["–", *("yes" if row.needs in CAN[role] else "–" for role in Role)]
    reach, screens = _REACH[row.reach], _SCREENS[row.screens]
    return f"| `{row.path}` | {methods} | {' | '.join(marks)} | {reach} | {screens} |"


if __name__ == "__main__":
    sys.exit(main())
