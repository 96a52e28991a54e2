"""The projector: reads a shard's actions, folds them, commits views and position in one step.

Only the holder of the lease writes a shard; a second projector waits. It may be killed at any
time: the next one goes on from the committed position.
"""

from __future__ import annotations

import time
from threading import Event
from typing import cast

import redis
import structlog

from dashboard.config.rules.book import fingerprint
from dashboard.core.fold.batch import fold_batch
from dashboard.core.fold.became import unreadable as not_readable
from dashboard.core.model.actions import Action, ActionError, decode
from dashboard.core.model.persons import masked
from dashboard.core.model.rules import Rules
from dashboard.core.model.state import Held, Mark
from data_sources.errors import LeaseLost, OtherRules, ViewsReplaced
from data_sources.fold.commit import Committer
from data_sources.store import losses
from data_sources.store.actions import STATE, TRAIL, read_history, state_of_marks
from data_sources.store.aside import NOT_THE_ITEMS, own, reason_of
from data_sources.store.beating import pause
from data_sources.store.filing import month_of
from data_sources.store.kept import REFUSED_KEPT
from data_sources.store.keys import LOST, ShardKeys
from data_sources.store.lease import Lease
from data_sources.store.losses import Witness
from data_sources.store.workers import Troubles

log = structlog.get_logger("projector")

#: a larger batch folds faster, a smaller one keeps the readers' waits short
BATCH = 400
#: while the projector is behind, batches grow up to this: an event's late actions that come in one
#: batch have its history folded again once
MOST = 4 * BATCH
_BLOCK_MS = 500
Entry = tuple[bytes, dict[bytes, bytes]]
_RENEW_S = 0.5
#: how often the shard is compared with what it was, and, while on hold, asked whether it goes on
_JUDGE_S = 2.0
_HOLD_S = 0.5


