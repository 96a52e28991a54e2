"""`gridwall up`: engine, projector, clock, web and feed under one supervisor.

Starts everything, prints the wall's address once it is ready, restarts what ends or has given no
sign of life for 30 s, and stops everything on SIGINT, SIGTERM or SIGHUP within ten seconds. If the
supervisor itself is killed, the kernel ends its children. A lock allows one supervisor for a city's
data directory.
"""

from __future__ import annotations

import contextlib
import fcntl
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from rich.console import Console

from dashboard.config.addresses import AddressError, check_bind, check_port
from dashboard.config.settings import Settings
from dashboard.core.fold import view_names
from dashboard.errors import GridwallError
from dashboard.processes.child import Child, Ended, Spec, environment_of
from dashboard.processes.connect import (
    SUPERVISED,
    check_redis,
    check_store,
    claim_city,
    without_password,
)
from dashboard.processes.outer import stopping_pid
from dashboard.processes.pulses import SILENT_S, Asked, Silence, answers_http
from dashboard.processes.signals import Wakeup
from data_sources.engine import processes, server
from data_sources.engine.server import Engine, EngineError
from data_sources.errors import RedisUnavailable
from data_sources.store import domain_clock
from data_sources.store.actions import ActionLog
from data_sources.store.beating import beat
from data_sources.store.connection import connect
from data_sources.store.keys import shards

LOCK = ".up.lock"
_TICK_S = 0.5
_ROTATE_S = 10.0
_SLOW_START_S = 60.0
#: A part that ends this often before the wall was ever ready will not come up by itself.
_GIVE_UP = 3
_GRACE_S = 5.0


class AlreadyRunningError(GridwallError):
    """Another `gridwall up` is using the data directory."""


class StartError(GridwallError):
    """A part does not come up."""


def up(settings: Settings, specs: list[Spec], console: Console) -> None:
    """Run everything until a stop signal comes."""
    check_bind(settings.host, guarded=settings.guarded)
    with _only_one(settings) as after_a_crash:
        _await_port(settings, patience=4.0 if after_a_crash else 0.0)
        with Wakeup() as wakeup:
            Supervisor(settings, specs, console, wakeup).run()


def _await_port(settings: Settings, patience: float) -> None:
    end = time.monotonic() + patience
    while True:
        try:
            check_port(settings.host, settings.port)
        except AddressError:
            if time.monotonic() >= end:
                raise
            time.sleep(0.1)
        else:
            return


@contextmanager
def _only_one(settings: Settings) -> Iterator[bool]:
    """Hold the directory's lock; yield whether the last holder was killed.

    The web process of a killed supervisor may need a moment to free the port.
    """
    directory = settings.city_dir
    with server.open_private(directory, LOCK) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            pid = server.holder(directory, LOCK)
            raise AlreadyRunningError(
                f"data directory {directory} is in use by another `gridwall up` (process {pid}): "
                "stop it, or choose another GRIDWALL_DATA_DIR"
            ) from error
        after_a_crash = server.holder(directory, LOCK) is not None
        lock.truncate(0)
        lock.write(f"{stopping_pid()}\n")
        lock.flush()
        try:
            yield after_a_crash
        finally:
            lock.truncate(0)


