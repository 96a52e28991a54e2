"""From settings to a Redis that answers.

`redis_session(settings)` yields settings whose `redis_url` works: the operator's own Redis, the
embedded engine that runs in the data directory, or one started for the duration.
`ensure_engine(settings)` adds a projector and a clock if none is alive, and at its end waits
until everything written is folded.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager

from dashboard.config.settings import Settings
from dashboard.errors import GridwallError
from dashboard.processes.child import command_of, environment_of
from data_sources.engine import processes
from data_sources.engine.server import Engine, running_url
from data_sources.errors import DataLost, RedisUnavailable, WrongCity
from data_sources.store import connection, domain_clock, keys, losses, soundness
from data_sources.store.actions import ActionLog
from data_sources.store.connection import Redis, connect, ping
from data_sources.store.trouble import cause

#: How long to wait for writes to be folded without any progress, s; a process takes up to a
#: minute to start on a machine that is busy.
_PATIENCE_S = 60.0
_ROLES = ("projector", "clock")
NO_CHILDREN: Mapping[str, subprocess.Popen[bytes]] = {}
#: Set in the environment of the supervisor's child processes.
SUPERVISED = "GRIDWALL_SUPERVISED"


class UnreachableError(GridwallError):
    """The operator's Redis does not answer."""


class UnsafeStoreError(GridwallError):
    """The operator's Redis may lose data, and the operator has not accepted that."""


class CityNameError(GridwallError):
    """It is not clear which city is meant, or the data is another city's."""


class UnfoldedError(GridwallError):
    """Actions were written, but nothing folds them."""


@contextmanager
def redis_session(settings: Settings) -> Iterator[Settings]:
    """Yield settings of the right city whose `redis_url` answers."""
    with ExitStack() as stack:
        settings = resolve_city(settings)
        if settings.redis_url is None:
            engine = stack.enter_context(Engine(settings.city_dir))
            settings = settings.model_copy(update={"redis_url": engine.url})
        else:
            check_redis(settings.redis_url)
            check_store(settings)
        yield settings


@contextmanager
def ensure_engine(settings: Settings) -> Iterator[Settings]:
    """A `redis_session` in which a projector and a clock are alive.

    Raises :class:`UnfoldedError` at its end if nothing folds what was written, `DataLost` if
    the store has lost data: nothing is folded then until an operator accepts it.
    """
    with redis_session(settings) as settings, ExitStack() as stack:
        assert settings.redis_url is not None
        if os.environ.get(SUPERVISED):
            # The supervisor starts both; right after its start their leases are not taken yet.
            yield settings
            return
        claim_city(settings.redis_url, settings.city)
        r = stack.enter_context(connect(settings.redis_url))
        children: dict[str, subprocess.Popen[bytes]] = {}
        stack.callback(lambda: processes.stop(list(children.values()), grace=3.0))
        for role in _ROLES:
            if not _role_is_alive(r, role, settings.shards):
                with processes.open_log(settings.city_dir, role) as log:
                    children[role] = processes.spawn(
                        command_of(role),
                        log=log,
                        death=signal.SIGKILL,
                        env=environment_of(settings),
                    )
        yield settings
        all_folded(r, settings.shards, children)


def resolve_city(settings: Settings) -> Settings:
    """The settings with the city whose data exists, if none was named.

    Raises :class:`CityNameError` if several cities run in the data directory.
    """
    if "city" in settings.model_fields_set:
        return settings
    if settings.redis_url is not None:
        check_redis(settings.redis_url)
        stored = stored_city(settings.redis_url)
        return settings if stored is None else settings.model_copy(update={"city": stored})
    known = sorted(path.parent for path in settings.data_dir.glob("*/redis") if path.is_dir())
    running = [path for path in known if running_url(path) is not None]
    if len(running) > 1:
        names = ", ".join(path.name for path in running)
        raise CityNameError(
            f"several cities run in {settings.data_dir} ({names}): name one by --city"
        )
    for found in (running, known):
        if len(found) == 1:
            return settings.model_copy(update={"city": found[0].name})
    return settings


def check_redis(url: str) -> None:
    """Raise :class:`UnreachableError` if `url` does not answer; the password is not shown."""
    try:
        ping(url)
    except (ValueError, RedisUnavailable) as error:
        raise UnreachableError(f"GRIDWALL_REDIS_URL={without_password(url)}: {error}") from error


