"""Files of any city: what is counted of them, and what is asked."""

from pathlib import Path

import msgspec
import pytest

from data_sources.intake.cityfile.look import Look, look
from data_sources.intake.tables.opening import unpacked
from tests.unit.data_sources.intake.cityfile.kinds import KINDS


def looked(folder: Path, name: str) -> Look:
    file = folder / name
    file.write_bytes(KINDS[name][0])
    with unpacked([file]) as files:
        return look(files, None)


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_file_is_counted_as_a_careful_person_would(name: str, tmp_path: Path) -> None:
    _, counts, questions = KINDS[name]
    found = looked(tmp_path, name)
    assert msgspec.structs.astuple(found.counts) == counts
    assert len(found.questions) == questions, found.questions
    assert counts[1] == sum(counts[2:6])


def test_a_file_of_which_no_row_can_be_read_counts_its_rows(tmp_path: Path) -> None:
    file = tmp_path / "broken.csv"
    file.write_text("id,created,status\n1,2\n3,4\n")
    counts = look([file], None).counts
    assert (counts.rows, counts.events, counts.unreadable) == (2, 0, 2)


def test_an_event_in_two_files_counts_once_and_as_the_one_changed_last(tmp_path: Path) -> None:
    header = "Case ID,Created,Updated,Status\n"
    files = [tmp_path / "a.csv", tmp_path / "b.csv"]
    files[0].write_text(header + "1,2024-03-01 09:00,2024-03-05 09:00,Closed\n")
    files[1].write_text(
        header + "1,2024-03-01 09:00,2024-03-02 09:00,Open\n2,2024-03-02 09:00,,Open\n"
    )
    counts = look(files, None).counts
    assert (counts.rows, counts.events, counts.open, counts.closed) == (3, 2, 1, 1)
