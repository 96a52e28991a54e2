"""The sources file: what a good one gives, and that every mistake is named with its line."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from pydantic import SecretStr

from dashboard.config.reading import ConfigError
from dashboard.config.settings import Settings
from dashboard.config.sources import SourceBook, sources_for
from dashboard.core.model.vocabulary import Precision

CLOSING, HOTLINE = "the-closing-systems-own", "the-hotlines-own-token"
HASH = sha256(HOTLINE.encode()).hexdigest()
GOOD = f"""\
[[source]]
name = "closing"
token_env = "CLOSING_TOKEN"
precision = "min"
skew = "3s"
ahead = "1h"

[[source]]
name = "hotline"
token_sha256 = "{HASH}"
kind = "log"
earliest = "10y"
unknown_codes = "refuse"
"""


def book(tmp_path: Path, text: str, token: str | None = "the-default-token") -> SourceBook:
    file = tmp_path / "sources.toml"
    file.write_text(text)
    secret = SecretStr(token) if token else None
    settings = Settings(sources_file=file, intake_token=secret)
    return sources_for(settings, {"CLOSING_TOKEN": CLOSING, "SHORT": "short"})


def test_a_good_file(tmp_path: Path) -> None:
    found = book(tmp_path, GOOD)
    assert [one.name for one in found] == ["api", "closing", "hotline"]
    closing, hotline, api = (found.named(name) for name in ("closing", "hotline", "api"))
    assert closing is not None
    assert hotline is not None
    assert api is not None
    assert (closing.precision, closing.skew, closing.ahead) == (Precision.MIN, 3000, 3_600_000)
    assert (hotline.kind, hotline.unknown_codes) == ("log", "refuse")
    assert (api.precision, api.skew, api.kind, api.earliest_at(0)) == (None, 2000, "log", None)
    now = 1_700_000_000_000
    assert now - (hotline.earliest_at(now) or 0) == pytest.approx(10 * 365.25 * 86.4e6, rel=1e-3)


def test_each_token_is_of_its_source(tmp_path: Path) -> None:
    found = book(tmp_path, GOOD)
    for token, name in ((CLOSING, "closing"), (HOTLINE, "hotline"), ("the-default-token", "api")):
        source = found.of_token(token)
        assert source is not None
        assert source.name == name
    for token in ("", "-" * 64, HASH, CLOSING[:-1], CLOSING + "x"):
        assert found.of_token(token) is None


def test_without_tokens_nothing_is_taken(tmp_path: Path) -> None:
    assert not sources_for(Settings()).takes_any
    assert sources_for(Settings()).of_token("") is None
    assert book(tmp_path, GOOD, token=None).takes_any


def test_the_default_source_can_be_changed(tmp_path: Path) -> None:
    found = book(
        tmp_path, '[[source]]\nname = "api"\nprecision = "s"\nearliest = "2020-01-01T00:00:00Z"'
    )
    source = found.of_token("the-default-token")
    assert source is not None
    assert source.precision is Precision.S
    assert source.earliest_at(0) == 1_577_836_800_000


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('name = "closing"', 'name = "Closing"', 2, "expected lower-case letters"),
        ('name = "hotline"', 'name = "closing"', 9, "expected each source once"),
        ('"min"', '"minute"', 4, "expected one of auto, ms, s, min, day"),
        ('"3s"', '"3 weeks"', 5, "expected a duration"),
        ('"3s"', '"11min"', 5, "at most 10 min"),
        ('"CLOSING_TOKEN"', '"OTHER_TOKEN"', 3, "the environment variable is not set"),
        ('"CLOSING_TOKEN"', '"SHORT"', 3, "shorter than 16 characters"),
        ('"CLOSING_TOKEN"', f'"{CLOSING}"', 3, "expected the name of an environment variable"),
        (HASH, HOTLINE, 10, "expected 64 hexadecimal digits"),
        ('"log"', '"rows"', 11, "expected one of log, snapshot"),
        ('"log"', '"snapshot"', 11, "rows of a snapshot come as files"),
        ('"10y"', '"2020-01-01"', 12, "expected an ISO time with a zone"),
        ('"refuse"', '"no"', 13, "expected one of count, refuse"),
        ('kind = "log', 'kid = "log', 11, "unknown; did you mean"),
        (f'token_sha256 = "{HASH}"', 'token_env = "CLOSING_TOKEN"', 9, "token of another source"),
        ("[[source]]", "[source]", 1, ""),
    ],
)  # fmt: skip
def test_every_mistake_is_named(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    text = GOOD.replace(old, new) if line > 1 else '[source]\nname = "a"\n'
    with pytest.raises(ConfigError) as error:
        book(tmp_path, text)
    assert words in str(error.value)
    assert any(one.line == line for one in error.value.mistakes), error.value
    for secret in (CLOSING, HOTLINE):
        assert secret not in str(error.value)
