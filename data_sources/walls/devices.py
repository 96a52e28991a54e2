"""Paired screens in Redis: pairing codes, devices, and the log of both.

A screen's token is created when it asks for a code and is invalid until the code is confirmed; only
its SHA-256 is stored. So a confirmation is one atomic step, and nothing is lost if an answer does
not reach the screen. Names are unique among the devices that are not revoked.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import Any

import msgspec
import redis

from dashboard.config.addresses import neighbours
from dashboard.errors import GridwallError
from data_sources.store import keys, lua
from data_sources.store.persons import PersonGuard

#: no two of these look alike on a wall, or sound alike on the telephone
ALPHABET = "ACDEFGHJKMNPQRTUVWXY34679"
LENGTH = 6
CODE_S = 600
#: codes that may wait at once: from all addresses, and from one (a hall of screens has one)
MOST_WAITING, MOST_FROM_ONE = 10_000, 100
_LOG_LENGTH = 10_000


class DeviceError(GridwallError):
    """Pairing or revoking is not possible.

    `kind`: unknown, taken (a name), crowded, or too many (codes of one address; try again after
    `seconds`).
    """

    def __init__(self, kind: str, text: str, seconds: int = 0) -> None:
        super().__init__(text)
        self.kind, self.seconds = kind, seconds


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """A paired screen."""

    name: str
    #: SHA-256 of its token
    token: str = ""
    #: the only area and scenes it may show; empty: any
    area: str = ""
    scenes: tuple[str, ...] = ()
    #: ms
    created: int = 0
    #: ms; 0 while it is paired
    revoked: int = 0
    #: who confirmed it
    by: str = ""


@dataclass(frozen=True)
class Code:
    """What a screen shows until a manager confirms it; valid for `seconds` more."""

    code: str
    seconds: int


def normal(code: str) -> str:
    """A typed code in capitals, without dashes and blanks."""
    return "".join(code.split()).replace("-", "").upper()


def pretty(code: str) -> str:
    """``K7M4PX`` as ``K7M-4PX``."""
    return f"{code[:3]}-{code[3:]}"


class Devices:
    """The store of devices; methods raise ``redis.RedisError`` and :class:`DeviceError`."""

    def __init__(self, r: redis.Redis) -> None:
        self._r, self._guard = r, PersonGuard(r)
        self._ask = lua.script(r, "walls/devices_ask")
        self._confirm = lua.script(r, "walls/devices_confirm")
        self._revoke = lua.script(r, "walls/devices_revoke")

    def ask(self, token: str, by: str) -> Code:
        """A new code for the screen at the address `by` whose token has this hash.

        Raises `crowded` and `too many`.
        """
        done: Any = b"taken"
        while done == b"taken":
            code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
            done = self._ask(
                keys=[
                    *(keys.pairing_code(code), keys.pairing_of(token), keys.DEVICES_WAITING),
                    *(keys.pairing_from(neighbours(by)), keys.DEVICES_LOG),
                ],
                args=[
                    *(code, token, by, _now(), CODE_S * 1000),
                    *(MOST_WAITING, MOST_FROM_ONE, _LOG_LENGTH),
                ],
            )
        if done == b"crowded":
            raise DeviceError("crowded", f"{MOST_WAITING} codes are waiting to be confirmed")
        if done != b"done":
            reason = f"{MOST_FROM_ONE} codes of this address are waiting to be confirmed"
            raise DeviceError("too many", reason, -(-int(done) // 1000))
        return Code(code, CODE_S)

    def waiting(self, token: str) -> Code | None:
        """The code of this token hash that is not confirmed yet; None if there is none."""
        with self._r.pipeline() as pipe:
            pipe.get(keys.pairing_of(token))
            pipe.ttl(keys.pairing_of(token))
            code, seconds = pipe.execute()
        return Code(code.decode(), max(0, seconds)) if code else None

    def confirm(
        self, code: str, name: str, *, area: str = "", scenes: tuple[str, ...] = (), by: str = ""
    ) -> Device:
        """Pair the screen that shows the code; raises `unknown` or `taken`."""
        code, now = normal(code), _now()
        name = self._guard.text(name)
        device = Device(name=name, area=area, scenes=scenes, created=now, by=by)
        done = self._confirm(
            keys=[
                *(keys.pairing_code(code), keys.DEVICES, keys.DEVICES_CHANGED),
                *(keys.DEVICES_WAITING, keys.DEVICES_LOG),
            ],
            args=[code, name, msgspec.json.encode(device), by, now, _LOG_LENGTH],
        )
        if done == b"unknown":
            raise DeviceError("unknown", f"no screen shows the code {code!r}, or it has expired")
        if done == b"taken":
            raise DeviceError("taken", f"a screen is already named {name!r}: revoke it first")
        return device

    def revoke(self, name: str, by: str = "") -> None:
        """Make a device's token invalid; raises `unknown`."""
        done = self._revoke(
            keys=[keys.DEVICES, keys.DEVICES_CHANGED, keys.DEVICES_LOG],
            args=[name, by, _now(), _LOG_LENGTH],
        )
        if done == b"unknown":
            raise DeviceError("unknown", f"no paired screen is named {name!r}")

    def all(self) -> list[Device]:
        """Every device, revoked ones as well, by name."""
        found: Any = self._r.hgetall(keys.DEVICES)
        return [msgspec.json.decode(found[name], type=Device) for name in sorted(found)]

    def changed(self) -> int:
        """A number that grows when a device is confirmed or revoked."""
        return _number(self._r.get(keys.DEVICES_CHANGED))

    def seen(self) -> dict[str, int]:
        """Name → when the device was last seen, ms."""
        found: Any = self._r.hgetall(keys.DEVICES_SEEN)
        return {name.decode(): int(at) for name, at in found.items()}

    def note_seen(self, names: set[str]) -> None:
        """Note that these devices have just been seen."""
        now = _now()
        self._r.hset(keys.DEVICES_SEEN, mapping=dict.fromkeys(names, now))

    def log(self, limit: int = 100) -> list[dict[str, str]]:
        """The log, newest first: `what` is asked, confirmed or revoked, with `by` and `at` (ms)."""
        found: Any = self._r.xrevrange(keys.DEVICES_LOG, count=limit)
        return [{k.decode(): v.decode() for k, v in entry.items()} for _, entry in found]


def as_rows(devices: list[Device], seen: dict[str, int]) -> list[dict[str, Any]]:
    """Devices as the API lists them: without their tokens' hashes, with `seen` (ms, 0: never)."""
    rows = []
    for device in devices:
        row = msgspec.to_builtins(device)
        del row["token"]
        rows.append({**row, "seen": seen.get(device.name, 0)})
    return rows


def _now() -> int:
    return time.time_ns() // 1_000_000


def _number(reply: Any) -> int:
    return int(reply or 0)
