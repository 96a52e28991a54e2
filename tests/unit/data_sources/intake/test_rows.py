"""Reading a file line by line: no line is lost, none takes another with it."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_sources.intake.encodings import FileError, recognise
from data_sources.intake.rows import Row, read_lines, read_rows

NEEDED = frozenset({"a", "b"})


def read(tmp_path: Path, text: str | bytes) -> list[Row]:
    file = tmp_path / "f.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(read_rows(file, NEEDED, "test", recognise(file)))


def test_fields_by_name_and_line_numbers(tmp_path: Path) -> None:
    rows = read(tmp_path, "a,b\n1,2\n\n 3 ,\n")
    assert [(row.line, row.values) for row in rows] == [
        (2, {"a": "1", "b": "2"}),
        (4, {"a": " 3 ", "b": ""}),
    ]


def test_byte_order_mark_and_windows_line_ends(tmp_path: Path) -> None:
    rows = read(tmp_path, b"\xef\xbb\xbfa,b\r\n1,2\r\n")
    assert rows[0].values == {"a": "1", "b": "2"}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"1", "1 fields, expected 2"),
        (b"1,2,3", "3 fields, expected 2"),
        (b'1,"2', "a quote without its pair"),
        (b"1,\xff", "not UTF-8"),
    ],
)
def test_a_bad_line_alone_is_refused(tmp_path: Path, line: bytes, reason: str) -> None:
    before, bad, *after = read(tmp_path, b"a,b\n0,0\n" + line + b"\n3,3\n4,4\n")
    assert bad.line == 3
    assert bad.error is not None
    assert bad.error.reason == reason
    assert [row.error for row in (before, *after)] == [None] * 3


def test_a_line_break_within_quotes(tmp_path: Path) -> None:
    rows = read(tmp_path, 'a,b\n1,"x\ny"\n2,z\n')
    assert [(row.line, row.values["b"]) for row in rows] == [(2, "x\ny"), (4, "z")]


def test_plain_or_gzip_by_content(tmp_path: Path) -> None:
    file = tmp_path / "named.csv"
    file.write_bytes(gzip.compress(b"a,b\n1,2\n"))
    assert list(read_lines(file, recognise(file))) == ["a,b", "1,2"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "it is empty"),
        (b"\n\n", "it is empty"),
        (b"x,y\n1,2\n", "not test: no column a, b"),
        (b"a,a,b\n1,2,3\n", "column a more than once"),
        (gzip.compress(b"a,b\n1,2\n", mtime=0)[:-6], "broken gzip"),
    ],
)
def test_a_file_that_is_not_the_format(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(FileError, match=message):
        read(tmp_path, data)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="No such file"):
        recognise(tmp_path / "none.csv")


@given(st.lists(st.text(alphabet='12,"x \r', max_size=12), max_size=12))
def test_every_line_is_a_row_or_part_of_one(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    rows = read(tmp_path_factory.mktemp("rows"), "\n".join(["a,b", *lines]) + "\n")
    numbers = [row.line for row in rows]
    assert numbers == sorted(set(numbers))
    covered = set(numbers)
    for row in rows:
        breaks = sum(value.count("\n") for value in row.values.values())
        covered |= set(range(row.line, row.line + breaks + 1))
    for number, line in enumerate(lines, start=2):
        assert number in covered or not line.strip()
