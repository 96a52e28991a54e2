"""Real files of many cities against what a careful person has counted; skipped without them."""

import json
from pathlib import Path

import msgspec
import pytest

from data_sources.intake.cityfile.look import look

ROOT = Path(__file__).resolve().parents[5]
FOLDER = ROOT.parent / "shared" / "data" / "cities"
EXPECTED = FOLDER / "expected.json"
COUNTED = json.loads(EXPECTED.read_text()) if EXPECTED.exists() else {}


@pytest.mark.skipif(not COUNTED, reason="the collection of real files is not here")
def test_real_files_are_counted_without_a_question() -> None:
    differ = {}
    for name, expected in COUNTED.items():
        found = look([FOLDER / name], None)
        counts = msgspec.to_builtins(found.counts)
        wanted = {key: expected[key] or 0 for key in counts}
        if counts != wanted or found.questions:
            differ[name] = (counts, found.questions)
    assert not differ
