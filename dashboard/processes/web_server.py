"""The settings of the web process, read by gunicorn, and the command that starts it.

One uvicorn worker serves pages, the intake API and the stream; address and application are on
the command line. The worker ends when its master ends, for whatever reason.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import threading
import time
from contextlib import suppress
from typing import Any

from gunicorn.glogging import Logger
from uvicorn.workers import UvicornWorker

from dashboard import ROOT
from dashboard.config import logs, redact
from dashboard.config.settings import Settings
from dashboard.processes.connection import Connection
from data_sources.engine.processes import die_with_parent

#: uvicorn's settings for every server of the app. X-Forwarded-* is handled in
#: dashboard/web/security/headers.py; no answer names the server.
SERVED: dict[str, Any] = {
    "proxy_headers": False,
    "server_header": False,
    "http": Connection,
}
#: redacts what gunicorn and uvicorn log
logger_class = "dashboard.processes.web_server.Log"
worker_class = "dashboard.processes.web_server.Worker"
workers = 1
# Walls keep their stream open for ever, so waiting for them to disconnect is useless.
graceful_timeout = 2
# A worker whose loop is blocked is ended after this, s; it beats twice as often.
timeout = 30
#: a worker may take so long to boot, s
_BOOT_S = 180.0
accesslog = None
errorlog = "-"
control_socket_disable = True
# The worker's heartbeat file must not wait for a disk.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None


def post_fork(_server: Any, worker: Any) -> None:
    """End the worker when its master ends; its log never fails; it may hold many connections."""
    logs.configure()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):  # macOS names a limit that it does not give
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    die_with_parent(signal.SIGKILL, worker.ppid)


def command(settings: Settings) -> list[str]:
    """The command that serves the app on the settings' address; it must run in ROOT.

    gunicorn imports `app` from its working directory before anything installed, and the operator's
    own may contain another `app.py`.
    """
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return [
        *(sys.executable, "-P", "-m", "gunicorn", "-c", "python:dashboard.processes.web_server"),
        *("--chdir", str(ROOT), "--bind", f"{host}:{settings.port}", "app:server"),
    ]


class Log(Logger):
    """gunicorn's logger, set up once nothing leaves this process unredacted."""

    def setup(self, cfg: Any) -> None:
        """Open its handlers, on the streams that redact."""
        redact.install()
        super().setup(cfg)


class Worker(UvicornWorker):
    """uvicorn worker with the settings above."""

    CONFIG_KWARGS: dict[str, Any] = {  # noqa: RUF012  # as in its base class
        **UvicornWorker.CONFIG_KWARGS,
        **SERVED,
    }

    def init_process(self) -> None:
        """Boot; the master waits longer for that than for a worker that serves."""
        self._serving = threading.Event()
        threading.Thread(target=self._boot, name="boot", daemon=True).start()
        super().init_process()

    async def callback_notify(self) -> None:
        """Beat for the master; called by the loop that serves."""
        self._serving.set()
        await super().callback_notify()

    def _boot(self) -> None:
        """Beat until the loop does: a busy machine takes long to import everything."""
        end = time.monotonic() + _BOOT_S
        while not self._serving.wait(5.0) and time.monotonic() < end:
            self.notify()
