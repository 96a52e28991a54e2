"""Metrics have few sets of labels, whatever the store holds."""

from __future__ import annotations

import httpx
import redis
from prometheus_client.parser import text_string_to_metric_families

from dashboard.core.fold.became import OTHER
from data_sources.store.aside import field_of
from data_sources.store.keys import INTAKE, PERSONS
from tests.support.served import served
from tests.support.stores.engine import G0

ODD = 2000
#: every label of a metric whose values come from the store
OURS = {
    "gridwall_persons_masked": {"pattern"},
    "gridwall_intake_items": {"source", "result", "field"},
    "gridwall_outcomes": {"source", "result", "reason"},
    "gridwall_set_aside_items": {"part"},
    "gridwall_fallen_off": {"list"},
    "gridwall_store_cause": {"cause"},
    "gridwall_store_risk": {"risk"},
}


def test_odd_names_in_the_store_are_one_label(redis_url: str, redis_client: redis.Redis) -> None:
    odd = [f"odd{number}" for number in range(ODD)]
    redis_client.hset(INTAKE, mapping={f"{name}|{name}|{name}": 1 for name in odd})
    redis_client.hset(G0.outcome_counts, mapping={f"{name}|{name}|{name}": 1 for name in odd})
    redis_client.hset(PERSONS, mapping=dict.fromkeys(odd, 1))
    redis_client.hset(G0.meta, mapping={field_of(name): 1 for name in odd})
    with served(redis_url, rules_file=None) as url:
        text = httpx.get(f"{url}/metrics", timeout=20).text
    labels: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels.setdefault(family.name, set()).update(sample.labels)
            assert "odd" not in str(sample.labels)
        if family.name in ("gridwall_intake_items", "gridwall_outcomes"):
            (one,) = family.samples
            assert (set(one.labels.values()), one.value) == ({OTHER}, ODD)
        assert len(family.samples) <= 100
    # a label that is new stands here with what bounds it, or has no values from outside
    assert {name: found for name, found in labels.items() if found} == {
        name: found for name, found in OURS.items() if name in labels
    }
