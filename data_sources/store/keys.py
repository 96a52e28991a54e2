"""Every Redis key, built here and nowhere else: those of a shard of events, then the store's own.

A shard's keys carry the hash tag ``{gN}``, so that on a cluster they are in one slot and one
commit stays atomic. The names of its views (``count``, ``score:d:202401`` …) are the core's, see
`dashboard.core.fold.views`; `ShardKeys.view` makes keys of them.
"""

from __future__ import annotations

from binascii import crc_hqx
from dataclasses import dataclass
from functools import cached_property

from dashboard.core.fold import view_names


def shard_of(event_id: str, shards: int) -> int:
    """The shard an event belongs to, 0 … shards-1."""
    return crc_hqx(event_id.encode(), 0) % shards


@dataclass(frozen=True)
class ShardKeys:
    """The keys of one shard."""

    number: int

    @property
    def name(self) -> str:
        return f"g{self.number}"

    @cached_property
    def _tag(self) -> str:
        return self._slot

    @property
    def _slot(self) -> str:
        return f"{{{self.name}}}"

    @property
    def actions(self) -> str:
        """Stream: every action, in order of arrival."""
        return f"{self._tag}:actions"

    @property
    def rejected(self) -> str:
        """Stream: actions the lifecycle does not allow, with the reason."""
        return f"{self._tag}:rejected"

    @property
    def aside(self) -> str:
        """Stream: items that a part could not work on (part, item, reason, at); newest 10,000."""
        return f"{self._tag}:aside"

    @property
    def meta(self) -> str:
        """Hash: position (last stream id folded), seq (commits), read (entries folded), fresh
        (ms; all that was appended before is folded), high (latest time of an action, ms), rules
        (the fingerprint of the rules folded under), fence:ROLE (fencing tokens), alive:ROLE (when
        its holder was last at work, ms), aside:PART (how many items it has set aside), epoch (how
        often all views were replaced), archives (changes of the archive's listing), hold (ms; no
        commit before, a rebuild is about to replace the views), corrections (of the last rebuild,
        until they are in their stream)."""
        return f"{self._tag}:meta"

    def lease(self, role: str) -> str:
        """String: who plays ``role`` (projector, clock) for this shard; expires."""
        return f"{self._tag}:lease:{role}"

    @property
    def events(self) -> str:
        """Hash: event id → state."""
        return f"{self._tag}:events"

    @property
    def trails(self) -> str:
        """Hash: event id → the marks of all actions received for it."""
        return f"{self._tag}:trails"

    @property
    def outcomes(self) -> str:
        """Stream: what became of the actions, an entry (field ``b``, JSON) a commit; bounded.
        Not under the shard's prefix: it is no view, a rebuild leaves it as it is."""
        return f"gridwall:outcomes:{self._slot}"

    @property
    def outcome_counts(self) -> str:
        """Hash: source|result|code of the reason → how many; like the stream no view."""
        return f"gridwall:outcomes:counts:{self._slot}"

    @property
    def parked(self) -> str:
        """Sorted set: events whose report has not arrived, by when their first action did, ms."""
        return f"{self._tag}:parked"

    @property
    def outbox(self) -> str:
        """Stream: notices to be delivered (field ``n``)."""
        return f"{self._tag}:outbox"

    @property
    def links(self) -> str:
        """Stream: actions for other events (``a``), facts of recurrence (``f``)."""
        return f"{self._tag}:links"

    @property
    def changed(self) -> str:
        """Stream: newest changed events (``ids``, a line each); "" where no copy follows it."""
        return f"{self._tag}:changed"

    @property
    def archived(self) -> str:
        """Hash: a unit of the archive → its listing entry (JSON); ``!month/event`` of an event
        that came back → its rows in units up to this number do not count."""
        return f"{self._tag}:archived"

    def ledger(self, grid: str) -> str:
        """Sorted set: a grid's events by the time of their report, ms."""
        return self.ranked(view_names.ledger(grid))

    @property
    def queue(self) -> str:
        """Sorted set: events on the escalation ladder."""
        return f"{self._tag}:queue"

    @property
    def deadlines(self) -> str:
        """Sorted set: event id → time of its next escalation step, ms."""
        return f"{self._tag}:deadlines"

    @property
    def points(self) -> str:
        """Sorted set: open, located events; worst level, then newest, last."""
        return f"{self._tag}:points"

    @property
    def alerts(self) -> str:
        """Sorted set: open red and orange events not acknowledged yet; red and new, last."""
        return f"{self._tag}:alerts"

    def ranked(self, name: str) -> str:
        """Sorted set by its name in the core, such as ``deadlines`` or ``ledger:GRID``;
        ``queue:CODE``, ``points:CODE`` and ``alerts:CODE`` are those of one place."""
        return f"{self._tag}:{name}"

    @property
    def places(self) -> tuple[str, ...]:
        """Prefixes of the keys of the sorted sets of places."""
        return tuple(self.ranked(view_names.place_ranked(name, "")) for name in view_names.RANKED)

    @property
    def recent(self) -> str:
        """List: the last actions folded, newest first."""
        return f"{self._tag}:recent"

    def view(self, name: str) -> str:
        """Hash of counters (``count``, ``place:grid``, ``cells:11`` …), or dense minutes."""
        return f"{self._tag}:view:{name}"

    @property
    def courier(self) -> str:
        """Hash: position in the outbox; waiting:CHANNEL, delivered:CHANNEL, given_up:CHANNEL,
        retries:CHANNEL, last_ok:CHANNEL (ms), error:CHANNEL; no_channel, unreadable."""
        return f"{self._tag}:courier"

    @property
    def waiting(self) -> str:
        """Hash: CHANNEL|notice id → a delivery that is not done."""
        return f"{self._tag}:waiting"

    @property
    def given_up(self) -> str:
        """Stream: deliveries given up (notice ``n``, channel, reason, attempts, at)."""
        return f"{self._tag}:given-up"

    def delivery_outcomes(self, event_id: str) -> str:
        """Hash: CHANNEL|notice id → the outcome of its delivery; expires."""
        return f"{self._tag}:told:{event_id}"

    @property
    def past(self) -> str:
        """Hash: position and read (how far the actions are indexed by time, as id and as a
        number), stamp (what the checkpoints were made under)."""
        return f"{self._tag}:past"

    @property
    def runs(self) -> str:
        """Sorted set: pieces of the action stream by the latest time in them, ms."""
        return f"{self._tag}:past:runs"

    @property
    def late(self) -> str:
        """Stream of late actions: their event time (``t``, ms) precedes the checkpoint that was
        newest when they arrived. Same ids as in `actions`."""
        return f"{self._tag}:past:late"

    @property
    def checkpoints(self) -> str:
        """Hash: time of a checkpoint, ms → its size and the position it was made at."""
        return f"{self._tag}:checkpoints"

    def checkpoint(self, at: int) -> str:
        """String: the shard as it was at ``at``, ms."""
        return f"{self._tag}:checkpoint:{at}"

    @property
    def prefix(self) -> str:
        """Prefix of all keys of the shard; no character of it means anything in a pattern."""
        return f"{self._tag}:"

    def is_derived(self, key: str) -> bool:
        """Whether the key is written by folding, so that a rebuild can write it again."""
        single = (self.events, self.trails, self.rejected, self.queue, self.deadlines, self.points)
        many = (self.view(""), self.ledger(""), *self.places)
        more = (self.alerts, self.recent, self.archived, self.parked)
        return key in (*single, *more) or key.startswith(many)

    @property
    def shadow(self) -> ShadowKeys:
        """The keys under which a rebuild folds the same actions, in the same slot."""
        return ShadowKeys(self.number)


