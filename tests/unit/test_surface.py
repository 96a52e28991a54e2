"""What `make surface` leaves out and what it must not: shapes, keys, times, differences."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from scripts.surfaces.answers import shape
from scripts.surfaces.compare import report
from scripts.surfaces.plain import plain
from scripts.surfaces.store import pattern


def test_a_shape_is_keys_and_types() -> None:
    rows = [{"id": "a", "n": 1}, {"id": "b", "n": 1.5, "late": True}]
    assert shape({"open": 3, "rows": rows, "none": None, "empty": []}) == {
        "open": "int",
        "rows": [{"id": "str", "n": "float | int", "late?": "bool"}],
        "none": "null",
        "empty": [],
    }


def test_codes_are_one_key_of_a_shape() -> None:
    assert shape({"BOS": {"open": 1}, "BSL": {"open": 2}}) == {"<code>": {"open": "int"}}
    assert shape({"BOS": 1, "all": 2}) == {"<code>": "int", "all": "int"}


def test_real_times_are_left_out_and_the_domains_are_kept() -> None:
    now = round(time.time() * 1000)
    assert plain(f"{now} {now}-0 1515058440000") == "<ms> <stream id> 1515058440000"
    today = time.strftime("%Y-%m-%d %H:%M:%S")
    assert plain(f"at {today}, of 2018-01-04 09:34") == "at <now>, of 2018-01-04 09:34"
    assert plain(str(now), timeless=True) == str(now)


def test_random_names_are_left_out() -> None:
    assert plain("/assets/tokens.css?m=0123456789ab") == "/assets/tokens.css?m=<hash>"
    assert plain("http://127.0.0.1:8050/wall") == "http://<host>/wall"
    assert plain("2018-W01-0123abcd") == "2018-W01-<brief>"
    assert plain('<b class="mantine-active" id="mantine-a1b2c3d4">') == (
        '<b class="mantine-active" id="mantine-<id>">'
    )
    assert plain("translate3d(-75.5px, 3px, 0px) scale(1)") == "translate3d(-76px, 3px, 0px)"


def test_a_key_keeps_its_words() -> None:
    assert pattern("{g0}:points:central", {"central"}) == "{g0}:points:*"
    assert pattern("{g0}:view:minute:reported:150402", set()) == "{g0}:view:minute:reported:*"
    assert pattern("{g0}:lease:clock", set()) == "{g0}:lease:*"
    assert pattern("gridwall:{briefs}:order", set()) == "gridwall:{briefs}:order"


def test_a_difference_is_shown_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, words in (("a", "one\ntwo\n"), ("b", "one\nthree\n")):
        (tmp_path / name / "help").mkdir(parents=True)
        (tmp_path / name / "help" / "gridwall.txt").write_text(words)
        (tmp_path / name / "settings.txt").write_text("same\n")
    assert report(tmp_path / "a", tmp_path / "a", 40) == 0
    assert report(tmp_path / "a", tmp_path / "b", 40) == 1
    shown = capsys.readouterr().out
    assert "settings.txt: equal" in shown
    assert "-two" in shown
    assert "2 sections: 1 equal, 1 different" in shown
    (tmp_path / "b" / "help" / "gridwall.txt").unlink()
    assert report(tmp_path / "a", tmp_path / "b", 40) == 1


def test_nothing_recorded_is_not_equal(tmp_path: Path) -> None:
    assert report(tmp_path / "none", tmp_path / "neither", 40) == 1
