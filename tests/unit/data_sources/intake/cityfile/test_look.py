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
