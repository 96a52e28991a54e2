"""No log of a run holds a secret, a person or a local variable: looked at after every test.

A plugin. After each test it reads every log under its directory (the product puts its own into
`logs/` of the data directory), and at the end of the session those of shared fixtures. A test that
plants a secret of its own names it by `plant`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

#: written apart from the code under test: what must never be in a log
_FORBIDDEN = {
    "a telephone number": re.compile(r"(?<![\d.])1[3-9]\d{9}(?!\d)"),
    "a password in an address": re.compile(r"://[^\s/@:]*:(?!×)[^\s/@]+@"),
    "a bearer token": re.compile(r"[Bb]earer (?!×)[\w.-]{6,}"),
    "local variables": re.compile(r"[╭─]+ locals [─╮]+"),
    "a named caller": re.compile(r"王女士|报案人：(?!×)|caller John Smith"),
}
_planted: set[str] = set()


def plant(*values: str) -> None:
    """Look for these values as well, from now on."""
    _planted.update(values)


def leaks(directory: Path) -> list[str]:
    """What the logs under the directory hold that they must not: file, line, kind."""
    found = []
    for file in sorted(directory.rglob("*.log*")):
        if not file.is_file():
            continue
        text = file.read_text("utf-8", "replace")
        for number, line in enumerate(text.splitlines(), 1):
            kinds = [kind for kind, pattern in _FORBIDDEN.items() if pattern.search(line)]
            kinds += [f"the planted {value!r}" for value in _planted if value in line]
            found += [f"{file.name}:{number}: {kind}: {line[:200]}" for kind in kinds]
    return found


def assert_clean(directory: Path) -> None:
    """Fail if a log under the directory holds a secret or a person."""
    assert not (found := leaks(directory)), "\n".join(found[:20])


@pytest.fixture(autouse=True)
def _clean_logs(tmp_path: Path) -> Iterator[None]:
    """Every test's own logs, once what it started has ended."""
    yield
    assert_clean(tmp_path)


@pytest.fixture(scope="session", autouse=True)
def _clean_logs_of_the_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The logs of what all tests share."""
    yield
    assert_clean(tmp_path_factory.getbasetemp())
