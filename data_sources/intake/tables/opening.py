"""Opens a file as a table, by its content: its name is not believed."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory

from data_sources.intake.encodings import FileError, opened
from data_sources.intake.tables.delimited import Delimited
from data_sources.intake.tables.excel import Sheet
from data_sources.intake.tables.json_rows import Json
from data_sources.intake.tables.model import Table
from data_sources.intake.tables.xml_rows import Xml

_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_SHEETS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
_READ = (
    ".csv",
    ".txt",
    ".tsv",
    ".json",
    ".geojson",
    ".ndjson",
    ".jsonl",
    ".xml",
    ".xlsx",
    ".xls",
    ".ods",
    ".gz",
)
_JSON = re.compile(r"\s*(?:(?:var|let|const)\s+[\w.$]+\s*=\s*|[\w.$]+\()?[\[{]")
_XML = re.compile(r"\s*<(?:\?xml|[A-Za-z_])")


def open_table(file: Path, *, delimiter: str = "", path: str = "", sheet: str = "") -> Table:
    """The table of a file that is not a zip archive of files.

    What is given wins over what would be recognised: the delimiter of text, the path to the rows of
    JSON or XML, the sheet of a workbook. Raises: `FileError`.
    """
    with opened(file) as (data, _):
        head = data.read(4096)
    if not head:
        raise FileError(file, "it is empty")
    if head.startswith((_ZIP, _OLD_EXCEL)):
        return Sheet(file, sheet)
    start = _decoded(head)
    if _JSON.match(start) and not delimiter:
        return Json(file, path)
    if _XML.match(start):
        return Xml(file, path)
    return Delimited(file, delimiter=delimiter)


def _decoded(head: bytes) -> str:
    """The beginning of a file as text, enough to see its marks."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[: len(head) // 2 * 2].decode("utf-16", "replace").lstrip("\ufeff")
    return head.decode("utf-8-sig", "replace")


@contextmanager
def unpacked(files: list[Path]) -> Iterator[list[Path]]:
    """The files, and in place of each zip archive the tables in it, in a folder for the time.

    Raises: `FileError` for an archive that is broken or holds no table.
    """
    with TemporaryDirectory(prefix="gridwall-open-") as folder:
        out: list[Path] = []
        for number, file in enumerate(files):
            out += _members(file, Path(folder) / str(number))
        yield out


def _members(file: Path, folder: Path) -> list[Path]:
    try:
        with file.open("rb") as raw:
            if raw.read(4) != _ZIP:
                return [file]
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            if any(name in names for name in _SHEETS):
                return [file]
            found = [n for n in names if n.lower().endswith(_READ) and "__MACOSX" not in n]
            if not found:
                raise FileError(file, "no table in this archive")
            folder.mkdir()
            out = []
            for name in found:
                target = folder / Path(name).name
                with archive.open(name) as source, target.open("wb") as copy:
                    copyfileobj(source, copy)
                out.append(target)
            return out
    except (zipfile.BadZipFile, RuntimeError) as error:
        raise FileError(file, f"broken or locked archive: {error}") from error
    except OSError as error:
        raise FileError(file, error.strerror or str(error)) from error
