"""What a fold writes beside the views: the rejected, and the lines of the ticker."""

from __future__ import annotations

import msgspec

from data_sources.audit.recount import Share, order
from data_sources.audit.report import Findings
from data_sources.audit.store import Store
from data_sources.store.keys_keys import ShardKeys


class _Line(msgspec.Struct):
    """What is read of a line of the ticker, or of a refused action."""

    event_id: str
    seq: str = ""


class Sidelines:
    """Looks at what belongs to one share of the events."""

    def __init__(self, store: Store, keys: ShardKeys, share: Share, findings: Findings) -> None:
        self._store, self._keys, self._share, self._findings = store, keys, share, findings

    def recent(self) -> None:
        """No line of the ticker without an action."""
        key = self._keys.recent
        for raw in self._store.recent():
            try:
                line = msgspec.json.decode(raw, type=_Line)
            except msgspec.DecodeError:
                if self._share.has(""):
                    self._findings.add("recent", key, "", "a line", raw)
                continue
            if not self._stands(line.event_id, line.seq):
                self._findings.add("recent", key, line.seq, None, line.event_id)

    def refusals(self, missing: set[str], batch: int, *, first: bool) -> None:
        """Every refused action (by its place) is among the rejected, with no other between."""
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
            if not self._stands(event_id, entry):
                self._findings.add("refusal", key, entry, None, event_id)
        for entry in sorted(missing):
            self._findings.add("refusal", key, entry, "kept with its reason", None)

    def _stands(self, event_id: str, entry: str) -> bool:
        """Whether the stream has that action, or another share answers for its event."""
        share = self._share
        if not share.has(event_id):
            return True
        if order(entry) > order(share.position):
            # written since: what lies ahead of the share is read first
            share.read_to(self._store.position())
        return any(one.entry == entry for one in share.events.get(event_id, ()))
