"""A rebuild against a real Redis: the same views, all at once, while other processes work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from threading import Event, Thread
from typing import Any

import pytest
import redis

from dashboard.config.rules.book import fingerprint
from dashboard.core.fold.views import VERSION
from dashboard.core.model.actions import Level
from dashboard.core.model.rules import HOUR, MINUTE, Limit, Rules
from dashboard.processes.roles import _follow_rules
from data_sources.audit import audit
from data_sources.errors import LeaseLost, OtherRules, RebuildRunning
from data_sources.fold.commit import Committer
from data_sources.fold.projector import Projector
from data_sources.fold.rebuild import _Quiet, needs_rebuild, rebuild
from data_sources.store.actions import ActionLog
from data_sources.store.connection import connect, server_ms
from data_sources.store.lease import Lease
from tests.support.stores.audited import fill
from tests.support.stores.engine import G0, RULES, dump, fold_all, life, settle

DAY = 24 * HOUR
#: what a life of a few minutes exceeds
STRICT: Rules = replace(
    RULES,
    limits=((0, {level: Limit(MINUTE, MINUTE, working=False) for level in Level}),),
)


def sent_out(r: redis.Redis) -> list[Any]:
    """All notices and links that were written for others, entry by entry."""
    return [r.xrange(G0.outbox), r.xrange(G0.links)]


def views(r: redis.Redis) -> dict[str, Any]:
    """All that folding has made and that does not depend on where batches were cut."""
    left_out = (G0.meta, G0.rejected, G0.recent, G0.outbox, G0.links)
    found = {key: value for key, value in dump(r).items() if key not in left_out}
    trimmed = {
        key: value.rstrip(b"\0") if isinstance(value, bytes) else value
        for key, value in found.items()
    }
    return {key: value for key, value in trimmed.items() if value}


def shadows(r: redis.Redis) -> list[bytes]:
    return list(r.scan_iter(f"{G0.shadow.prefix}*"))


def clean(r: redis.Redis, rules: Rules = RULES) -> bool:
    report = audit(r, [G0], rules)
    assert report.clean, report.lines()
    return True


def test_the_same_views_are_made_and_no_notice_is_repeated(redis_client: redis.Redis) -> None:
    fill(redis_client)
    before, sent, meta = views(redis_client), sent_out(redis_client), redis_client.hgetall(G0.meta)
    assert all(sent)
    seen: list[tuple[int, int]] = []
    made = rebuild(redis_client, G0, RULES, lambda done, total: seen.append((done, total)))
    assert made.actions == redis_client.xlen(G0.actions)
    assert seen[-1] == (made.actions, made.actions)
    assert made.rate > 0
    assert made.closed_changes == []
    assert views(redis_client) == before
    assert sent_out(redis_client) == sent
    assert shadows(redis_client) == []
    after = redis_client.hgetall(G0.meta)
    assert int(after[b"seq"]) == int(meta[b"seq"]) + 1
    assert after[b"epoch"] == b"1"
    assert after[b"rules"].decode() == fingerprint(RULES)
    for name in (b"position", b"read", b"high", b"fence:projector"):
        assert after[name] == meta[name]
    assert clean(redis_client)


def test_a_spoilt_store_is_right_again(redis_client: redis.Redis) -> None:
    fill(redis_client)
    before = views(redis_client)
    redis_client.delete(G0.events, G0.view("count"), G0.points, G0.rejected)
    redis_client.hset(G0.view("place:planet"), "earth|open", 1)
    redis_client.zadd(G0.queue, {"ghost": 1})
    redis_client.zadd(G0.ledger("nowhere"), {"ghost": 1})
    redis_client.hincrby(G0.meta, "read", 5)
    redis_client.hset(G0.delivery_outcomes("e1"), "x", "y")
    assert audit(redis_client, [G0], RULES).count > 20
    rebuild(redis_client, G0, RULES)
    assert views(redis_client) == before | {G0.delivery_outcomes("e1"): {b"x": b"y"}}
    assert clean(redis_client)


def test_an_empty_shard(redis_client: redis.Redis) -> None:
    assert rebuild(redis_client, G0, RULES).actions == 0
    ActionLog(redis_client).append(life("e1"))
    settle(redis_client)
    assert clean(redis_client)


def test_what_waits_is_left_to_the_projector(redis_client: redis.Redis) -> None:
    """It is folded later, with its notices and links."""
    fill(redis_client)
    ActionLog(redis_client).append(life("late1", level=Level.RED))
    outbox = redis_client.xlen(G0.outbox)
    made = rebuild(redis_client, G0, RULES)
    assert made.actions == redis_client.xlen(G0.actions) - 7
    fold_all(redis_client)
    assert redis_client.xlen(G0.outbox) > outbox
    assert clean(redis_client)


def test_who_needs_a_rebuild(redis_client: redis.Redis) -> None:
    ours, others = fingerprint(RULES), fingerprint(STRICT)
    assert not needs_rebuild(redis_client, G0, ours)
    assert needs_rebuild(redis_client, G0, others) is False  # nothing is folded yet
    ActionLog(redis_client).append(life("e1"))
    redis_client.hdel(G0.meta, "rules")
    fold_all(redis_client)
    assert needs_rebuild(redis_client, G0, ours)  # folded under rules that are not recorded
    rebuild(redis_client, G0, RULES)
    assert not needs_rebuild(redis_client, G0, ours)
    assert needs_rebuild(redis_client, G0, others)
    rebuild(redis_client, G0, STRICT)
    assert not needs_rebuild(redis_client, G0, others)
    assert clean(redis_client, STRICT)


def test_a_store_of_an_older_version_is_rebuilt(
    redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other views are kept now: the same rules have another fingerprint."""
    fill(redis_client)
    now = views(redis_client)
    with monkeypatch.context() as before:
        before.setattr("dashboard.config.rules.book.VERSION", VERSION - 1)
        former = fingerprint(RULES)
    redis_client.hset(G0.meta, "rules", former)
    kinds = ("levels:*", "levelday:*", "slot:*", "cells:1504*")
    new = [key for kind in kinds for key in redis_client.scan_iter(G0.view(kind))]
    new += [key for start in G0.places for key in redis_client.scan_iter(f"{start}*")]
    assert len(new) > 20
    redis_client.delete(*new, G0.alerts)
    # the projector's process looks at this before it folds
    _follow_rules(redis_client, G0, RULES, [G0], Event(), 1000)
    assert redis_client.hget(G0.meta, "rules") == fingerprint(RULES).encode()
    assert views(redis_client) == now
    assert clean(redis_client)


