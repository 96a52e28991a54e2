"""Refused actions and unreadable rows have a most; what falls off is counted and shown."""

from __future__ import annotations

import httpx
import redis

from dashboard.config.rules.book import rules_for
from dashboard.config.settings import Settings
from dashboard.core.model.actions import Action, Kind
from data_sources.audit.inspection import audit
from data_sources.fold.projector import Projector
from data_sources.fold.rebuild import rebuild
from data_sources.store.actions import ActionLog
from data_sources.store.kept import cut
from data_sources.store.keys import DEAD_LETTERS
from data_sources.store.refusals import Refusals
from tests.support.served import served
from tests.support.stores.engine import G0, T0, life

RULES = rules_for(Settings(city="chifeng", rules_file=None))
MOST = 200


def refused(number: int) -> list[Action]:
    """So many closings of an event that is not handled."""
    return [
        Action(action_id=f"c{n}", event_id=f"e{n % 20}", kind=Kind.CLOSE, ts=T0 + 600_000 + n)
        for n in range(number)
    ]


def fold(r: redis.Redis) -> None:
    projector = Projector(r, G0, RULES, 100, refused_kept=MOST)
    assert projector.acquire()
    while projector.fold_once():
        pass
    projector.release()


def test_what_falls_off_is_counted_and_shown(redis_url: str, redis_client: redis.Redis) -> None:
    r = redis_client
    assert cut(r, G0.rejected) == (0, 0)
    log = ActionLog(r, letters_kept=MOST)
    for number in range(20):
        log.append(life(f"e{number}", close=False))
    log.append(refused(1000))
    fold(r)
    for line in range(1000):
        log.dead_letter({"file": "a.csv", "line": line, "field": "x", "value": "", "reason": "?"})
    left = r.xlen(G0.rejected)
    assert MOST <= left < MOST + 100  # whole pieces of the stream are cut
    assert cut(r, G0.rejected).number == 1000 - left
    letters = r.xlen(DEAD_LETTERS)
    assert MOST <= letters < MOST + 100
    assert Refusals(r, 1).fallen() == (1000 - left, 1000 - letters)
    # those that fell off are not missed
    assert audit(r, [G0], RULES).count == 0
    with served(redis_url, rules_file=None) as url:
        lines = httpx.get(f"{url}/metrics", timeout=20).text.splitlines()
    assert f'gridwall_fallen_off_total{{list="rejected"}} {1000.0 - left}' in lines
    assert f'gridwall_fallen_off_total{{list="dead_letters"}} {1000.0 - letters}' in lines
    # the same after a rebuild, which lists them again
    rebuild(r, G0, RULES, refused_kept=MOST)
    assert r.xlen(G0.rejected) < MOST + 100
    assert audit(r, [G0], RULES).count == 0


def test_a_refusal_that_is_missing_among_those_kept_is_found(redis_client: redis.Redis) -> None:
    r = redis_client
    log = ActionLog(r)
    for number in range(20):
        log.append(life(f"e{number}", close=False))
    log.append(refused(600))
    fold(r)
    assert cut(r, G0.rejected).number > 0
    log.append([Action(action_id="last", event_id="e1", kind=Kind.CLOSE, ts=T0 + 700_000)])
    fold(r)
    r.xdel(G0.rejected, r.xrevrange(G0.rejected, count=1)[0][0])
    assert audit(r, [G0], RULES).count == 1
