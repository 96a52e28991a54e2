"""`gridwall replay --map`: a city's own file into a real store, and again without a change."""

import json
from pathlib import Path

from data_sources.intake.cityfile.look import look
from data_sources.intake.cityfile.pack import write_pack
from tests.support.processes import run
from tests.unit.data_sources.intake.cityfile.kinds import KINDS, rows


def test_a_file_is_in_once_however_often_it_is_replayed(tmp_path: Path) -> None:
    file = tmp_path / "messy.csv"
    file.write_bytes(KINDS["messy.csv"][0])
    plain = tmp_path / "plain.csv"
    plain.write_text(rows("id,date_created,category", "91,2024-03-02,Litter", "92,2024-03-03,Tree"))
    found = look([file, plain], None)
    maps = write_pack(found, tmp_path / "packs" / "example", "America/Chicago", "Example")
    given = [part for one in maps for part in ("--map", str(one))]
    results = []
    for _ in range(2):
        done = run(
            "replay", str(file), str(plain), "--city", "example", "--json", *given,
            GRIDWALL_DATA_DIR=str(tmp_path / "data"), GRIDWALL_CITIES=str(tmp_path / "packs"),
        )  # fmt: skip
        # the line with a field too many was set aside, and a script must notice
        assert (done.returncode, done.stderr) == (1, "")
        results.append(json.loads(done.stdout.splitlines()[-1]))
    counts = ("rows", "accepted", "repeated", "dead_letters")
    assert [results[0][name] for name in counts] == [8, 7, 0, 1]
    assert [results[1][name] for name in counts] == [8, 0, 7, 1]
