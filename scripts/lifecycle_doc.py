"""Writes docs/lifecycle.md from the lifecycle's table; with --check, reports a stale file."""

import sys
from pathlib import Path

from dashboard.config.words import catalogue
from dashboard.core.lifecycle.steps import LIFECYCLE, REPORTERS, UNITS, Step
from dashboard.core.model.actions import Kind, Status

PATH = Path(__file__).resolve().parents[1] / "docs" / "lifecycle.md"
ZH = catalogue("zh")
GROUPS = {"centre, township, county, city": UNITS, "the reporter's channels": REPORTERS}

HEAD = """# The life of an event

`make docs` generates this page from the table in `dashboard/core/lifecycle/steps.py`; do not edit
it by hand.

Actions are folded in order of time, no matter in which order they arrive. A repeat (the same event
and `action_id`) changes nothing. An action that the table does not allow is stored with the
rejected actions and its reason. An action that arrives before the event's report waits for the
report. A correction is an action too: nothing is ever edited.
"""

TAIL = """
## Actors

`actor` is a role, or a role and its code: `centre`, `county:150402`, `grid:150402001001001`,
`dept:D1`. A `source` (or an empty actor) is a connected system that may act for every role. A
department acts only on events that are with it. Only the clock escalates; only the engine adds the
actions for recurrences and absorbed duplicates.

## After a merge

An action for a merged event is forwarded to the surviving event, with its own time and under a name
that makes a repeat harmless. A merge that would lead in a circle is refused.
"""


def main() -> int:
    """The exit code: 0 if the file is written or current, 1 if --check finds it stale."""
    text = "\n".join([HEAD, *_diagram(), "", *_table(), *_statuses(), TAIL])
    if "--check" in sys.argv:
        if PATH.exists() and PATH.read_text(encoding="utf-8") == text:
            return 0
        print("docs/lifecycle.md is not current: run `make docs`")
        return 1
    PATH.write_text(text, encoding="utf-8")
    return 0


def _diagram() -> list[str]:
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> reported: report"]
    for kind, step in LIFECYCLE.items():
        if kind in (Kind.REPORT, Kind.MERGE) or step.to is None:
            continue
        for status in Status:
            if status in step.allowed_from:
                lines.append(f"    {status} --> {step.to}: {kind}")
    lines.append("    suspended --> dispatched: resume (back to where it was)")
    lines += [f"    {status} --> [*]" for status in ("closed", "rejected", "merged")]
    return [*lines, "```", "", "Not drawn: `merge` leads from every open status to `merged`."]


def _table() -> list[str]:
    head = ["action", "操作", "from", "to", "who", "needs", "what changes"]
    lines = ["## Steps", "", _row(head), _row(["---"] * len(head))]
    for kind, step in LIFECYCLE.items():
        cells = [
            f"`{kind}`",
            ZH[f"kind.{kind}"],
            _froms(kind, step),
            f"{step.to}" if step.to else "stays",
            _who(step),
            ", ".join(f"`{name}`" for name in step.needs) or "–",
            step.changes,
        ]
        lines.append(_row(cells))
    return lines


def _statuses() -> list[str]:
    lines = ["", "## Statuses", "", _row(["status", "状态"]), _row(["---", "---"])]
    return lines + [_row([f"`{status}`", ZH[f"status.{status}"]]) for status in Status]


def _froms(kind: Kind, step: Step) -> str:
    if kind is Kind.REPORT:
        return "nothing yet"
    missing = [status for status in Status if status not in step.allowed_from]
    if len(missing) <= 3:
        return "any" if not missing else "any but " + ", ".join(missing)
    return ", ".join(status for status in Status if status in step.allowed_from)


def _who(step: Step) -> str:
    left, named = set(step.by), []
    for name, group in GROUPS.items():
        if group <= left:
            named.append(name)
            left -= group
    words = {"dept": "department", "grid": "grid member", "clock": "the clock"}
    return ", ".join([*named, *(words.get(role, role) for role in sorted(left))]) or "the engine"


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    sys.exit(main())
