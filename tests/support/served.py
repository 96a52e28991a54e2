"""The real app on a free port of the loopback: in a thread of the test, or in a process of its own
(``python -m tests.support.served URL CITY SETTINGS``)."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from pydantic import SecretStr

from dashboard.config.settings import Settings
from dashboard.processes.web_server import SERVED
from dashboard.web.app import create_app

TOKEN = "a-token-of-the-tests"


@contextmanager
def served(
    url: str, city: str = "chifeng", token: str | None = TOKEN, **more: Any
) -> Iterator[str]:
    """The address of the served app; ``more`` are other settings."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    secret = SecretStr(token) if token else None
    known = {"city": city, "redis_url": url, "port": port, "intake_token": secret, "tick_ms": 100}
    settings = Settings(**{**known, **more})
    config = uvicorn.Config(
        create_app(settings).server,
        host="127.0.0.1",
        port=port,
        log_level="warning",
        **SERVED,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
        assert thread.is_alive(), "the server did not start"
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(0.5)
        server.force_exit = True  # a stream that is still open never ends
        thread.join(10)


@contextmanager
def served_apart(url: str, city: str = "chifeng", **more: Any) -> Iterator[str]:
    """The same in a process of its own: Dash keeps one set of pages for all apps of a process, and
    the newest app's are shown."""
    command = [sys.executable, "-m", __name__, url, city, json.dumps(more)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdin is not None
        # other lines are the app's log
        address = next((line for line in child.stdout if line.startswith("http://")), "")
        assert address, "the server did not start"
        drain = threading.Thread(target=child.stdout.read, daemon=True)
        drain.start()
        try:
            yield address.strip()
        finally:
            child.stdin.close()
            drain.join(20)
            child.kill()


def _main() -> None:
    url, city, more = sys.argv[1:4]
    with served(url, city, **json.loads(more)) as address:
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    _main()
