"""Short ways to write a rules file and to read what becomes of it."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from dashboard.config.reading import ConfigError
from dashboard.config.rules import book
from dashboard.config.settings import Settings
from dashboard.core.model.rules import Rules
from dashboard.errors import GridwallError

DEFAULTS = book.rules_of("chifeng", None)


def given(text: str, city: str = "chifeng") -> Settings:
    """The settings of a working directory with this rules file."""
    Path("gridwall.yaml").write_text(text, encoding="utf-8")
    # every call is a start of its own; the process reads a file once
    book.rules_of.cache_clear()
    book._top.cache_clear()
    return Settings(city=city)


def rules(text: str, city: str = "chifeng") -> Rules:
    return book.rules_for(given(text, city))


def refused(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        rules(text)
    assert isinstance(caught.value, GridwallError)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def same(one: Rules, other: Rules) -> bool:
    """Equal in every field; calendars by what the fingerprint knows of them."""
    plain = [f.name for f in fields(Rules) if f.name not in ("local", "work", "always")]
    return book.fingerprint(one) == book.fingerprint(other) and all(
        getattr(one, name) == getattr(other, name) for name in plain
    )
