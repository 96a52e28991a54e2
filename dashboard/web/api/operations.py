"""For operators: health, readiness and metrics, errors reported by walls, and the outbox."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Annotated

import msgspec
import structlog
from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Gauge,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool

from dashboard.web.answers.bodies import from_json_as
from dashboard.web.answers.errors import PROBLEMS, Refused
from dashboard.web.api.labels import ANSWERED, FOLDED, MASKED, PARTS, bounded
from dashboard.web.people.model import DEVICE, current
from dashboard.web.security.access import remote
from dashboard.web.security.limiter import Limiter
from data_sources.courier.record import overview
from data_sources.errors import RedisUnavailable
from data_sources.live.beats import Beats
from data_sources.live.readable import LEFT_OUT
from data_sources.live.topics import Topics
from data_sources.store.connection import Redis
from data_sources.store.keys import shards
from data_sources.store.outcome_log import OutcomeLog
from data_sources.store.soundness import RISKS
from data_sources.store.trouble import Cause, cause
from data_sources.walls.register import ScreenRegister

log = structlog.get_logger("wall-errors")

#: reports that an address may send in a minute
MOST = 30


class Report(msgspec.Struct, frozen=True):
    """An error on a wall, as its page reports it by ``navigator.sendBeacon``."""

    what: Annotated[str, msgspec.Meta(max_length=40)]
    panel: Annotated[str, msgspec.Meta(max_length=40)] = ""
    message: Annotated[str, msgspec.Meta(max_length=300)] = ""
    count: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0
    build: Annotated[str, msgspec.Meta(max_length=40)] = ""


def wall_errors_router() -> APIRouter:
    """``POST /api/v1/wall-errors``: bounded and rate-limited, and written to the log only."""
    routes = APIRouter(responses=PROBLEMS)
    limiter = Limiter(MOST)

    @routes.post("/api/v1/wall-errors")
    async def report(request: Request) -> Response:
        """Report an error of a wall; 400 or 422 if the body is not a report, 429."""
        client = remote(request)
        if wait := limiter.wait(client):
            raise Refused(429, "too many reports", "wait before the next one", wait)
        limiter.count(client)
        sent = from_json_as(await request.body(), Report)
        who = current()
        device = who.name if who.how == DEVICE else ""
        log.warning("wall error", client=client, device=device, **msgspec.to_builtins(sent))
        return Response(status_code=204)

    return routes


class _MaskedParts(Collector):
    """What the guard for personal text found since the store began, by pattern."""

    def __init__(self, counts: Callable[[], dict[str, int]]) -> None:
        self._counts = counts

    def collect(self) -> Iterable[Metric]:
        family = CounterMetricFamily(
            "gridwall_persons_masked",
            "Personal parts masked in what was written",
            labels=["pattern"],
        )
        with suppress(RedisUnavailable):
            total: Counter[str] = Counter()
            for pattern, number in self._counts().items():
                total[bounded(pattern, MASKED)] += number
            for pattern, number in sorted(total.items()):
                family.add_metric([pattern], number)
        yield family


class _StoreMetrics(Collector):
    """What is known of the store, and whether this worker is ready."""

    def __init__(self, beats: Beats) -> None:
        self._beats = beats

    def collect(self) -> Iterable[Metric]:
        beats, seen = self._beats, self._beats.watch.seen
        pulse, condition = beats.pulse, seen.condition
        lost = 0 if pulse is None else len(pulse.lost)
        single = {
            "gridwall_ready": ("Whether /readyz answers 200", int(beats.readiness.ready)),
            "gridwall_data_lost_shards": ("Shards with a loss that is not accepted", lost),
            "gridwall_store_memory_bytes": ("Memory that Redis uses", condition.used),
            "gridwall_store_memory_most_bytes": ("Its maxmemory; 0: no limit", condition.most),
            "gridwall_store_evicted_keys": ("Keys it has evicted", condition.evicted),
        }
        if condition.disk_free is not None:
            words = "Free on the disk of the embedded engine"
            single["gridwall_store_disk_free_bytes"] = (words, condition.disk_free)
        for name, (words, value) in single.items():
            yield GaugeMetricFamily(name, words, value)
        cause_now = beats.cause
        causes = GaugeMetricFamily(
            "gridwall_store_cause", "1: Redis does not work for this cause", labels=["cause"]
        )
        for one in Cause:
            causes.add_metric([one.value], int(one == cause_now))
        yield causes
        risks = GaugeMetricFamily(
            "gridwall_store_risk", "1: the store may lose data", labels=["risk"]
        )
        for risk in RISKS:
            risks.add_metric([risk], int(risk in condition.risks))
        yield risks


class _Fallen(Collector):
    """How many entries have fallen off the lists that keep a most."""

    def __init__(self, fallen: Callable[[], tuple[int, int]]) -> None:
        self._fallen = fallen

    def collect(self) -> Iterable[Metric]:
        family = CounterMetricFamily(
            "gridwall_fallen_off",
            "Refused items and unreadable rows that are not kept any more",
            labels=["list"],
        )
        with suppress(RedisUnavailable):
            for name, number in zip(("rejected", "dead_letters"), self._fallen(), strict=True):
                family.add_metric([name], number)
        yield family


class _Outcomes(Collector):
    """What the intake answered and what became of it, since the store began."""

    def __init__(self, outcomes: OutcomeLog, known: frozenset[str]) -> None:
        self._outcomes, self._known = outcomes, known

    def collect(self) -> Iterable[Metric]:
        answers = CounterMetricFamily(
            "gridwall_intake_items",
            "Items that the intake answered",
            labels=["source", "result", "field"],
        )
        became = CounterMetricFamily(
            "gridwall_outcomes",
            "What became of actions when they were folded",
            labels=["source", "result", "reason"],
        )
        with suppress(RedisUnavailable):
            for family, found, (results, about) in (
                (answers, self._outcomes.answered(), ANSWERED),
                (became, self._outcomes.counts(), FOLDED),
            ):
                total: Counter[tuple[str, str, str]] = Counter()
                for one in found:
                    labels = (
                        bounded(one.source, self._known),
                        bounded(one.result, results),
                        bounded(one.about, about),
                    )
                    total[labels] += one.number
                for labels, number in sorted(total.items()):
                    family.add_metric(labels, number)
        yield answers
        yield became


def health_router(
    topics: Topics,
    screens: ScreenRegister,
    masked: Callable[[], dict[str, int]],
    outcomes: OutcomeLog,
    known: frozenset[str],
    fallen: Callable[[], tuple[int, int]],
) -> APIRouter:
    """``/healthz``, ``/readyz`` and ``/metrics``; sources that are not ``known`` count as one."""
    routes = APIRouter(responses=PROBLEMS)
    registry = CollectorRegistry()
    registry.register(_MaskedParts(masked))
    registry.register(_Outcomes(outcomes, known))
    registry.register(_Fallen(fallen))
    clients = Gauge("gridwall_stream_clients", "Open streams of this worker", registry=registry)
    screens_connected = Gauge(
        "gridwall_screens_connected", "Paired screens with an open stream here", registry=registry
    )
    lag = Gauge("gridwall_lag_actions", "Actions waiting to be folded", registry=registry)
    age = Gauge("gridwall_data_age_seconds", "Age of what the wall shows", registry=registry)
    aside = Gauge(
        "gridwall_set_aside_items", "Items a part could not work on", ["part"], registry=registry
    )
    left_out = Gauge(
        "gridwall_left_out_values", "Values left out of walls as unreadable", registry=registry
    )
    store = _StoreMetrics(topics.beats)
    registry.register(store)
    left_out.set_function(lambda: LEFT_OUT.count)
    clients.set_function(lambda: screens.streams)
    screens_connected.set_function(lambda: len(screens.connected))

    @routes.get("/healthz")
    async def healthz() -> dict[str, str]:
        """The web process answers."""
        return {"status": "ok"}

    @routes.get("/readyz", responses={503: {"description": "Not ready: the same body"}})
    async def readyz() -> JSONResponse:
        """Redis works, projector and clock run, nothing is lost, the views are under 15 s old.

        After a fault all of it must have been so for 3 s. ``stop`` is the part that has stopped,
        ``cause`` why Redis does not work, ``risks`` what may lose data, ``lost`` what is missing.
        """
        try:
            pulse = await topics.beats.read_pulse()
        except RedisUnavailable as error:
            found = cause(error)
            topics.beats.readiness.note(None)
            body = {"ready": False, "stop": "redis", "cause": found, "reason": str(error)}
            return JSONResponse(body, 503)
        ready = topics.beats.readiness.ready
        body = {
            "ready": ready,
            "stop": pulse.health.stop,
            "cause": pulse.health.cause or None,
            "risks": pulse.health.risks,
            "lost": msgspec.to_builtins(pulse.lost),
            "lag": pulse.health.lag,
            "age_ms": pulse.age_ms,
        }
        return JSONResponse(body, 200 if ready else 503)

    @routes.get("/metrics")
    async def metrics() -> Response:
        """Prometheus metrics of this worker."""
        pulse, old = topics.beats.pulse, topics.beats.age_ms
        if old is not None:
            age.set(old / 1000)
        if pulse is not None:
            lag.set(pulse.health.lag)
            parts: Counter[str] = Counter()
            for part, count in pulse.aside.items():
                parts[bounded(part, PARTS)] += count
            for part, count in parts.items():
                aside.labels(part).set(count)
        text = await run_in_threadpool(generate_latest, registry)
        return Response(text, media_type=CONTENT_TYPE_LATEST)

    return routes


def outbox_router(connection: Callable[[], Redis], shard_count: int) -> APIRouter:
    """``GET /api/v1/outbox``."""
    routes = APIRouter(responses=PROBLEMS)

    @routes.get("/api/v1/outbox")
    async def outbox(limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> JSONResponse:
        """Counts, channels, the next deliveries waiting and the last given up, with reasons."""
        found = await run_in_threadpool(lambda: overview(connection(), shards(shard_count), limit))
        return JSONResponse(found)

    return routes
