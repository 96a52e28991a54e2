"""Compares what is in a store with the recount, and names what differs.

`compare_held` compares an event's state and trail; `Sidelines` what the fold writes besides the
views: the rejected actions, and the lines of the ticker.
"""

from __future__ import annotations

import msgspec

from dashboard.core.fold.recount import Recounted
from dashboard.core.model.state import EventState, Mark
from data_sources.audit.recount import Share, order
from data_sources.audit.report import Findings
from data_sources.audit.store import Store
from data_sources.store.actions import STATE, TRAIL
from data_sources.store.keys import ShardKeys


def key_of(keys: ShardKeys, name: str) -> str:
    """The key of a sorted set, by its name in the core."""
    return keys.ranked(name)


def compare_held(
    findings: Findings,
    keys: ShardKeys,
    event_id: str,
    expected: Recounted,
    state: bytes | None,
    trail: bytes | None,
) -> None:
    """Compare an event's stored state and trail (MessagePack) with its recount."""
    wanted = expected.state
    if state != (None if wanted is None else msgspec.msgpack.encode(wanted)):
        _state(findings, keys.events, event_id, wanted, state)
    if trail != (msgspec.msgpack.encode(expected.marks) if expected.marks else None):
        _trail(findings, keys.trails, event_id, expected.marks, trail)


def _state(
    findings: Findings, key: str, event_id: str, wanted: EventState | None, raw: bytes | None
) -> None:
    if raw is None or wanted is None:
        status = None if wanted is None else wanted.status
        findings.add("state", key, event_id, status, None if raw is None else "a state")
        return
    try:
        found = STATE.decode(raw)
    except msgspec.DecodeError as error:
        findings.add("state", key, event_id, wanted.status, f"unreadable: {error}")
        return
    # the same state may be written in more than one way
    if found != wanted:
        names = [n for n in wanted.__struct_fields__ if getattr(wanted, n) != getattr(found, n)]
        expected, there = ({n: getattr(s, n) for n in names} for s in (wanted, found))
        findings.add("state", key, event_id, expected, there)


def _trail(
    findings: Findings, key: str, event_id: str, wanted: tuple[Mark, ...], raw: bytes | None
) -> None:
    if raw is None:
        findings.add("trail", key, event_id, f"{len(wanted)} marks", None)
        return
    try:
        found = TRAIL.decode(raw)
    except msgspec.DecodeError as error:
        findings.add("trail", key, event_id, f"{len(wanted)} marks", f"unreadable: {error}")
        return
    if found == wanted:
        return
    if not wanted:
        findings.add("trail", key, event_id, None, f"{len(found)} marks")
        return
    theirs, ours = ({mark.entry: mark for mark in marks} for marks in (found, wanted))
    for entry in dict.fromkeys((*ours, *theirs)):
        mine, other = ours.get(entry), theirs.get(entry)
        if mine != other:
            findings.add("trail", key, f"{event_id} {entry}", _shown(mine), _shown(other))
    if theirs == ours:
        findings.add("trail", key, event_id, "marks in order of arrival", "in another order")


def _shown(mark: Mark | None) -> str | None:
    if mark is None:
        return None
    return f"{mark.outcome.name.lower()} ts={mark.ts} known={mark.known} name={mark.name.hex()}"


class _Line(msgspec.Struct):
    """The fields read of a line of the ticker, or of a refused action."""

    event_id: str
    seq: str = ""


class Sidelines:
    """Compares the ticker and the rejected actions of one share of the events."""

    def __init__(self, store: Store, keys: ShardKeys, share: Share, findings: Findings) -> None:
        self._store, self._keys, self._share, self._findings = store, keys, share, findings

    def recent(self) -> None:
        """Report each line of the ticker that has no action."""
        key = self._keys.recent
        for raw in self._store.recent():
            try:
                line = msgspec.json.decode(raw, type=_Line)
            except msgspec.DecodeError:
                if self._share.has(""):
                    self._findings.add("recent", key, "", "a line", raw)
                continue
            if not self._exists(line.event_id, line.seq):
                self._findings.add("recent", key, line.seq, None, line.event_id)

    def refusals(self, missing: set[str], batch: int, *, first: bool) -> None:
        """Report refused actions not among the rejected, and the reverse.

        ``missing`` are the stream ids of the refused actions; it is emptied. Refusals that have
        fallen off, because more came than are kept, are not missed. ``first``: unreadable
        entries are reported with the first share only.
        """
        key = self._keys.rejected
        for entry, action in self._store.refusals(batch):
            missing.discard(entry)
            if action is None:
                continue
            try:
                event_id = msgspec.json.decode(action, type=_Line).event_id
            except msgspec.DecodeError:
                if first:
                    self._findings.add("refusal", key, entry, "an action", action)
                continue
            if not self._exists(event_id, entry):
                self._findings.add("refusal", key, entry, None, event_id)
        since = self._store.refusals_since()
        # what fell off the beginning of the list was written before
        for entry in sorted(one for one in missing if order(one)[0] > since or not since):
            self._findings.add("refusal", key, entry, "kept with its reason", None)

    def _exists(self, event_id: str, entry: str) -> bool:
        """Whether the stream has that action, or its event is another share's."""
        share = self._share
        if not share.has(event_id):
            return True
        if order(entry) > order(share.position):
            # written since: read the share up to there first
            share.read_to(self._store.position())
        return any(one.entry == entry for one in share.events.get(event_id, ()))
