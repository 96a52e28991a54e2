"""gunicorn's settings for the web process, a module that gunicorn reads.

One uvicorn worker serves pages, the intake API and the stream; address and application come on
the command line. The worker ends with its master, however that ends.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from uvicorn.workers import UvicornWorker

from dashboard import ROOT
from dashboard.config.settings import Settings
from data_sources.engine.processes import die_with_parent

worker_class = "dashboard.processes.web_server.Worker"
workers = 1
# Walls hold their stream open for ever; nothing is gained by waiting for them to hang up.
graceful_timeout = 2
timeout = 60
accesslog = None
errorlog = "-"
control_socket_disable = True
# The worker's heartbeat file must not wait for a disk.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None


def post_fork(_server: Any, worker: Any) -> None:
    """Tie the worker to its master."""
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


class Worker(UvicornWorker):
    """Serves the app."""

    CONFIG_KWARGS: dict[str, Any] = {  # noqa: RUF012  # as its base has it
        **UvicornWorker.CONFIG_KWARGS,
        "proxy_headers": False,
    }