class Supervisor:
    """The engine and all child processes."""

    def __init__(
        self, settings: Settings, specs: list[Spec], console: Console, wakeup: Wakeup
    ) -> None:
        self._settings, self._specs = settings, specs
        self._console, self._wakeup = console, wakeup
        self._engine: Engine | None = None
        self._children: list[Child] = []
        self._ready = False
        self._backfill: Backfill | None = None
        self._began = self._rotated = self._looked = time.monotonic()
        self._slow_reported = False
        self._engine_failures = 0
        self._engine_due = 0.0
        self._engine_asked: Asked | None = None
        # it has answered once when it is started
        self._engine_silence = Silence(start_s=SILENT_S)

    def run(self) -> None:
        """Start everything, watch it until a stop is asked for, stop everything."""
        with ExitStack() as stack:
            stack.callback(self._stop)
            beat()
            try:
                self._start()
                while not self._wakeup.stopping:
                    beat()
                    self._tend()
                    self._wakeup.wait(_TICK_S if self._ready else 0.1)
            except Stopped:
                pass
            self._print("停止 stopping")

    def _start(self) -> None:
        url = self._settings.redis_url
        if url is None:
            self._engine = Engine(self._settings.city_dir, self._while_engine_loads)
            url = self._engine.open()
            how = "" if self._engine.owned else "  (已在运行 already running)"
            self._print(f"引擎 engine     {self._engine.socket}{how}")
            self._engine_asked = Asked(self._engine.responds, every_s=1.0)
        else:
            check_redis(url)
            check_store(self._settings)
            self._print(f"引擎 engine     {without_password(url)}")
        claim_city(url, self._settings.city)
        settings = self._settings.model_copy(update={"redis_url": url})
        env = {**environment_of(settings), SUPERVISED: "1"}
        self._children = [Child(spec, settings.city_dir, env) for spec in self._specs]
        for child in self._children:
            child.tend(time.monotonic())
            self._print(f"启动 start      {child.spec.name}")
        if any(spec.may_finish for spec in self._specs):
            self._backfill = Backfill(url, settings.shards)
        self._began = time.monotonic()

    def _tend(self) -> None:
        now = time.monotonic()
        self._tend_engine(now)
        for child in self._children:
            ended = child.tend(now)
            if ended is not None:
                self._report(child, ended)
        if not self._ready:
            self._look(now)
        elif self._backfill is not None:
            self._follow(self._backfill, now)
        if now - self._rotated > _ROTATE_S:
            self._rotated = now
            names = ["engine", *(child.spec.name for child in self._children)]
            for name in names:
                with contextlib.suppress(OSError):  # a full disk: the log begins again
                    processes.rotate(processes.log_path(self._settings.city_dir, name))

    def _tend_engine(self, now: float) -> None:
        engine = self._engine
        if engine is None or now < self._engine_due:
            return
        if engine.owned:
            process = engine.process
            if process is not None and not processes.has_ended(process.pid):
                self._end_silent(process.pid, now)
                return
        else:
            self._engine_due = now + 1.0
            if engine.answers():
                return
        self._print("引擎已停，重新启动 engine ended, starting it again", "yellow")
        try:
            if engine.owned:
                engine.reap()
                engine.start()
            else:
                engine.open()
        except (EngineError, OSError) as error:  # an OSError: no disk left for its files
            self._engine_failures += 1
            self._engine_due = now + min(10.0, 0.2 * 2**self._engine_failures)
            self._print(str(error), "red")
        else:
            self._engine_failures = 0
            self._engine_silence.begin(time.monotonic())

    def _end_silent(self, pid: int, now: float) -> None:
        """End an engine that is running but has not answered for too long."""
        asked = self._engine_asked
        if asked is not None and self._engine_silence.look(now, asked.sign):
            silent = self._engine_silence.lasted
            self._print(
                f"引擎 {silent:.0f} 秒无应答 engine silent for {silent:.0f} s, ending it", "red"
            )
            # not TERM: what does not answer would not write its file out either, and every write
            # that was acknowledged has been handed to the system already
            processes.kill_group(pid, signal.SIGKILL)
            self._engine_silence.begin(now)

    def _report(self, child: Child, ended: Ended) -> None:
        name = child.spec.name
        if ended.pause is None and ended.code == 0:
            self._print(f"已完成 finished  {name}")
            return
        how = f"signal {-ended.code}" if ended.code < 0 else f"exit code {ended.code}"
        if ended.silent_s:
            how = f"silent for {ended.silent_s:.0f} s"
        after = "" if ended.pause is None else f", starting it again in {ended.pause:.1f} s"
        self._print(f"{name} 意外退出 ended: {how}{after}", "yellow")
        if child.failures <= 1 or ended.pause is None:
            for line in ended.output:
                self._print(f"  {name} | {line}")
            self._print(f"  日志 log: {child.log_path}")
        if not self._ready and not child.spec.may_finish and child.failures >= _GIVE_UP:
            last = ended.output[-1] if ended.output else "its log is empty"
            raise StartError(f"{name} does not come up ({how}): {last}; log: {child.log_path}")

    def _look(self, now: float) -> None:
        """Print the address once the wall is ready."""
        if now - self._looked < 0.2:
            return
        self._looked = now
        host = self._settings.host
        address = f"http://{f'[{host}]' if ':' in host else host}:{self._settings.port}/wall"
        if answers_http(host, self._settings.port, "/readyz", 1.0):
            self._ready = True
            self._print(f"就绪 ready      {address}", "bold green")
        elif not self._slow_reported and now - self._began > _SLOW_START_S:
            self._slow_reported = True
            logs = self._settings.city_dir / "logs"
            self._print(f"仍未就绪 not ready after {_SLOW_START_S:.0f} s; logs: {logs}", "yellow")

    def _follow(self, backfill: Backfill, now: float) -> None:
        """Print the backfill's progress once a second until it is complete."""
        if now - self._looked < 1.0:
            return
        self._looked = now
        found = backfill.read()
        if found is None:
            return
        events, complete = found
        if complete:
            self._backfill = None
            self._print(f"已载入 loaded    {events:,} 事项 events", "bold green")
        else:
            self._print(f"载入中 loading   {events:,} 事项 events")

    def _while_engine_loads(self, share: float) -> None:
        beat()
        if self._wakeup.stopping:
            raise Stopped
        now = time.monotonic()
        if share > 0 and now - self._looked > 1.0:
            self._looked = now
            self._print(f"引擎载入 engine is loading its data: {share:.0%}")

    def _stop(self) -> None:
        if self._engine_asked is not None:
            self._engine_asked.close()
        # The engine last, so that the others can still write to it while they stop.
        processes.stop([c.process for c in self._children if c.process is not None], _GRACE_S)
        if self._engine is not None:
            self._engine.close(grace=3.0)

    def _print(self, text: str, style: str = "") -> None:
        # where this goes may be on a full disk, or closed: no reason to stop
        with contextlib.suppress(OSError, ValueError):
            self._console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)


class Stopped(BaseException):
    """Ends a long wait when a stop is asked for; not an error."""


class Backfill:
    """Progress of a feed's initial backfill, which runs at full speed."""

    def __init__(self, url: str, shard_count: int) -> None:
        self._r = connect(url, timeout=1.0)
        self._shards = shards(shard_count)
        self._log = ActionLog(self._r, shard_count)

    def read(self) -> tuple[int, bool] | None:
        """(events folded so far, whether it is complete); None while Redis does not answer."""
        try:
            feed, _ = domain_clock.read(self._r)
            counts = [keys.view(view_names.COUNT) for keys in self._shards]
            found = [self._r.hget(key, "all|reported") for key in counts]
            sent = feed.mode != "live" and (feed.speed > 0 or feed.ended)
            return sum(int(n or 0) for n in found), sent and self._log.lag() < 100
        except RedisUnavailable:
            return None
