"""`gridwall open --dry-run`: its line, its exit codes, and answers by a mapping file."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dashboard.cli import app
from dashboard.config.reading import ConfigError
from tests.unit.data_sources.intake.cityfile.kinds import KINDS


def opened(folder: Path, name: str, *more: str) -> Result:
    file = folder / name
    file.write_bytes(KINDS[name][0])
    return CliRunner().invoke(app, ["open", str(file), "--dry-run", *more])


@pytest.mark.parametrize(("name", "code"), [("dutch.csv", 0), ("messy.csv", 1), ("strange.csv", 3)])
def test_the_exit_code_shows_what_is_left_to_do(tmp_path: Path, name: str, code: int) -> None:
    done = opened(tmp_path, name, "--json")
    line = json.loads(done.stdout)
    assert done.exit_code == code
    assert line["rows"] == KINDS[name][1][0]


def test_a_status_that_no_one_knows_is_asked_for_and_answered(tmp_path: Path) -> None:
    asked = json.loads(opened(tmp_path, "strange.csv", "--json").stdout)["questions"]
    assert asked == [{"about": "status: Frobnicated", "choices": ["open", "closed", "rejected"]}]
    answer = tmp_path / "mapping.toml"
    answer.write_text('[status.words]\nFrobnicated = "rejected"\n')
    done = opened(tmp_path, "strange.csv", "--json", "--map", str(answer))
    line = json.loads(done.stdout)
    assert (done.exit_code, line["rejected"], line["closed"], line["open"]) == (0, 1, 1, 0)


def test_an_order_that_no_day_shows_is_asked_for_and_answered(tmp_path: Path) -> None:
    asked = json.loads(opened(tmp_path, "ambiguous.csv", "--json").stdout)["questions"]
    assert asked == [{"about": "dates of Date Opened", "choices": ["day-first", "month-first"]}]
    answer = tmp_path / "mapping.toml"
    answer.write_text('[opened]\norder = "day-first"\n')
    assert opened(tmp_path, "ambiguous.csv", "--map", str(answer)).exit_code == 0


def test_a_column_that_the_file_does_not_have_is_named_with_its_line(tmp_path: Path) -> None:
    answer = tmp_path / "mapping.toml"
    answer.write_text('[status]\ncolumn = "Statos"\n')
    done = opened(tmp_path, "strange.csv", "--map", str(answer))
    assert isinstance(done.exception, ConfigError)
    mistake = done.exception.mistakes[0]
    assert (mistake.line, mistake.path) == (2, "status.column")
    assert 'did you mean "Status"' in mistake.reason


def test_what_is_personal_is_not_read(tmp_path: Path) -> None:
    shown = opened(tmp_path, "chinese.csv").stdout
    assert "personal, not read: 联系人, 联系电话" in shown
    assert "张三" not in shown
