"""Puts together what the time machine plays for one city."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter

from dashboard.config.cities import City
from dashboard.web.api import time_machine
from dashboard.web.api.markwords import mark_words
from data_sources.live.scopes import Scopes
from data_sources.past.asof import Past
from data_sources.past.day_marks import Marks
from data_sources.past.reel import Reel
from data_sources.past.seats import Seats
from layouts.look.city import CityView


def frames(past: Past, view: CityView, city: City) -> APIRouter:
    """``/api/v1/past/frames``, ``marks`` and ``range``."""
    words = partial(mark_words, view, past.site.named)
    return time_machine.router(past, Reel(past, Scopes(city).ground), Marks(past), words, Seats())
