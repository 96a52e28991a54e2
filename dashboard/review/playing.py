"""Puts together what the time machine plays for one city."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter

from dashboard.api import pastframes
from dashboard.cities import City
from dashboard.review.markwords import mark_words
from data_sources.past.asof import Past
from data_sources.past.daymarks import Marks
from data_sources.past.reel import Reel
from data_sources.past.seats import Seats
from data_sources.scopes import Scopes
from layouts.city import CityView


def frames(past: Past, view: CityView, city: City) -> APIRouter:
    """``/api/v1/past/frames``, ``marks`` and ``range``."""
    words = partial(mark_words, view, past.site.named)
    return pastframes.router(past, Reel(past, Scopes(city).ground), Marks(past), words, Seats())
