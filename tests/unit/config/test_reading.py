"""The reader of settings: one shape of error, all mistakes of a file, the nearest known name."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.config.reading import ConfigError, Mistake, Table, integer, number, unknown
from dashboard.config.settings import load
from dashboard.config.toml_file import read_toml
from dashboard.config.yaml_file import read_yaml


def _toml(folder: Path, text: str) -> Table:
    file = folder / "x.toml"
    file.write_text(text, "utf-8")
    return Table(read_toml(file), [])


def test_all_mistakes_of_a_file_come_in_one_error_in_the_order_of_lines(tmp_path: Path) -> None:
    table = _toml(tmp_path, 'a = 1\nb = "x"\n\n[sub]\nc = 3\n')
    sub = table.below("sub")
    sub.end()
    assert table.number("b", 7.0, 0, 1) == 7.0
    assert table.integer("a", 0, 2, 9) == 0
    table.number("b", 7.0, 0, 1)  # read again: noted once
    assert table.mistakes is not None
    with pytest.raises(ConfigError) as caught:
        raise ConfigError(tmp_path / "x.toml", *table.mistakes)
    error = caught.value
    file = tmp_path / "x.toml"
    assert str(error).splitlines() == [
        f"{file}:1: a=1: expected a whole number from 2 to 9",
        f"{file}:2: b='x': expected a number from 0 to 1",
        f"{file}:5: sub.c=3: unknown; there are none",
    ]
    assert (error.line, error.path, error.value) == (1, "a", "1")
    assert error.reason == "expected a whole number from 2 to 9"
    assert error.sentences()[1] == "line 2: b='x': expected a number from 0 to 1"


def test_without_a_list_of_mistakes_the_first_one_is_raised(tmp_path: Path) -> None:
    table = Table(_toml(tmp_path, "a = true\nb = true\n").node)
    with pytest.raises(ConfigError, match=r"x\.toml:2: b=true: expected a number from 0 to 1"):
        table.number("b", 0.0, 0, 1)


@pytest.mark.parametrize("given", ["3", '"3"', "'3'"])
def test_yaml_takes_a_number_in_quotes_and_toml_does_not(tmp_path: Path, given: str) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(f"a: {given}\n")
    node = read_yaml(file).fields()["a"]
    assert (number(node, 0, 9), integer(node, 0, 9)) == (3.0, 3)
    quoted = _toml(tmp_path, f"a = {given}\n").node.fields()["a"]
    if given == "3":
        assert (number(quoted, 0, 9), integer(quoted, 0, 9)) == (3.0, 3)
    else:
        for reader in (number, integer):
            with pytest.raises(ConfigError):
                reader(quoted, 0, 9)


def test_a_setting_of_the_environment_has_the_same_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDWALL_TICK_MS", "5")
    with pytest.raises(ConfigError) as caught:
        load()
    assert str(caught.value).startswith("GRIDWALL_TICK_MS='5': ")
    assert (caught.value.file, caught.value.path) == ("", "GRIDWALL_TICK_MS")


def test_an_unknown_name_comes_with_the_nearest_known_one() -> None:
    assert unknown("rotat", ["rotate", "voice"]) == 'unknown; did you mean "rotate"?'
    assert unknown("x", ["rotate", "voice"], "key") == "unknown key; known are rotate, voice"
    assert str(Mistake("missing", path="a.b")) == "a.b: missing"
