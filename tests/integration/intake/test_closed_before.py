"""Cases closed before they were made: counted as reported and closed, in no time and no score."""

import json
from pathlib import Path
from threading import Event

import pytest
import redis

from dashboard.config.rules.book import rules_for
from dashboard.config.settings import load
from dashboard.core.briefs.compose import compose
from dashboard.core.fold import view_names
from data_sources.briefs.gather import gather
from data_sources.desk.desk import Desk
from data_sources.fold.projector import Projector
from data_sources.intake import replay
from data_sources.records.scores import Scores
from data_sources.store import keys
from data_sources.store.connection import connect
from tests.integration.desk.test_near import loaded
from tests.support.processes import wait_until

_HEADER = (
    "SRNumber,CreatedDate,UpdatedDate,Owner,RequestType,Status,RequestSource,ServiceDate,"
    "ClosedDate,Latitude,Longitude,APC,NC"
)
_ROW = (
    "1-91000000{n},01/02/2018 10:00:00 AM,01/02/2018 11:00:00 AM,{owner},Bulky Items,Closed,"
    "Mobile App,01/09/2018 12:00:00 AM,{closed},34.06764,-118.29402,Central APC,55"
)


@pytest.fixture
def counted(
    redis_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> dict[str, object]:
    """The summary of the replay: five such cases of BOS, six sound ones of LADWP; all folded."""
    lines = [_ROW.format(n=n, owner="BOS", closed="12/28/2017 09:00:00 AM") for n in range(5)]
    lines += [_ROW.format(n=n, owner="LADWP", closed="01/03/2018 09:00:00 AM") for n in range(5, 9)]
    file = tmp_path / "la.csv"
    file.write_text("\n".join([_HEADER, *lines]))
    monkeypatch.setattr(replay, "stop_on_signals", Event)
    settings = load(city="la")
    replay.run(settings, redis_url, file, "la311", "max", None, True)
    projector = Projector(connect(redis_url), keys.ShardKeys(0), rules_for(settings))
    assert projector.acquire()
    while projector.fold_once():
        continue
    out = [line for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    return dict(json.loads(out[-1]))


def test_they_are_reported_and_closed_and_in_no_score(
    counted: dict[str, object], redis_url: str, redis_client: redis.Redis
) -> None:
    assert (counted["accepted"], counted["dead_letters"]) == (9, 0)
    assert counted["notes"] == {"ended before created: counted, in no time and no score": 5}
    shard = keys.ShardKeys(0)
    counts = redis_client.hgetall(shard.view(view_names.COUNT))
    assert counts[b"department|BOS|reported"] == b"5"
    assert counts[b"department|BOS|closed"] == b"5"
    sums = redis_client.hgetall(shard.view(view_names.score("d", 201801)))
    assert {k: v for k, v in sums.items() if k.startswith(b"BOS|")} == {b"BOS|unmeasured": b"5"}

    scores = Scores(redis_client, 1, rules_for(load(city="la")))
    by = {score.subject: score for score in scores.answer("department", "month", "2018-01").scores}
    bos, ladwp = by["BOS"], by["LADWP"]
    assert (bos.total, bos.rank, bos.n, bos.unmeasured) == (None, None, 0, 5)
    assert (ladwp.handling, ladwp.n, ladwp.unmeasured) == (100.0, 4, 0)
    behind = scores.explain("department", "BOS", "2018-01")
    assert behind.agrees
    assert behind.unmeasured == {f"la-1-91000000{n}": 1 for n in range(5)}


def test_a_brief_shows_how_many_next_to_its_times(
    counted: dict[str, object], redis_url: str, redis_client: redis.Redis
) -> None:
    rules = rules_for(load(city="la"))
    desk = Desk(redis_client, [keys.ShardKeys(0)], rules)
    wait_until(lambda: loaded(desk), 60)
    scores = Scores(redis_client, 1, rules)
    zone = rules.local.zone.key
    found = gather(
        desk, scores, id_="x", period="month", at="2018-01", area="", zone=zone, source="live"
    )
    desk.close()
    assert found.what.total.now.unmeasured == 5
    scored = {one.code: one.unmeasured for one in found.what.scores}
    assert scored == {"BOS": 5, "LADWP": 0}
    made = compose(found.head, found.what)
    assert "unmeasured" in [one.rule for one in made.sentences]
    (indicators,) = (one for one in made.tables if one.id == "indicators")
    assert ("unmeasured", "count", 5) in [row[:3] for row in indicators.rows]
