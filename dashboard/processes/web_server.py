"""gunicorn's settings for the web process, as a config module (`-c python:dashboard.processes.web_server`).

One uvicorn worker serves pages, the intake API and the stream; address and application come on
the command line. The worker ends with its master, however that ends.
"""

import os
import signal
import sys
from typing import Any

from dashboard import ROOT
from dashboard.config.settings import Settings
from data_sources.engine.processes import die_with_parent

worker_class = "dashboard.processes.worker.Worker"
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
