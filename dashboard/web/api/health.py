"""Liveness, readiness and metrics."""

from __future__ import annotations

import redis
from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from data_sources.live.topics import Topics

#: a projector further behind than this does not count as ready
_READY_AGE_MS = 15_000


def health_router(topics: Topics) -> APIRouter:
    """``/healthz``, ``/readyz`` and ``/metrics``."""
    routes = APIRouter()
    registry = CollectorRegistry()
    clients = Gauge("gridwall_stream_clients", "Open streams of this worker", registry=registry)
    lag = Gauge("gridwall_lag_actions", "Actions waiting to be folded", registry=registry)
    age = Gauge("gridwall_data_age_seconds", "Age of what the wall shows", registry=registry)
    clients.set_function(lambda: len(topics))

    @routes.get("/healthz")
    async def healthz() -> dict[str, str]:
        """The web process answers."""
        return {"status": "ok"}

    @routes.get("/readyz")
    async def readyz() -> JSONResponse:
        """Redis answers, a projector and a clock work, and the views are fresh."""
        try:
            pulse = await topics.beats.read_pulse()
        except redis.RedisError as error:
            return JSONResponse({"ready": False, "stop": "redis", "reason": str(error)}, 503)
        ready = pulse.health.state != "engine-stopped" and pulse.age_ms < _READY_AGE_MS
        body = {
            "ready": ready,
            "stop": pulse.health.stop,
            "lag": pulse.health.lag,
            "age_ms": pulse.age_ms,
        }
        return JSONResponse(body, 200 if ready else 503)

    @routes.get("/metrics")
    async def metrics() -> Response:
        """Prometheus metrics of this worker."""
        pulse = topics.beats.pulse
        if pulse is not None:
            lag.set(pulse.health.lag)
            age.set(pulse.age_ms / 1000)
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return routes
