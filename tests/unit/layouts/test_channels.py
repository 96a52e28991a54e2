"""The page of the channels: each state in words, what failed with its reason."""

from __future__ import annotations

import json

import pytest

from dashboard.config.words import catalogue
from dashboard.core.questions.ask import Known, parse
from layouts.pages.channels import ChannelRow, ChannelsData, Tried, channels_body
from tests.unit.layouts.test_wall import CITY

NONE = Known(areas=frozenset(), departments=frozenset(), categories=frozenset())


def shown(*rows: ChannelRow, unread: int = 0, wrong: str = "", **query: str) -> str:
    data = ChannelsData(rows=rows, unread=unread, wrong=wrong, demo=0)
    ask = parse({"lang": "en", **query}, NONE)
    body = channels_body(data, ask, CITY, catalogue("en"))
    return json.dumps(body.to_plotly_json(), default=lambda part: part.to_plotly_json())


def tried(outcome: str, at: int, **more: str) -> Tried:
    return Tried(**{"outcome": outcome, "at": at, "reason": "", "words": "", "by": "x", **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (ChannelRow(name="a", kind="wecom"), "Set up, not used yet"),
        (ChannelRow(name="a", kind="wecom", last_ok=5), "Works"),
        (ChannelRow(name="a", kind="wecom", last_ok=5, last_error=6), "Failing"),
        (ChannelRow(name="a", kind="wecom", last_error=6, tried=tried("sent", 7)), "Works"),
        (ChannelRow(name="a", kind="wecom", last_ok=6, tried=tried("refused", 7)), "Failing"),
        (ChannelRow(name="a", last_ok=5), "No longer set up"),
    ],
)
def test_the_state_follows_what_came_last(row: ChannelRow, words: str) -> None:
    assert f'"{words}"' in shown(row)


def test_a_test_that_failed_has_the_receivers_words_on_top() -> None:
    row = ChannelRow(
        name="a", kind="wecom", tried=tried("refused", 7, reason="HTTP 403", words="no")
    )
    text = shown(row, name="a", done="refused")
    assert "a refused the test. HTTP 403 The receiver: no" in text
    assert "Send a test" in text


def test_wrong_settings_and_unread_notices_are_on_the_page() -> None:
    text = shown(unread=12, wrong="notify[1].url: expected https")
    assert "notify[1].url: expected https" in text
    assert "Notices that no courier has read: 12" in text
