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
rejected actions and its reason. An event takes at most 2,000 actions, and 500 more of the deadline
clock's; one more is refused. An action that arrives before the event's report waits for the
report. A correction is an action too: nothing is ever edited.
"""

ORDER = """
## Order

Every action is tried at its own time (`ts`). Several of one millisecond are tried in the order of
their arrival: the first lawful one is applied, until none is lawful. Those whose source writes
whole minutes or days come after the exact ones, in the order of the lifecycle (`accept`, `return`,
`rework`, `dispatch`, `handle`, `verify`, `close`, …), whatever the order of their arrival.

Sources do not know the time to the millisecond: some write whole minutes or days, and their clocks
differ. Each action therefore also has a *latest* time: `ts`, plus the precision of its source (a
second, a minute, 24 hours), plus what its clock may be wrong by (`skew`). Both are stamped by the
intake ([adding-a-data-source.md](adding-a-data-source.md#sources)), so a changed setting never
changes what has happened.

1. An action that is lawful at its own time is applied then; precision and skew do not matter.
2. An action that is not lawful at its own time waits. After each later step of its event, up to its
   latest time, it is tried again, and is applied at the first moment at which it is lawful. This
   moment is its time from then on: clocks, scores and the past count with it. No clock runs
   backwards.
3. An action that asks for what is so already (a second `close` of a closed event, a `dispatch` to
   the department that has it) does not wait: it is the same step, sent twice under two names.
4. What is still not lawful at its latest time is refused. At most 20 actions of an event wait at a
   time.

The result does not depend on the order of arrival (exact ties and equal steps aside): when an
action comes late, the event is folded again from all of its actions.

A source that states no precision (`auto`) has its times taken as they are written: one at midnight,
to the second, may be a whole day; one at a whole minute may be a whole minute; one without a
fraction a second. Text is read in its own offset, a number of milliseconds in the city's zone. The
default skew is 2 s. A source with exact clocks loses nothing by this: rule 1 comes first, and an
action that waits would otherwise have been refused. Such a source may set `precision = "ms"` and
`skew = "0s"`.
"""

CASES = (
    (
        "the closing system's clock is a second slow",
        "dispatched 10:00:00, handled and closed 09:59:59",
        "both are applied at 10:00:00",
    ),
    (
        "the dispatching system writes whole minutes",
        "reported 10:00:30, dispatched 10:00:00",
        "dispatched at 10:00:30",
    ),
    (
        "the handling system writes whole days",
        "dispatched 09:15, handled and closed 00:00 of that day",
        "both are applied at 09:15",
    ),
)

TAIL = """
## Actors

`actor` is a role, or a role and its code: `centre`, `county:150402`, `grid:150402001001001`,
`dept:D1`. A `source` (or an empty actor) is a connected system that may act for every role. A
department acts only on events that are with it; where `department_closes` is set (by the packs of
Los Angeles and Boston, or in the [rules](rules.md)) it also closes these. Only the clock escalates;
only the engine adds the actions for recurrences and absorbed duplicates. Only a manager voids an
event or puts one back: by `/api/v1/events/{id}/void` and `…/unvoid`, on the event's page, or by
`gridwall void`. From a source these kinds are refused, with the field `kind`: each such item of a
request is `invalid`, such a row of a file is a dead letter, and one that was written to the stream
by other ways is refused by the fold.

## After a merge

An action for a merged event is forwarded to the surviving event, with its own time and under a name
that makes a repeat harmless. A merge that would lead in a circle is refused.

## After a void

`void` is for an event that should never have been: a test, a wrong entry, one with an impossible
time. From then on it is in no count, list, score, export or page, for whatever time is asked, also
as of moments before the void: as if it had not been. The score of a closed month changes too; the
action is the record of that, with the role and the reason. What is left: the event's own page,
which says that it is void, its actions in the audit, the lines of the ticker, and briefs and
warnings that were made before.

- Notices that were sent are withdrawn; none is made while it is void.
- What it led to elsewhere is left out there: a duplicate is no longer counted by the event it was
  merged into (`void` with a `target`, made by the engine), what was forwarded there is undone, and
  a closing that it made a recurrence of recurs by the next report within the window, or by none. An
  event merged *into* a void one stays merged.
- It goes on underneath: later actions of its sources are applied and count nowhere. `unvoid`, by
  the same roles and with a reason, brings all of that back; notices whose reason still holds are
  made again.
"""


def main() -> int:
    """The exit code: 0 if the file is written or current, 1 if --check finds it stale."""
    text = "\n".join([HEAD, *_diagram(), "", *_table(), *_statuses(), ORDER, *_cases(), TAIL])
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


def _cases() -> list[str]:
    lines = [_row(["case", "what is written", "what happens"]), _row(["---"] * 3)]
    return lines + [_row(list(case)) for case in CASES]


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
