"""Whether a Redis can be trusted with the data: its policy, persistence, version, role and room.

In: what INFO returns (nothing else is needed, CONFIG may be forbidden). Out: `Condition`, with a
code for each risk. Some risks are refused at the start unless the operator accepts them
(`GRIDWALL_ACCEPT_STORE`); all are shown while running.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import redis

from data_sources.store.trouble import Cause

#: the oldest versions that the Lua scripts work with
OLDEST = {"redis": (7, 0), "valkey": (7, 2)}
#: risks that are refused at the start, with what to do
REFUSED = {
    "eviction": "maxmemory-policy is {policy}: Redis may remove counted data to make room; "
    "set it to noeviction",
    "persistence": "neither an append-only file nor snapshots: all data are lost when it "
    "restarts; set appendonly yes",
    "version": "{version} is too old; 7.0 (Valkey 7.2) or later is needed",
    "replica": "it is a replica, which takes no writes; use its primary",
}
#: risks that are only shown
SHOWN = ("snapshots", "headroom", "disk-low", "write-failed")
RISKS = (*REFUSED, *SHOWN)
#: share of maxmemory, or of the machine, from which on memory counts as short
SHORT = 0.85
#: free bytes next to what a rewrite of the append-only file needs
_SPARE = 256 << 20


@dataclass(frozen=True)
class Condition:
    """What is known of a Redis server."""

    #: codes of `RISKS`, in their order
    risks: tuple[str, ...] = ()
    #: what keeps it from writing now, by its own account
    cause: Cause | None = None
    policy: str = ""
    version: str = ""
    used: int = 0
    #: maxmemory; 0: no limit
    most: int = 0
    evicted: int = 0
    #: identifies this run of the server
    run: str = ""
    #: free bytes of the embedded engine's disk; None: not ours to look at
    disk_free: int | None = None

    def refused(self, accepted: str) -> list[str]:
        """The sentences for risks that are refused and not named in ``accepted``."""
        allowed = {one.strip() for one in accepted.split(",")}
        return [
            REFUSED[risk].format(policy=self.policy, version=self.version)
            for risk in self.risks
            if risk in REFUSED and risk not in allowed
        ]


def judge(info: Mapping[str, Any], disk_free: int | None = None) -> Condition:
    """The condition of a server from the fields of INFO."""
    kind = "valkey" if "valkey_version" in info else "redis"
    version = str(info.get(f"{kind}_version", ""))
    policy = str(info.get("maxmemory_policy", ""))
    used, most = int(info.get("used_memory", 0)), int(info.get("maxmemory", 0))
    counted = used - int(info.get("mem_not_counted_for_evict", 0))
    aof = int(info.get("aof_enabled", 0))
    failed = aof and info.get("aof_last_write_status", "ok") != "ok"
    # INFO does not tell whether snapshots are on: one that was made, or is, or is waited for, tells
    snapshots = _snapshots(info)
    room = most or int(info.get("total_system_memory", 0))
    size = int(info.get("aof_current_size", 0))
    found = {
        "eviction": policy not in ("noeviction", ""),
        "persistence": not aof and not snapshots,
        "version": bool(version) and _numbers(version) < OLDEST[kind],
        "replica": info.get("role") in ("slave", "replica"),
        "snapshots": not aof and snapshots,
        "headroom": bool(room) and counted >= SHORT * room,
        "disk-low": disk_free is not None and disk_free < size + _SPARE,
        "write-failed": bool(failed) or info.get("rdb_last_bgsave_status", "ok") != "ok",
    }
    cause = None
    if found["replica"]:
        cause = Cause.READ_ONLY
    elif most and counted >= most and policy == "noeviction":
        cause = Cause.MEMORY
    elif failed:
        cause = Cause.DISK
    return Condition(
        risks=tuple(risk for risk in RISKS if found[risk]),
        cause=cause,
        policy=policy,
        version=f"{kind.capitalize()} {version}",
        used=used,
        most=most,
        evicted=int(info.get("evicted_keys", 0)),
        run=str(info.get("run_id", "")),
        disk_free=disk_free,
    )


def look(r: redis.Redis, directory: Path | None = None) -> Condition:
    """The condition of a server now; ``directory`` is where the embedded engine writes."""
    info = dict(r.info())
    _add_save(info, lambda: r.config_get("save"))
    return judge(info, free_in(directory))


def free_in(directory: Path | None) -> int | None:
    """Free bytes of the disk of a directory; None if there is none."""
    if directory is None:
        return None
    try:
        return shutil.disk_usage(directory).free
    except OSError:
        return None


def evicted_before(raw: bytes | None, run: str) -> int:
    """How many keys had been evicted in this run when a loss was last accepted."""
    if raw is None:
        return 0
    found = msgspec.json.decode(raw, type=dict[str, int | str])
    return int(found.get("evicted", 0)) if found.get("run") == run else 0


def _add_save(info: dict[str, Any], ask: Any) -> None:
    try:
        info["save"] = ask().get("save", "")
    except redis.RedisError:  # CONFIG is forbidden on managed servers
        return


def _snapshots(info: Mapping[str, Any]) -> bool:
    if "save" in info:
        return bool(str(info["save"]).strip())
    # a managed server: it has saved by itself since it started
    return int(info.get("rdb_saves", 0)) > 0 or int(info.get("rdb_bgsave_in_progress", 0)) > 0


def _numbers(version: str) -> tuple[int, int]:
    parts = version.split(".")
    return int(parts[0]), int(parts[1]) if len(parts) > 1 else 0
