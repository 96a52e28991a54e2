"""Looks at one table: the profile of each column from a sample of the whole file.

The sample is the first rows and a random choice of all the others, so that a table that changes
half-way shows it; the choice is the same each time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from msgspec.structs import replace

from dashboard.config.mappings import Answers, merged
from dashboard.core.mapping.findings import Seen
from dashboard.core.mapping.guess import guess
from dashboard.core.mapping.model import Mapping
from dashboard.core.mapping.profile import Profile
from data_sources.intake.encodings import FileError
from data_sources.intake.tables.model import Table, TableRow, Watch

#: rows of the sample: the first ones, and a choice of the others
_FIRST, _CHOICE = 1500, 2500
#: rows whose error is shown
_SHOWN = 20


@dataclass
class Survey:
    """What one table looks like, and what it is taken for."""

    table: Table
    columns: list[str]
    mapping: Mapping
    seen: Seen
    rows: int = 0
    #: rows that could not be read, and the first of them
    unreadable: int = 0
    errors: list[TableRow] = field(default_factory=list)
    #: the sample holds all rows
    whole: bool = False


def survey(table: Table, answers: Answers | None = None, watch: Watch | None = None) -> Survey:
    """Look at a table; what ``answers`` say wins over what it shows.

    Raises: `FileError` for one without rows, `ConfigError` for answers that do not fit.
    """
    # the same choice each time; nothing here is a secret
    random = Random(1)
    first: list[dict[str, str]] = []
    choice: list[dict[str, str]] = []
    errors: list[TableRow] = []
    columns: dict[str, None] = {}
    rows = unreadable = others = 0
    width = 0
    for row in table.rows(watch):
        rows += 1
        if row.error:
            unreadable += 1
            if len(errors) < _SHOWN:
                errors.append(row)
            continue
        cells = row.cells
        if len(cells) != width or rows < 100:
            width = len(cells)
            columns.update(dict.fromkeys(cells))
        if len(first) < _FIRST:
            first.append(cells)
            continue
        others += 1
        if len(choice) < _CHOICE:
            choice.append(cells)
        elif (at := random.randrange(others)) < _CHOICE:
            choice[at] = cells
    if not rows:
        raise FileError(table.file, "it has a header and no row")
    sample = [*first, *choice]
    profiles = {column: Profile(column) for column in columns}
    for cells in sample:
        for column, profile in profiles.items():
            profile.see(cells.get(column, ""))
    mapping, seen = guess(profiles, sample)
    if answers is not None:
        answers.check(columns)
        mapping = merged(mapping, answers)
        seen = _answered(seen, mapping, answers)
    return Survey(
        table=table,
        columns=list(columns),
        mapping=mapping,
        seen=seen,
        rows=rows,
        unreadable=unreadable,
        errors=errors,
        whole=rows - unreadable == len(sample),
    )


def _answered(seen: Seen, mapping: Mapping, answers: Answers) -> Seen:
    """The findings as the answers leave them, without the questions that they answer."""

    given = answers.given
    times = {
        when.column: when
        for when in (mapping.opened, mapping.closed, mapping.due, mapping.updated)
        if when
    }
    left = []
    for question in seen.questions:
        about = question.about
        if about in given or (
            about == "opened" and mapping.opened is not None and "opened" in given
        ):
            continue
        if about.startswith("status: ") and (
            about.removeprefix("status: ") in mapping.status.words
            or "column" in given.get("status", {})
            or mapping.status.by == "nothing"
        ):
            continue
        if about.startswith("dates of "):
            column = about.removeprefix("dates of ")
            ordered = [
                w
                for name, w in times.items()
                if w.order
                and any("order" in given.get(r, {}) for r in ("opened", "closed", "due", "updated"))
            ]
            if column not in times or ordered:
                continue
        left.append(question)
    roles = {
        name
        for name in given
        if name
        in (
            "id",
            "opened",
            "closed",
            "due",
            "updated",
            "status",
            "category",
            "department",
            "channel",
            "position",
        )
    }
    roles |= set(given.get("place", {}))
    findings = [
        replace(one, certainty="sure", reasons=("given",)) if one.role in roles else one
        for one in seen.findings
    ]
    return replace(seen, findings=tuple(findings), questions=tuple(left))
