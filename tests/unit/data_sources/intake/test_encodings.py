"""How a file's text is encoded: recognised from its bytes, never guessed without evidence."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_sources.intake.encodings import FileError, recognise
from data_sources.intake.plan import format_of
from tests.support.bostonfile import CASES, boston
from tests.support.plans import read_plan

CHINESE = {"neighborhood": "波士顿", "type": "路灯不亮", "department": "市民热线"}


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16-LE"),
        ("utf-16-be", "UTF-16-BE"),
        ("gb18030", "GB18030"),
        ("gbk", "GB18030"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_chinese_rows_are_read_in_any_encoding(
    tmp_path: Path, encoding: str, name: str, packed: bool
) -> None:
    rows = [{**case, **CHINESE} for case in CASES.values()]
    file = boston(tmp_path, *rows, encoding=encoding)
    if packed:
        file.write_bytes(gzip.compress(file.read_bytes()))
    plan = read_plan(file, format_of("boston311"))
    assert (plan.letters, len(plan.lives), plan.encoding) == ([], 6, name)
    report, _, dispatch, *_ = plan.lives[0]
    assert (report.category, report.place[0], dispatch.department) == (
        "路灯不亮", "波士顿", "市民热线"
    )  # fmt: skip


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
def test_western_text(tmp_path: Path, encoding: str) -> None:
    row = {**CASES["moved"], "type": "Iluminação pública", "neighborhood": "São João"}
    plan = read_plan(boston(tmp_path, row, encoding=encoding), format_of("boston311"))
    assert plan.encoding == "Windows-1252"
    assert plan.lives[0][0].place[0] == "são-joão"


def test_a_few_damaged_lines_do_not_make_it_another_encoding(tmp_path: Path) -> None:
    rows = [{**case, "neighborhood": "波士顿"} for case in CASES.values()]
    file = boston(tmp_path, *rows)
    file.write_bytes(file.read_bytes().replace("波士顿".encode(), b"\xd6\xd0", 1))
    plan = read_plan(file, format_of("boston311"))
    assert (plan.encoding, len(plan.lives)) == ("UTF-8", 5)
    assert [(letter.line, letter.reason) for letter in plan.letters] == [(2, "not UTF-8")]


def test_a_damaged_line_of_another_encoding_is_refused_alone(tmp_path: Path) -> None:
    rows = [{**case, **CHINESE} for case in CASES.values()]
    file = boston(tmp_path, *rows, encoding="gb18030")
    file.write_bytes(file.read_bytes().replace("波士顿".encode("gb18030"), b"\xff\xff", 1))
    plan = read_plan(file, format_of("boston311"))
    assert (plan.encoding, len(plan.lives)) == ("GB18030", 5)
    assert [(letter.line, letter.reason) for letter in plan.letters] == [(2, "not GB18030")]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04\x14\x00", "a spreadsheet or zip archive"),
        (b"\xd0\xcf\x11\xe0\xa1", "an old spreadsheet"),
        (b"a,b\n1,\x00\n", "NUL"),
        (b"x" * 1_000_001, "longer than"),
    ],
)
def test_what_is_no_table_is_named(tmp_path: Path, data: bytes, reason: str) -> None:
    file = tmp_path / "some.csv"
    file.write_bytes(data)
    with pytest.raises(FileError, match=reason):
        read_plan(file, format_of("boston311"))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    file = tmp_path_factory.mktemp("any") / "some.csv"
    file.write_bytes(data)
    try:
        encoding = recognise(file)
        read_plan(file, format_of("boston311"))
    except FileError:
        return
    assert encoding.name