def check_store(settings: Settings) -> None:
    """Raise :class:`UnsafeStoreError` if the operator's Redis may lose data.

    `GRIDWALL_ACCEPT_STORE` names what is accepted.
    """
    url = settings.redis_url
    assert url is not None
    with connect(url) as r:
        try:
            found = soundness.look(r)
        except RedisUnavailable as error:
            raise UnreachableError(
                f"GRIDWALL_REDIS_URL={without_password(url)}: {error} ({cause(error)})"
            ) from error
    wrong = found.refused(settings.accept_store)
    if wrong:
        codes = ",".join(risk for risk in found.risks if risk in soundness.REFUSED)
        raise UnsafeStoreError(
            "\n".join(f"GRIDWALL_REDIS_URL={without_password(url)}: {one}" for one in wrong)
            + f"\nto use it all the same, set GRIDWALL_ACCEPT_STORE={codes} (docs/operating.md)"
        )


def without_password(url: str) -> str:
    """A URL without its user and password."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


def stored_city(url: str) -> str | None:
    """The city whose events the Redis at `url` holds, None for an empty one."""
    with connect(url) as r:
        value = r.get(keys.CITY)
    return value.decode() if isinstance(value, bytes) else None


def claim_city(url: str, city: str) -> None:
    """Mark an empty store as `city`'s.

    Raises :class:`CityNameError` if it holds another city's events.
    """
    with connect(url) as r:
        try:
            connection.claim_city(r, city)
        except WrongCity as error:
            raise CityNameError(
                f"Redis at {without_password(url)}: {error}; use another or --city"
            ) from error


def _role_is_alive(r: Redis, role: str, shards: int) -> bool:
    return all(_lease_is_alive(r, shard.lease(role)) for shard in keys.shards(shards))


def _lease_is_alive(r: Redis, key: str) -> bool:
    """Whether the lease is being renewed; the lease of a killed process only runs out."""
    start = time.monotonic()
    first = int(r.pttl(key))
    left = first
    while left > 0:
        if left > first - (time.monotonic() - start) * 1000 + 100:
            return True
        time.sleep(0.05)
        left = int(r.pttl(key))
    return False


def _backlog(r: Redis, shards: int) -> int:
    """How many actions are not folded yet, and deadlines passed but not applied."""
    feed, server = domain_clock.read(r)
    due = feed.safe(server)
    passed = sum(int(r.zcount(k.deadlines, "-inf", due)) for k in keys.shards(shards))
    return ActionLog(r, shards).lag() + passed


def folded(r: Redis, shards: int, children: Mapping[str, subprocess.Popen[bytes]]) -> int:
    """How many actions have been folded.

    Raises: `DataLost`, `UnfoldedError` if a process of ``children`` has ended.
    """
    if lost := losses.noted(r):
        raise DataLost(lost)
    for role, child in children.items():
        if (code := child.poll()) is not None:
            raise UnfoldedError(
                f"the {role} ended (exit code {code}): see logs/{role}.log in the data directory"
            )
    return ActionLog(r, shards).folded()


def all_folded(
    r: Redis, shards: int, children: Mapping[str, subprocess.Popen[bytes]] = NO_CHILDREN
) -> None:
    """Return once everything written so far is folded; raises as `folded`, `wait_folded`."""
    wait_folded(lambda: _backlog(r, shards), lambda: folded(r, shards, children))


def wait_folded(
    backlog: Callable[[], int], folded: Callable[[], int], patience_s: float = _PATIENCE_S
) -> None:
    """Return once the backlog has been empty for 0.5 s.

    ``folded`` is how many actions have been folded: while it grows there is progress, also when
    the backlog does not shrink because the clock adds an action for each deadline that passes.

    Raises :class:`UnfoldedError` once nothing has been folded for ``patience_s`` seconds.
    """
    done, moved, empty_since = folded(), time.monotonic(), None
    while True:
        lag, now, before = backlog(), time.monotonic(), done
        if (done := folded()) != before:
            moved = now
        if lag:
            empty_since = None
        elif empty_since is None:
            empty_since = now
        elif now - empty_since > 0.5:
            return
        if lag and now - moved > patience_s:
            raise UnfoldedError(
                f"{lag} actions or deadlines wait to be folded, and for {patience_s:.0f} s none "
                "has been: see logs/projector.log and logs/clock.log in the data directory"
            )
        time.sleep(0.05)
