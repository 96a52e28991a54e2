"""A notice sent, withdrawn, sent again: each once."""

from __future__ import annotations

from dashboard.core.model.notices import Notice
from data_sources.courier.deliveries import Delivery, Repeats


def alarm() -> Delivery:
    notice = Notice(id="e1:alarm", event_id="e1", at=5, what="alarm", to="county")
    return Delivery(seq=(1, 0), notice=notice, channel="duty", source="live", since=1)


def taken_back() -> Delivery:
    notice = Notice(
        id="e1:alarm:withdrawn", event_id="e1", at=6, what="withdrawn", to="county", ref="e1:alarm"
    )
    return Delivery(seq=(2, 0), notice=notice, channel="duty", source="live", since=1)


def sent(*deliveries: Delivery, before: set[str] | None = None) -> list[tuple[str, str]]:
    """(id, ref) of what is news."""
    repeats = Repeats({"e1": set(before or ())})
    news = [repeats.new(one) for one in deliveries]
    return [(one.notice.id, one.notice.ref) for one in news if one is not None]


def test_a_repeat_is_no_news() -> None:
    assert sent(alarm(), alarm()) == [("e1:alarm", "")]
    assert sent(alarm(), before={"duty|e1:alarm"}) == []
    assert sent(alarm(), before={"other|e1:alarm"}) == [("e1:alarm", "")]


def test_what_is_true_again_is_sent_again() -> None:
    assert sent(alarm(), taken_back(), alarm(), alarm(), taken_back(), taken_back(), alarm()) == [
        ("e1:alarm", ""),
        ("e1:alarm:withdrawn", "e1:alarm"),
        ("e1:alarm~2", ""),
        ("e1:alarm:withdrawn~2", "e1:alarm~2"),
        ("e1:alarm~3", ""),
    ]


def test_it_is_remembered_over_a_restart() -> None:
    before = {"duty|e1:alarm", "duty|e1:alarm:withdrawn"}
    assert sent(alarm(), before=before) == [("e1:alarm~2", "")]
    assert sent(taken_back(), before=before) == []