@dataclass(frozen=True)
class ShadowKeys(ShardKeys):
    """The keys of views being rebuilt alongside the live ones; the actions are the same."""

    @cached_property
    def _tag(self) -> str:
        return f"{{{self.name}}}:new"

    @property
    def actions(self) -> str:
        return f"{{{self.name}}}:actions"

    @property
    def changed(self) -> str:
        return ""


def shards(count: int) -> list[ShardKeys]:
    """The keys of every shard."""
    return [ShardKeys(number) for number in range(count)]


#: hash: the domain clock a feed publishes (mode, virtual, wall, speed, ended)
FEED = "gridwall:feed"
#: string: the id of the city whose events this store holds
CITY = "gridwall:city"
#: hash: pattern → how often the guard for personal text found it; and the key that it hashes
#: numbers in ids with, made once
PERSONS, PERSONS_KEY = "gridwall:persons", "gridwall:persons:key"
#: stream: rows that a feed could not read (file, line, field, value, reason)
DEAD_LETTERS = "gridwall:dead-letters"
#: hash: source|result|field → how many items the intake answered so (field: of an invalid one)
INTAKE = "gridwall:intake"
#: hash: a refused or unreadable item (shard:entry) → what an operator did about it (JSON)
SETTLED = "gridwall:intake:settled"
#: hash: SOURCE|KIND|CODE of codes that the city does not know → how often each came
UNKNOWN_CODES = "gridwall:unknown-codes"
#: hash: id → open surge warning (JSON)
WARNINGS = "gridwall:warnings"
#: stream: surge warnings raised and ended (what, at, reason, by, warning)
WARNINGS_LOG = "gridwall:warnings:log"

