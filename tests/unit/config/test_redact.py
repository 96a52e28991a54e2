"""Nothing that a process writes to its log holds a secret, a person or a local variable."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard import ROOT
from dashboard.config.redact import redacted
from dashboard.config.settings import Settings
from tests.support.logs import assert_clean, leaks

PASSWORD, TOKEN = "hunter2-of-redis", "intake-token-0123456789"
NAME, PHONE = "王女士", "13812345678"
URL = f"redis://gridwall:{PASSWORD}@127.0.0.1:1/0"

#: a process with secrets that fails in every way a process of ours can
FAILS = """
import asyncio, logging, sys, threading, warnings
import structlog
from dashboard.config import redact
redact.install()
from dashboard.config.settings import load
settings = load()
log = structlog.get_logger("work")
caller, text = "王女士", "王女士来电 13812345678"

def fail():
    password, url, who, said = "hunter2-of-redis", settings.redis_url, caller, text
    raise ValueError(f"{url}: {said}")

try:
    fail()
except ValueError as error:
    log.exception("work failed")
    log.error("work failed", exc_info=error, reason=str(error))
    logging.getLogger("redis").exception("lost %s", settings.redis_url)
    logging.getLogger("uvicorn.error").error("bad", exc_info=error)
log.info("asked", path="/api/v1/x?token=abcdef123456&lang=zh", header="Bearer abcdef123456")
log.info("settings", all=settings)
log.info("token", given=settings.intake_token.get_secret_value())
warnings.warn(f"odd address {settings.redis_url}")
logging.getLogger("x").warning("%d", "not a number " + text)
thread = threading.Thread(target=fail)
thread.start(); thread.join()
async def later():
    asyncio.get_running_loop().call_soon(fail)
    await asyncio.sleep(0.01)
asyncio.run(later())
print("stdout too", settings.redis_url, text)
sys.stderr.write("half a line " + text[:5]); sys.stderr.write(text[5:])
sys.stderr.flush()
fail()
"""


@pytest.fixture
def log(tmp_path: Path) -> str:
    """What such a process writes, as the supervisor's log file holds it."""
    env = {**os.environ, "GRIDWALL_REDIS_URL": URL, "GRIDWALL_INTAKE_TOKEN": TOKEN}
    file = tmp_path / "work.log"
    with file.open("wb") as out:
        done = subprocess.run(
            [sys.executable, "-c", FAILS], cwd=ROOT, stdout=out, stderr=out, env=env, timeout=120
        )
    assert done.returncode == 1
    return file.read_text("utf-8")


def test_a_process_that_fails_in_every_way(log: str) -> None:
    for secret in (PASSWORD, TOKEN, NAME, PHONE, "abcdef123456"):
        assert secret not in log, [line for line in log.splitlines() if secret in line]
    assert " locals " not in log
    # it still says what failed, and where
    assert log.count("ValueError") >= 6
    assert "in fail" in log
    assert "lang=zh" in log
    assert "127.0.0.1:1/0" in log


@pytest.mark.parametrize(("text", "shown"), [
    ("redis://u:secret@h:6379", "redis://×××@h:6379"),
    ("redis://:secret@h:6379", "redis://×××@h:6379"),
    ("GET /hook?access_token=abc&x=1", "GET /hook?access_token=×××&x=1"),
    ("password='abcdefgh'", "password='×××'"),
    ("intake_token=SecretStr('**********')", "intake_token=SecretStr('×××')"),
    ("folding shard=g0 token=17", "folding shard=g0 token=17"),
    ("lease lost reason=another holder", "lease lost reason=another holder"),
    ("unix:///tmp/gridwall/engine.sock", "unix:///tmp/gridwall/engine.sock"),
    ("2026-11-30 09:21:23 [info] folding position=1514764800000-0",) * 2,
])  # fmt: skip
def test_what_a_line_becomes(text: str, shown: str) -> None:
    assert redacted(text) == shown


def test_settings_do_not_show_a_password() -> None:
    assert PASSWORD not in repr(Settings(redis_url=URL))


def test_the_scan_finds_what_it_looks_for(tmp_path: Path) -> None:
    logs = tmp_path / "elsewhere" / "logs"
    logs.mkdir(parents=True)
    lines = [f"caller {PHONE}", URL, "Bearer abcdef123", "╭──── locals ────╮", NAME, "nothing"]
    (logs / "web.log.1").write_text("\n".join(lines), "utf-8")
    assert len(leaks(tmp_path)) == 5
    with pytest.raises(AssertionError, match="telephone"):
        assert_clean(tmp_path)
    (logs / "web.log.1").unlink()
