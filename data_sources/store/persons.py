"""The guard for personal text at the store: masks what is written, counts what it found.

The key that hashes numbers in ids is made once for a store and stays in it, so that the same id is
the same for every process, for good.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import msgspec
import redis

from dashboard.core.model.actions import Action, Kind, cleaned
from dashboard.core.model.persons import masked
from data_sources.store.keys import PERSONS, PERSONS_KEY

_KEY_BYTES = 32


class PersonGuard:
    """Masks texts on their way into one store; methods raise ``redis.RedisError``."""

    def __init__(self, r: redis.Redis) -> None:
        self._r = r
        self._key = b""

    def actions(self, actions: Iterable[Action], *, ids: bool = True) -> list[Action]:
        """The actions without what names a person; what was found is counted."""
        key = self._made_key() if ids else b""
        found: Counter[str] = Counter()
        clean = []
        for action in actions:
            one, parts = cleaned(action, key)
            clean.append(one)
            found.update(parts)
        self._count(found)
        return clean

    def event_id(self, event_id: str) -> str:
        """The id under which a source's event is stored; nothing is counted."""
        action = Action(action_id=event_id, event_id=event_id, kind=Kind.COMMENT, ts=1)
        return cleaned(action, self._made_key())[0].event_id

    def text(self, text: str) -> str:
        """The text without what names a person; what was found is counted."""
        done = masked(text)
        self._count(done.found)
        return done.text

    def texts(self, fields: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
        """The fields with those of these names masked."""
        values = dict(fields)
        for name in names:
            if isinstance(values.get(name), str):
                values[name] = self.text(values[name])
        return values

    def struct(self, value: Any, *names: str) -> Any:
        """A struct with these text fields masked."""
        new = {name: self.text(getattr(value, name)) for name in names}
        return msgspec.structs.replace(value, **new)

    def counts(self) -> dict[str, int]:
        """How much of each pattern was found since the store began."""
        found = cast(dict[bytes, bytes], self._r.hgetall(PERSONS))
        return {name.decode(): int(number) for name, number in found.items()}

    def _count(self, found: Mapping[str, int]) -> None:
        if found:
            pipe = self._r.pipeline(transaction=False)
            for name, number in found.items():
                pipe.hincrby(PERSONS, name, number)
            pipe.execute()

    def _made_key(self) -> bytes:
        if not self._key:
            self._r.set(PERSONS_KEY, secrets.token_bytes(_KEY_BYTES), nx=True)
            self._key = cast(bytes, self._r.get(PERSONS_KEY))
        return self._key
