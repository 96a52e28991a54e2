"""The scene file on disk: replaced as a whole, never over another hand's change."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from data_sources.walls.scene_file import Changed, NotWritable, SceneFileStore


def test_what_is_written_replaces_the_file_and_keeps_the_last_one(tmp_path: Path) -> None:
    path = tmp_path / "scenes.toml"
    path.write_text("first\n", "utf-8")
    path.chmod(0o640)
    store = SceneFileStore(path)
    second = store.write("second\n", store.read().version)
    assert store.read().version == second
    assert store.write("third\n", second) == store.read().version
    assert path.read_text("utf-8") == "third\n"
    assert (tmp_path / "scenes.toml.previous").read_text("utf-8") == "second\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert sorted(one.name for one in tmp_path.iterdir()) == ["scenes.toml", "scenes.toml.previous"]


def test_a_file_that_is_not_there_yet_is_made_with_its_folder(tmp_path: Path) -> None:
    store = SceneFileStore(tmp_path / "chifeng" / "scenes.toml")
    assert (store.read().text, store.refusal()) == ("", "")
    store.write("[wall]\n", store.read().version)
    assert store.read().text == "[wall]\n"


def test_a_change_by_another_hand_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "scenes.toml"
    path.write_text("first\n", "utf-8")
    store = SceneFileStore(path)
    version = store.read().version
    path.write_text("theirs\n", "utf-8")
    with pytest.raises(Changed):
        store.write("mine\n", version)
    assert path.read_text("utf-8") == "theirs\n"


def test_of_many_at_once_one_is_written(tmp_path: Path) -> None:
    store = SceneFileStore(tmp_path / "scenes.toml")
    version, done, refused = store.read().version, [], []
    start = threading.Barrier(8)

    def write(number: int) -> None:
        start.wait()
        try:
            SceneFileStore(store.path).write(f"{number}\n", version)
            done.append(number)
        except Changed:
            refused.append(number)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (len(done), len(refused)) == (1, 7)
    assert store.read().text == f"{done[0]}\n"


@pytest.mark.parametrize("what", ["read only", "a folder", "below a file", "not text"])
def test_a_file_that_cannot_be_written_says_so(tmp_path: Path, what: str) -> None:
    path = tmp_path / "scenes.toml"
    path.write_bytes(b"\xff\xfe" if what == "not text" else b"first\n")
    if what == "read only":
        path.chmod(0o444)
    if what == "a folder":
        path.unlink()
        path.mkdir()
    store = SceneFileStore(path / "below" if what == "below a file" else path)
    with pytest.raises(NotWritable):
        store.write("mine\n", store.read().version if what == "read only" else "")
    if path.is_file():
        assert path.read_bytes() in (b"first\n", b"\xff\xfe")


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real = tmp_path / "real.toml"
    real.write_text("first\n", "utf-8")
    os.symlink(real, tmp_path / "scenes.toml")
    store = SceneFileStore(tmp_path / "scenes.toml")
    store.write("second\n", store.read().version)
    assert (tmp_path / "scenes.toml").is_symlink()
    assert real.read_text("utf-8") == "second\n"