#: stream: sums of closed months that a rebuild has changed (by, subject, month, from, to, reason)
CORRECTIONS = "gridwall:corrections"
#: hash: findings of the last audit (checked_at in ms, position, actions, events, differences, …)
AUDIT = "gridwall:audit"
#: Hash: shard → what it has lost (JSON), until an operator accepts it.
LOST = "gridwall:lost"
#: Stream: losses that were accepted (at, shard, loss, reason).
LOST_LOG = "gridwall:lost:log"
#: String, short-lived: web workers write it to learn whether writes work.
PROBE = "gridwall:probe"
#: hash: a channel's name → its last test message (JSON)
CHANNEL_TRIALS = "gridwall:channel-trials"

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

#: hash: device ("" for every wall) → the order it follows (JSON)
STEER = "gridwall:{steer}"
#: stream: orders given and ended (what, by, how, order); never trimmed
STEER_LOG = "gridwall:{steer}:log"

#: hash: name in small letters → account (JSON)
PEOPLE = "gridwall:{people}"
#: string: how often the accounts were changed
PEOPLE_CHANGED = f"{PEOPLE}:changed"
#: hash: name in small letters → when they signed in last, ms
PEOPLE_SEEN = f"{PEOPLE}:seen"
#: stream: the record of what people did (who, how, area, what, object, detail, address)
PEOPLE_LOG = "gridwall:people:log"

#: hash: name → a saved view of the queue that all users see (JSON)
VIEWS_SHARED = "gridwall:{views}:shared"

#: all keys of briefs are in one slot; hash: briefs made by schedule ("month|2018-01" → id), and
#: since when there is a schedule ("since", domain ms)
BRIEFS_DUE = "gridwall:{briefs}:due"
#: sorted set: ids of briefs by when they were asked for, ms
BRIEFS_ORDER = "gridwall:{briefs}:order"
#: sorted set: ids of the waiting and running ones by when they were asked for, ms
BRIEFS_QUEUE = "gridwall:{briefs}:queue"
#: hash: "area|2018-01" → the id of the brief that is waiting or running
BRIEFS_ACTIVE = "gridwall:{briefs}:active"

#: hash: shard → the position up to which its links have been carried
LINKED = "gridwall:linked"
#: hash: a report → the closings that it made recurrences of, one a line
RECURRED = "gridwall:again:made"


def recurrence_index(kind: str, grid: str, category: str) -> str:
    """Sorted set: a grid's ``reports``, ``closings`` or ``recurred`` of a category."""
    return f"gridwall:again:{kind}:{grid}|{category}"


def saved_views(person: str) -> str:
    """Hash: name → a view of the queue that a user saved for themselves (JSON)."""
    return f"gridwall:{{views}}:of:{person}"


def brief(brief_id: str) -> str:
    """Hash: a brief's subject and state, and its body (JSON, deflated) once made."""
    return f"gridwall:{{briefs}}:one:{brief_id}"


def pairing_code(code: str) -> str:
    """String: the token's hash of the screen that shows a pairing code; expires."""
    return f"{DEVICES}:code:{code}"


def pairing_of(token: str) -> str:
    """String: the code that the screen with this token's hash shows; expires."""
    return f"{DEVICES}:of:{token}"


def pairing_from(address: str) -> str:
    """Sorted set: the codes that wait from an address, by the time they expire, ms; expires."""
    return f"{DEVICES}:from:{address}"


def session(token: str) -> str:
    """String: the session (JSON) of the token with this SHA-256; expires."""
    return f"{PEOPLE}:session:{token}"


def attempts(kind: str, of: str) -> str:
    """String: failed attempts to sign in of a ``name``, an ``address`` or a ``pair`` of both,
    by their SHA-256; expires."""
    return f"{PEOPLE}:failed:{kind}:{of}"


def familiar(name: str) -> str:
    """Sorted set: SHA-256 of the addresses where the account of the name with this SHA-256 signed
    in, by when they did last (s); expires."""
    return f"{PEOPLE}:familiar:{name}"


def sign_in_started(state: str) -> str:
    """String: what the identity provider must send back, by the state's SHA-256; expires."""
    return f"{PEOPLE}:started:{state}"


def steer_heard(order: str) -> str:
    """Hash: page of a wall → its last report of this order; expires after the order."""
    return f"gridwall:{{steer}}:heard:{order}"


def steer_seen(name: str) -> str:
    """String: the order made for the request with this id; expires."""
    return f"gridwall:{{steer}}:id:{name}"


def channel_turn(channel: str) -> str:
    """String, short-lived: a page has just tried this channel."""
    return f"gridwall:channel-turn:{channel}"
