"""gunicorn's worker: uvicorn without its own belief in forwarded addresses (dashboard.web.security.peer)."""

from __future__ import annotations

from typing import Any

from uvicorn.workers import UvicornWorker


class Worker(UvicornWorker):
    """Serves the app."""

    CONFIG_KWARGS: dict[str, Any] = {  # noqa: RUF012  # as its base has it
        **UvicornWorker.CONFIG_KWARGS,
        "proxy_headers": False,
    }
