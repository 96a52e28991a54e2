"""Recognises how the text of a file is encoded, from its bytes: pure but for reading them.

A byte order mark decides. Without one the whole file is read once: text that is valid UTF-8 is
UTF-8, also where a few of its lines are damaged. Else the lines that are not ASCII are the
evidence: Big5, Shift JIS or Korean (`data_sources.intake.east_asian`), GB18030 (with it GBK and
GB2312) or Windows-1252 (with it Latin-1), judged by charset-normalizer; without evidence the file
counts as UTF-8, and its damaged lines are refused one by one.
"""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

import msgspec
from charset_normalizer import from_bytes

from dashboard.errors import GridwallError
from data_sources.intake.east_asian import east_asian

_GZIP = b"\x1f\x8b"
#: other files that people give for a CSV file, by their first bytes
_FOREIGN = {
    b"PK\x03\x04": "a spreadsheet or zip archive; save it as CSV (UTF-8)",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet; save it as CSV (UTF-8)",
    b"PAR1": "a Parquet file; save it as CSV (UTF-8)",
    b"%PDF": "a PDF document; a CSV file is needed",
}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
#: bytes of lines that are not ASCII, enough to judge by
_EVIDENCE = 64_000
#: longest line that is read, in bytes or characters; a longer one is no row of a table
MAX_LINE = 1_000_000
#: share of the marks outside ASCII that must be letters of a word
_IN_WORDS = 0.5
#: bytes that were no text, as the decoder marks them
_ESCAPED = re.compile("[\udc80-\udcff]")
_NAMES = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "gb18030": "GB18030", "cp1252": "Windows-1252"}
_NAMES |= {"big5hkscs": "Big5", "cp932": "Shift JIS", "cp949": "EUC-KR", "euc_jp": "EUC-JP"}


class FileError(GridwallError):
    """The file as a whole can't be used; nothing was written."""

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(f"file {file}: {reason}")


class Encoding(msgspec.Struct, frozen=True):
    """An encoding by Python's name."""

    codec: str

    @property
    def name(self) -> str:
        """The name for people."""
        return _NAMES.get(self.codec, self.codec.upper())

    @property
    def errors(self) -> str:
        """How Python's decoder shows bytes that are no text in this encoding."""
        # The decoders of wide characters can't escape single bytes.
        return "replace" if self.codec.startswith(("utf-16", "utf-32")) else "surrogateescape"

    def damaged(self, text: str) -> bool:
        """Whether some bytes of the text were not in this encoding."""
        if text.isascii():
            return False
        if self.errors == "replace":
            return "�" in text
        return _ESCAPED.search(text) is not None


@contextmanager
def opened(file: Path) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """The bytes of a file, plain or gzip by content, and the raw file below them.

    Raises: `FileError` for one that cannot be read, also while it is read.
    """
    try:
        with file.open("rb") as raw:
            packed = raw.read(len(_GZIP)) == _GZIP
            raw.seek(0)
            yield cast(IO[bytes], gzip.GzipFile(fileobj=raw)) if packed else raw, raw
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FileError(file, f"broken gzip: {error}") from error
    except OSError as error:
        raise FileError(file, error.strerror or str(error)) from error


def recognise(file: Path) -> Encoding:
    """The encoding of a file, found from all of its bytes in bounded memory.

    Raises: `FileError` for a file that cannot be read or is no text.
    """
    with opened(file) as (data, _):
        head = data.read(4096)
        for start, what in _FOREIGN.items():
            if head.startswith(start):
                raise FileError(file, f"it is {what}")
        for mark, codec in _MARKS:
            if head.startswith(mark):
                return Encoding(codec)
        if (wide := _wide(head)) is not None:
            return Encoding(wide)
        if b"\0" in head:
            raise FileError(file, "it is not text: it has NUL bytes")
    good = bad = 0
    evidence = bytearray()
    with opened(file) as (data, _):
        while line := data.readline(MAX_LINE):
            if line.isascii():
                continue
            if _is(line, "utf-8"):
                good += 1
                continue
            bad += 1
            if len(evidence) < _EVIDENCE:
                evidence += line
    if not bad or good >= bad:
        return Encoding("utf-8")
    return Encoding(_judged(bytes(evidence[:_EVIDENCE])) or "utf-8")


def _is(line: bytes, codec: str) -> bool:
    try:
        line.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _wide(head: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of Western text is NUL."""
    half = len(head) // 2
    if half < 2:
        return None
    even, odd = head[::2].count(0) / half, head[1::2].count(0) / half
    if odd > 0.3 > 0.02 > even:
        return "utf-16-le"
    if even > 0.3 > 0.02 > odd:
        return "utf-16-be"
    return None


def _judged(evidence: bytes) -> str | None:
    """The encoding that the lines speak for; None where they speak for none."""
    # the end may be half a character
    lines = (evidence.rpartition(b"\n")[0] or evidence).split(b"\n")
    other = east_asian(lines)
    if other is not None and other != "gb18030":
        return other
    # a few damaged lines are no reason against an encoding
    chinese = [line for line in lines if _is(line, "gb18030")]
    text = b"\n".join(chinese if 2 * len(chinese) > len(lines) else lines)
    best = from_bytes(text, cp_isolation=["gb18030", "cp1252"]).best()
    if best is None or best.encoding not in ("gb18030", "cp1252"):
        return None
    return str(best.encoding) if _words(text.decode(best.encoding, errors="ignore")) else None


def _words(text: str) -> bool:
    """Whether the marks outside ASCII are mostly letters of words."""
    inside = outside = 0
    for before, mark, after in zip(" " + text, text, text[1:] + " ", strict=False):
        if mark > "\x7f":
            word = mark.isalpha() and (before.isalpha() or after.isalpha())
            inside, outside = inside + word, outside + (not word)
    return inside >= _IN_WORDS * (inside + outside) > 0
