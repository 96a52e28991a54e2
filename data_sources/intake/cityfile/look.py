"""Looks at the files of one city and counts them: what ``gridwall open`` shows before it serves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dashboard.config.mappings import Answers
from dashboard.config.reading import ConfigError
from data_sources.intake.cityfile.survey import Survey, survey
from data_sources.intake.cityfile.tally import Counts, Tally, counted, tally
from data_sources.intake.tables.model import Watch
from data_sources.intake.tables.opening import open_table

#: makes the watch of a reading, called with what it is and how much there is to read
Watching = Callable[[str, int], Watch]


def _unwatched(_what: str, _size: int) -> Watch:
    return lambda _done: None


@dataclass
class Look:
    """What the files of a city are taken for, and what they count."""

    surveys: list[Survey]
    tallies: list[Tally]
    counts: Counts

    @property
    def questions(self) -> list[tuple[str, tuple[str, ...]]]:
        """What must be answered first: about what, and the choices."""
        found = {(q.about, q.choices): None for one in self.tallies for q in one.questions}
        return list(found)


def look(files: list[Path], answers: Answers | None, watching: Watching = _unwatched) -> Look:
    """Look at all files. Raises: `FileError`, `ConfigError`."""
    surveys = []
    misfits: list[ConfigError] = []
    given = answers.given.get("read", {}) if answers is not None else {}
    for file in files:
        table = open_table(
            file,
            delimiter=given.get("delimiter", ""),
            path=given.get("rows", ""),
            sheet=given.get("sheet", ""),
        )
        watch = watching(f"查看 look  {file.name}", table.size)
        try:
            surveys.append(survey(table, answers, watch))
        except ConfigError as error:
            # one mapping for several files: those that it does not fit are guessed
            misfits.append(error)
            if len(misfits) == len(files):
                raise
            surveys.append(survey(table, None, watch))
    tallies = [
        tally(one, watching(f"清点 count {one.table.file.name}", one.table.size)) for one in surveys
    ]
    counts = counted(
        sum(one.rows for one in surveys), sum(one.unreadable for one in surveys), tallies
    )
    return Look(surveys, tallies, counts)
