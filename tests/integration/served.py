"""The real app on a free port of the loopback, in a thread of the test."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from pydantic import SecretStr

from dashboard.factory import create_app
from dashboard.settings import Settings

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
        create_app(settings).server, host="127.0.0.1", port=port, log_level="warning"
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
        server.should_exit = server.force_exit = True
        thread.join(10)
