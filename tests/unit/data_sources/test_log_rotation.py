"""Logs are bounded: whatever a part writes, so many bytes of it are on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_sources.engine import processes
from data_sources.engine.processes import KEPT, log_path, open_log, rotate

MOST = 1000


def on_disk(folder: Path) -> list[tuple[str, int]]:
    return sorted((one.name, one.stat().st_size) for one in folder.iterdir())


def test_a_log_that_never_ends_is_bounded(tmp_path: Path) -> None:
    with open_log(tmp_path, "web") as log:
        path = log_path(tmp_path, "web")
        for number in range(200):
            log.write(b"%05d %s\n" % (number, b"x" * 93))
            log.flush()
            rotate(path, MOST)
            found = on_disk(path.parent)
            assert len(found) <= KEPT + 1
            assert all(size <= MOST for _, size in found)
        # what was written last is in the newest files
        kept = path.read_bytes() + path.with_name("web.log.1").read_bytes()
        assert b"00199" in kept


def test_what_comes_between_two_looks_is_cut_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "web.log"
    path.write_bytes(b"first" + b"x" * 50 * MOST + b"last")
    assert rotate(path, MOST)
    assert on_disk(tmp_path) == [("web.log", 0), ("web.log.1", MOST)]
    assert (tmp_path / "web.log.1").read_bytes().endswith(b"last")
    assert not rotate(path, MOST)
    assert not rotate(tmp_path / "none.log", MOST)


def test_a_log_that_cannot_be_copied_is_emptied(tmp_path: Path) -> None:
    """It stayed as it was: a disk that it had filled stayed full."""
    path = tmp_path / "web.log"
    path.write_bytes(b"x" * 2 * MOST)
    (tmp_path / f"web.log.{KEPT}").mkdir()  # no room can be made
    with pytest.raises(OSError, match=r"web\.log"):
        rotate(path, MOST)
    assert path.stat().st_size == 0


def test_a_log_is_rotated_when_a_part_starts(tmp_path: Path) -> None:
    path = log_path(tmp_path, "clock")
    path.parent.mkdir()
    path.write_bytes(b"x" * (processes.LARGEST + 1))
    open_log(tmp_path, "clock").close()
    assert on_disk(path.parent) == [("clock.log", 0), ("clock.log.1", processes.LARGEST)]