class Projector:
    """Folds the actions of one shard into its views."""

    def __init__(
        self,
        r: redis.Redis,
        keys: ShardKeys,
        rules: Rules,
        batch: int | None = None,
        witness: Witness | None = None,
        refused_kept: int = REFUSED_KEPT,
    ) -> None:
        """A ``batch`` of that many actions at most; by default it grows with what waits."""
        self._r, self._keys, self._rules = r, keys, rules
        self._least, self._most = (BATCH, MOST) if batch is None else (batch, batch)
        self._batch = self._least
        self._lease = Lease(r, keys, "projector")
        self._committer = Committer(r, keys, self._lease.fence_field, refused_kept)
        self._position = "0-0"
        #: the latest time of an action of the shard, ms
        self._high = 0
        #: which views are being written: moves when a rebuild replaces them all
        self._epoch = 0
        #: how often the archive's listing had changed when states were read; and the events read
        #: then that are archived, each with the month it was filed under
        self._archives, self._back = 0, dict[str, str]()
        self._renewed = 0.0
        #: events of this batch whose state or trail cannot be read, with the reason
        self._broken = dict[str, str]()
        #: True if the last read reached the stream's end
        self._fresh = False
        #: remembers how far the shard was: the store may lose what it has acknowledged
        self._witness = witness or Witness()
        self._judged = float("-inf")
        self._on_hold = False

    def run(self, stop: Event) -> None:
        """Fold until ``stop`` is set; waits while another process holds the lease.

        Raises: `OtherRules` if the views were folded under other rules.
        """
        waiting = False
        troubles = Troubles("projector", stop)
        while not stop.is_set():
            try:
                if not self._holds_lease():
                    if not waiting:
                        log.info("standing by", shard=self._keys.name)
                    waiting = True
                    pause(stop, 0.2)
                    continue
                waiting = False
                if self._lost():
                    pause(stop, _HOLD_S)
                    continue
                self.fold_once(block_ms=_BLOCK_MS)
                troubles.over()
            except LeaseLost as lost:
                log.warning("lease lost", reason=str(lost))
                self._drop()
            except redis.RedisError as error:
                self._drop()
                troubles.met(error)
        self.release()

    def _lost(self) -> bool:
        """Whether the shard has lost data that no operator has accepted: nothing is folded then.

        What would be folded over half of the views would look like the right counts.
        """
        now = time.monotonic()
        if not self._on_hold and now - self._judged < _JUDGE_S:
            return False
        self._judged = now
        found = self._witness.judge(self._keys.name, losses.read_mark(self._r, self._keys))
        if found is not None:
            losses.note(self._r, self._keys.name, found)
        held = bool(self._r.hexists(LOST, self._keys.name))
        if held != self._on_hold:
            self._on_hold = held
            if held:
                self._fresh = False
                log.error(
                    "data lost: nothing is folded until it is accepted", shard=self._keys.name
                )
            else:
                self._start()
        return held

    def _drop(self) -> None:
        """Begin again at the committed position; nothing is known to be up to date until then."""
        self._lease.token, self._fresh, self._judged = 0, False, float("-inf")

    def fold_once(self, block_ms: int | None = None) -> int:
        """Read one batch, fold it, commit it; returns the number of actions read."""
        while True:
            try:
                return self._fold_once(block_ms)
            except ViewsReplaced as replaced:
                # the states read came from the old views: read them again
                log.info("starting over", shard=self._keys.name, reason=str(replaced))
                self._start()

    def _fold_once(self, block_ms: int | None) -> int:
        entries = self._read(block_ms)
        fresh = len(entries) < self._batch
        if not entries:
            self._fresh = fresh
            return 0
        actions: list[tuple[str, Action]] = []
        unreadable: list[dict[str, str | bytes]] = []
        for entry, fields in entries:
            raw = fields.get(b"a", b"")
            try:
                actions.append((entry.decode(), decode(raw)))
            except ActionError as error:
                # written past the intake; listed as rejected, where people can see it
                hidden = masked(raw.decode("utf-8", "backslashreplace")).text
                reason = masked(str(error)).text
                fields_of: dict[str, str | bytes] = {
                    "reason": reason,
                    "entry": entry.decode(),
                    "raw": hidden.encode(),
                }
                unreadable.append(fields_of)
        ids = list(dict.fromkeys(action.event_id for _, action in actions))
        changes = fold_batch(
            self._rules,
            self._held(ids),
            actions,
            self._high,
            self._history,
            broken=self._broken,
            rest=self._keep_lease,
            not_theirs=NOT_THE_ITEMS,
        )
        changes.unreadable = unreadable
        changes.became += [
            not_readable(str(one["entry"]), str(one["reason"])) for one in unreadable
        ]
        for event_id, reason in {i.action.event_id: i.reason for _, i in changes.aside}.items():
            shard = self._keys.name
            log.error("set aside", part="projector", shard=shard, item=event_id, reason=reason)
        back = {e: month for e, month in self._back.items() if e in changes.held}
        last = entries[-1][0].decode()
        self._committer.commit(
            self._lease.token,
            self._position,
            last,
            len(entries),
            changes,
            fresh=fresh,
            epoch=self._epoch,
            archives=self._archives,
            back=back,
        )
        # only now: what was read but could not be written is not shown
        self._position, self._high, self._fresh = last, changes.high, fresh
        self._batch = self._least if fresh else min(self._most, 2 * self._batch)
        return len(entries)

    def _read(self, block_ms: int | None) -> list[Entry]:
        reply = self._r.xread({self._keys.actions: self._position}, self._batch, block_ms)
        return next(iter(cast(dict[bytes, list[Entry]], reply).values()), []) if reply else []

    def _held(self, ids: list[str]) -> dict[str, Held | None]:
        """The stored state and marks of events; None for one that is not known."""
        self._back.clear()
        if not ids:
            return {}
        pipe = self._r.pipeline(transaction=False)
        pipe.hget(self._keys.meta, "archives")
        pipe.hmget(self._keys.events, ids)
        pipe.hmget(self._keys.trails, ids)
        archives, states, trails = pipe.execute()
        self._archives = int(archives or 0)
        self._broken.clear()
        out: dict[str, Held | None] = {}
        for event_id, state, trail in zip(ids, states, trails, strict=True):
            out[event_id] = None
            try:
                if trail is not None:
                    out[event_id] = self._one(event_id, state, TRAIL.decode(trail))
            except Exception as error:
                if not own(error):
                    raise
                self._broken[event_id] = reason_of(error)
            self._keep_lease()
        return out

    def _one(self, event_id: str, raw: bytes | None, marks: tuple[Mark, ...]) -> Held:
        """The state and marks of a known event; an archived one is folded from its actions."""
        if raw is not None:
            return Held(STATE.decode(raw), marks)
        state = state_of_marks(self._r, self._keys, self._rules, marks) if self._archives else None
        if state is not None:
            self._back[event_id] = month_of(self._rules.local, state)
        return Held(state, marks)

    def _history(self, event_id: str, held: Held) -> list[tuple[str, Action]]:
        """All actions an event has received, with their stream ids, in order of arrival."""
        return read_history(self._r, self._keys, held.marks)

    def acquire(self) -> bool:
        """Take the lease if it is free, and start from the committed position."""
        if not self._lease.acquire():
            return False
        self._renewed = time.monotonic()
        self._start()
        log.info("folding", shard=self._keys.name, position=self._position)
        return True

    def _start(self) -> None:
        """Begin at the committed position.

        Raises: `OtherRules` if the views were folded under other rules.
        """
        names = ["position", "high", "epoch", "rules", "archives"]
        found = cast(list[bytes | None], self._r.hmget(self._keys.meta, names))
        position, high, epoch, rules, archives = found
        if rules is not None and rules.decode() != fingerprint(self._rules):
            raise OtherRules(f"{self._keys.name}: folded under other rules; rebuild, or restart")
        self._position = "0-0" if position is None else position.decode()
        self._high, self._epoch = int(high or 0), int(epoch or 0)
        self._archives = int(archives or 0)
        self._fresh = False

    def _holds_lease(self) -> bool:
        if not self._lease.token:
            return self.acquire()
        if time.monotonic() - self._renewed < _RENEW_S:
            return True
        self._renewed = time.monotonic()
        return self._lease.renew(*(["fresh"] if self._fresh else []))

    def _keep_lease(self) -> None:
        """Renew the lease within a long batch. Raises: `LeaseLost`."""
        if not self._lease.token or time.monotonic() - self._renewed < _RENEW_S:
            return
        self._renewed = time.monotonic()
        # the views are not fresh meanwhile, so their time is not noted. A lease that expired while
        # this process was starved is taken again: the commit checks the position anyway
        if not (self._lease.renew() or self._lease.acquire()):
            raise LeaseLost(f"{self._keys.name}: the projector's lease ran out in a batch")

    def release(self) -> None:
        """Give the lease back, so that another projector can go on at once."""
        self._lease.give_back()
