"""`supervisor.up` with stand-ins for the parts, so that only the supervisor is under test.

Arguments: port, `outer` to run under `run_watched`, then names of children: web (answers /readyz),
steady, deaf (ignores TERM), parent (leaves a grandchild), beating, stuck (one of two threads
beats no more), once (ends with 0), wrong (ends with 2), broken (ends with 3).
"""

import signal
import sys

from rich.console import Console

from dashboard.config.settings import load
from dashboard.errors import GridwallError
from dashboard.processes import supervisor
from dashboard.processes.child import Spec
from dashboard.processes.outer import run_watched

_WEB = """
import os, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
class Ready(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
print("web", os.environ["GRIDWALL_REDIS_URL"], flush=True)
HTTPServer(("127.0.0.1", int(os.environ["GRIDWALL_PORT"])), Ready).serve_forever()
"""
_STUCK = """
import threading, time
from data_sources.store.beating import beat, pause
def work():
    beat()
    time.sleep(1000)
threading.Thread(target=work).start()
while True: pause(threading.Event(), 1)
"""
_CODE = {
    "web": _WEB,
    "steady": "import time; time.sleep(1000)",
    "deaf": "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(1000)",
    "parent": "import subprocess, time; subprocess.Popen(['sleep', '1000']); time.sleep(1000)",
    "beating": "from data_sources.store.beating import pause; from threading import Event\n"
    "while True: pause(Event(), 1)",
    "stuck": _STUCK,
    "once": "print('all done')",
    "wrong": "import sys; sys.exit(2)",
    "broken": "import sys; print('the reason why'); sys.exit(3)",
}
_FEEDS = {"once", "wrong"}
_BEATING = {"beating", "stuck"}


def main() -> None:
    """Run until stopped."""
    port, *names = sys.argv[1:]
    specs = [
        Spec(
            name,
            [sys.executable, "-c", _CODE[name]],
            death=signal.SIGKILL,
            may_finish=name in _FEEDS,
            beats=name in _BEATING,
        )
        for name in names
        if name != "outer"
    ]
    try:
        if names[0] == "outer":
            sys.exit(run_watched(lambda: supervisor.up(load(port=int(port)), specs, Console())))
        supervisor.up(load(port=int(port)), specs, Console())
    except GridwallError as error:
        print(error, file=sys.stderr)  # noqa: T201
        sys.exit(1)


if __name__ == "__main__":
    main()
