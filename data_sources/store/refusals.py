"""What was not taken: actions the lifecycle refused, and rows a feed could not read.

Read-only but for `replay()`, which writes refused actions once more under a new name, made from
their place in the action stream, so that doing it twice changes nothing.
"""

import msgspec

from dashboard.core.model.actions import Action, decode
from data_sources.store.actions import ActionLog
from data_sources.store.connection import connect
from data_sources.store.keys_keys import DEAD_LETTERS, shards

Row = dict[str, str]


def rejected(url: str, shard_count: int, limit: int) -> list[Row]:
    """The newest refused actions, newest first within a shard."""
    rows: list[Row] = []
    with connect(url) as r:
        for shard in shards(shard_count):
            for entry, fields in r.xrevrange(shard.rejected, count=limit):
                rows.append({"id": f"{shard.name}:{entry.decode()}", **_text(fields)})
    return rows[:limit]


def dead_letters(url: str, limit: int) -> list[Row]:
    """The newest unreadable rows, newest first."""
    with connect(url) as r:
        entries = r.xrevrange(DEAD_LETTERS, count=limit)
    return [{"id": entry.decode(), **_text(fields)} for entry, fields in entries]


def replay_refused(url: str, shard_count: int, limit: int) -> int:
    """Write the newest refused actions again, oldest first; returns how many."""
    with connect(url) as r:
        again: list[Action] = []
        for shard in shards(shard_count):
            for entry, fields in reversed(r.xrevrange(shard.rejected, count=limit)):
                action = _action(fields)
                if action is not None and "~" not in action.action_id:
                    # by its place in the action stream: a rebuild writes the refusals anew
                    name = f"{action.action_id}~{fields.get(b'entry', entry).decode()}"
                    again.append(msgspec.structs.replace(action, action_id=name))
        if again:
            ActionLog(r, shard_count).append(again)
    return len(again)


def _action(fields: dict[bytes, bytes]) -> Action | None:
    if b"action" in fields:
        return msgspec.json.decode(fields[b"action"], type=Action)
    return decode(fields[b"a"]) if b"a" in fields else None


def _text(fields: dict[bytes, bytes]) -> Row:
    return {k.decode(): v.decode("utf-8", "replace") for k, v in fields.items()}