class Interrupted(Projector):
    """Does something between reading what is held and committing, once."""

    def __init__(self, r: redis.Redis, meanwhile: Callable[[], Any]) -> None:
        super().__init__(r, G0, RULES)
        self.meanwhile: Callable[[], Any] | None = meanwhile

    def _held(self, ids: list[str]) -> Any:
        held = super()._held(ids)
        if self.meanwhile is not None:
            meanwhile, self.meanwhile = self.meanwhile, None
            meanwhile()
        return held


def test_what_was_folded_over_the_old_views_is_folded_again(redis_client: redis.Redis) -> None:
    """The old ones were spoilt, so a commit made from them would spoil the new ones."""
    log = ActionLog(redis_client)
    log.append(life("e1")[:4])
    fold_all(redis_client)
    redis_client.hdel(G0.events, "e1")
    redis_client.hdel(G0.trails, "e1")
    log.append(life("e1")[4:])
    projector = Interrupted(redis_client, lambda: rebuild(redis_client, G0, RULES))
    assert projector.acquire()
    assert projector.fold_once() == 3
    assert redis_client.hget(G0.view("count"), "all|closed") == b"1"
    assert clean(redis_client)


def test_a_projector_of_other_rules_commits_nothing_more(redis_client: redis.Redis) -> None:
    log = ActionLog(redis_client)
    log.append(life("e1")[:4])
    fold_all(redis_client)
    log.append(life("e1")[4:])
    projector = Interrupted(redis_client, lambda: rebuild(redis_client, G0, STRICT))
    assert projector.acquire()
    with pytest.raises(OtherRules):
        projector.fold_once()
    assert clean(redis_client, STRICT)
    projector.release()
    with pytest.raises(OtherRules):
        Projector(redis_client, G0, RULES).acquire()


def test_a_commit_waits_while_the_views_are_about_to_be_replaced(redis_url: str) -> None:
    with connect(redis_url) as r, connect(redis_url) as other:
        ActionLog(r).append(life("e1"))
        r.hset(G0.meta, "hold", server_ms(r.time()) + 1000)
        thread = Thread(target=fold_all, args=(other,))
        thread.start()
        thread.join(0.2)
        assert thread.is_alive()
        assert not r.exists(G0.events)
        thread.join(5)
        assert not thread.is_alive()
        assert r.hlen(G0.events) == 1


class Killed(BaseException):
    """Imitates what ends a process."""


def test_an_interrupted_rebuild_leaves_no_trace(
    redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(redis_client)
    whole = dump(redis_client)
    for after in (1, 3, 9):
        left = iter(range(after))

        def commit(self: Any, *args: Any, left: Any = left, **how: Any) -> int:
            done = Committer.commit(self, *args, **how)
            if next(left, None) is None:
                raise Killed
            return done

        with monkeypatch.context() as patch:
            patch.setattr(_Quiet, "commit", commit)
            with pytest.raises(Killed):
                rebuild(redis_client, G0, RULES, batch=20)
        assert shadows(redis_client)
        live = {key: value for key, value in dump(redis_client).items() if ":new:" not in key}
        assert live == whole
        # the next process need not wait until the dead one's lease runs out
        redis_client.delete(G0.lease("rebuild"))
    redis_client.hset(G0.shadow.view("place:planet"), "earth|open", 1)
    rebuild(redis_client, G0, RULES, batch=20)
    assert shadows(redis_client) == []
    assert clean(redis_client)


def test_two_at_once_are_not_possible(redis_client: redis.Redis) -> None:
    fill(redis_client)
    lease = Lease(redis_client, G0, "rebuild", 60_000)
    assert lease.acquire()
    with pytest.raises(RebuildRunning):
        rebuild(redis_client, G0, RULES, patience_s=0.3)
    lease.release()
    rebuild(redis_client, G0, RULES, patience_s=0.3)


def test_one_that_overslept_can_do_no_harm(redis_client: redis.Redis) -> None:
    """Its lease ran out while it folded; another one began and ended."""
    fill(redis_client)

    def another(done: int, total: int) -> None:
        if done and not redis_client.hget(G0.meta, "epoch"):
            redis_client.delete(G0.lease("rebuild"))
            rebuild(redis_client, G0, RULES)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("data_sources.fold.rebuild._RENEW_S", -1)
        with pytest.raises(LeaseLost):
            rebuild(redis_client, G0, RULES, another, batch=20)
    assert redis_client.hget(G0.meta, "epoch") == b"1"
    assert clean(redis_client)
