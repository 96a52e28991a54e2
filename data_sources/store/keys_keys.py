"""Every Redis key, built here (a shard's in `data_sources.store.keys`) and nowhere else."""

from __future__ import annotations

from data_sources.store.keys import ShadowKeys as ShadowKeys
from data_sources.store.keys import ShardKeys as ShardKeys
from data_sources.store.keys import shard_of as shard_of
from data_sources.store.keys import shards as shards

#: hash: the domain clock a feed publishes (mode, virtual, wall, speed, ended)
FEED = "gridwall:feed"
#: string: the id of the city whose events this store holds
CITY = "gridwall:city"
#: stream: what a feed could not read (file, line, field, value, reason)
DEAD_LETTERS = "gridwall:dead-letters"
#: hash: id → open surge warning (JSON)
WARNINGS = "gridwall:warnings"
#: stream: what was raised and what ended (what, at, reason, by, warning)
WARNINGS_LOG = "gridwall:warnings:log"

#: stream: sums of closed months that a rebuild has changed (by, subject, month, from, to, reason)
CORRECTIONS = "gridwall:corrections"
#: hash: what the last audit found (checked_at in ms, position, actions, events, differences, …)
AUDIT = "gridwall:audit"

#: hash: name → a paired screen (JSON); all keys of devices live in one slot
DEVICES = "gridwall:{devices}"
#: string: how often the devices were changed
DEVICES_CHANGED = f"{DEVICES}:changed"
#: hash: name → when the device was seen last, ms
DEVICES_SEEN = f"{DEVICES}:seen"
#: sorted set: pairing codes that are waiting, by the time they expire, ms
DEVICES_WAITING = f"{DEVICES}:waiting"
#: stream: codes shown, confirmations, revocations (what, name, by, …)
DEVICES_LOG = f"{DEVICES}:log"

#: hash: device ("" for every wall) → what it is pointed at (JSON)
STEER = "gridwall:{steer}"
#: stream: what was asked for and what was ended (what, by, how, order); never cut
STEER_LOG = "gridwall:{steer}:log"

#: hash: name in small letters → account (JSON)
PEOPLE = "gridwall:{people}"
#: string: how often the accounts were changed
PEOPLE_CHANGED = f"{PEOPLE}:changed"
#: hash: name in small letters → when they signed in last, ms
PEOPLE_SEEN = f"{PEOPLE}:seen"
#: stream: who did what (who, how, area, what, object, detail, address)
PEOPLE_LOG = "gridwall:people:log"

#: hash: name → a view of the queue that all may use (JSON)
VIEWS_SHARED = "gridwall:{views}:shared"

#: all keys of briefs live in one slot; hash: what was made by schedule ("month|2018-01" → id), and
#: since when there is one ("since", ms of the domain)
BRIEFS_DUE = "gridwall:{briefs}:due"
#: sorted set: ids of briefs by when they were asked for, ms
BRIEFS_ORDER = "gridwall:{briefs}:order"
#: sorted set: ids of those that are being made or wait to be, the same
BRIEFS_QUEUE = "gridwall:{briefs}:queue"
#: hash: "area|2018-01" → the id of the one that is being made or waits to be
BRIEFS_ACTIVE = "gridwall:{briefs}:active"

#: hash: shard → how far its links have been carried
LINKED = "gridwall:linked"


def again(kind: str, grid: str, category: str) -> str:
    """Sorted set of the recurrence index: a grid's ``reports`` or ``closings`` of a category."""
    return f"gridwall:again:{kind}:{grid}|{category}"


def views_of(person: str) -> str:
    """Hash: name → a view of the queue that somebody saved for themselves (JSON)."""
    return f"gridwall:{{views}}:of:{person}"


def brief(brief_id: str) -> str:
    """Hash: a brief: what of, its state, and once it is made its body (JSON, deflated)."""
    return f"gridwall:{{briefs}}:one:{brief_id}"


def pairing_code(code: str) -> str:
    """String: the token's hash of the screen that shows a pairing code; expires."""
    return f"{DEVICES}:code:{code}"


def pairing_of(token: str) -> str:
    """String: the code that the screen with this token's hash shows; expires."""
    return f"{DEVICES}:of:{token}"


def session(token: str) -> str:
    """String: the session (JSON) of the token with this SHA-256; expires."""
    return f"{PEOPLE}:session:{token}"


def attempts(kind: str, of: str) -> str:
    """String: failed attempts to sign in of a ``name`` or an ``address``; expires."""
    return f"{PEOPLE}:failed:{kind}:{of}"


def sign_in_started(state: str) -> str:
    """String: what must come back from the identity provider, by the state's SHA-256; expires."""
    return f"{PEOPLE}:started:{state}"


def steer_seen(name: str) -> str:
    """String: the order that was made of a wish of this name; expires."""
    return f"gridwall:{{steer}}:id:{name}"
