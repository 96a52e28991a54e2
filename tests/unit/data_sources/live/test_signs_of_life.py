"""What a pulse shows of each part's last sign of life."""

from __future__ import annotations

from data_sources.live.pulse import PARTS, Parts, parts_of
from data_sources.store.domain_clock import Feed

NOW = 1_000_000


def parts(*shards: dict[str, int], feed: Feed | None = None) -> Parts:
    """``shards``: part → ms since its last sign of life."""
    metas = [
        {f"alive:{part}".encode(): str(NOW - ago).encode() for part, ago in shard.items()}
        for shard in shards
    ]
    return parts_of(metas, feed or Feed(), NOW)


def test_the_shard_silent_longest_counts() -> None:
    assert parts({"clock": 200}, {"clock": 9000})["clock"] == 9000


def test_a_shard_whose_part_never_ran_is_not_hidden_by_the_others() -> None:
    assert parts({"projector": 0}, {})["projector"] is None


def test_one_watcher_and_one_auditor_serve_all_shards() -> None:
    found = parts({"watcher": 10, "auditor": 20}, {})
    assert (found["watcher"], found["auditor"]) == (10, 20)


def test_the_feed_counts_only_while_one_tells_the_time() -> None:
    assert parts({}) == dict.fromkeys(PARTS)
    assert parts({}, feed=Feed(mode="simulated", wall=NOW - 700))["feed"] == 700
    assert "feed" not in parts({}, feed=Feed(mode="replay", wall=NOW - 700, ended=True))


def test_a_stamp_of_the_future_is_just_now() -> None:
    assert parts({"watcher": -5})["watcher"] == 0
