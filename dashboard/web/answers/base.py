"""The address of this site, for links in files."""

from __future__ import annotations

from fastapi import Request

from dashboard.config.settings import Settings


def base_of(settings: Settings, request: Request) -> str:
    """``GRIDWALL_PUBLIC_URL``, else the address that the request came to.

    Without a "/" at its end.
    """
    return (settings.public_url or str(request.base_url)).rstrip("/")
