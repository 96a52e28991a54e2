"""The action, how it is read and written, and what values it may have. Pure.

An action is one step in an event's life and the only thing ever written; everything Gridwall
shows is a fold of actions. What names a person is masked in every field (``cleaned``), before an
action is stored and again when it is read: nothing is refused for it.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import blake2b
from operator import attrgetter
from typing import Any

import msgspec

from dashboard.core.model.names import other_content
from dashboard.core.model.persons import Masked, masked, masked_id, role_of
from dashboard.core.model.vocabulary import (
    DONE,
    ENDED,
    Channel,
    Kind,
    Level,
    Precision,
    Status,
)

__all__ = [
    "DONE",
    "ENDED",
    "MAX_SKEW",
    "MAX_TEXT",
    "MAX_VIA",
    "Action",
    "ActionError",
    "Channel",
    "Kind",
    "Level",
    "Precision",
    "Status",
    "check",
    "cleaned",
    "decode",
    "encode",
    "folded",
    "from_wire",
    "of_source",
]


class ActionError(ValueError):
    """An action that can't be read; names the field and the value."""

    def __init__(self, field: str, value: object, reason: str) -> None:
        self.field, self.value, self.reason = field, value, reason
        super().__init__(f"{field}={value!r}: {reason}")


class Action(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One step in one event's life.

    ``ts`` and the other times are milliseconds since the epoch, UTC. ``actor`` is a role
    or a unit ("centre", "dept:BOS"), never a person. There is no field for a reporter.
    ``place`` holds codes from county down to grid, "" for a tier that is not known.
    """

    action_id: str
    event_id: str
    kind: Kind
    ts: int
    actor: str = ""
    level: Level | None = None
    category: str = ""
    channel: Channel | None = None
    place: tuple[str, ...] = ()
    lat: float | None = None
    lon: float | None = None
    department: str = ""
    #: the source's own due date for handling, which wins over the level's limit
    due: int | None = None
    #: the source does not record acceptance, so no respond clock runs
    no_respond: bool = False
    reason: str = ""
    #: merge: the event that survives; made by the engine: the event that an action came from
    target: str = ""
    #: extend: the new due time; with ``due`` it is the source's own, which may also be earlier
    until: int | None = None
    #: revisit: the reporter's word, and the grid member's ratings 1…5
    satisfied: bool | None = None
    ratings: tuple[int, ...] = ()
    #: escalate: which clock ("respond" or "handle") reached which step (1…4)
    clock: str = ""
    step: int = 0
    #: hand_over: the unit that answers for the event from now on
    to: str = ""
    #: comment: what there is to know
    text: str = ""
    #: check_in: the scene is under control, no one need stay
    stable: bool = False
    #: forwarded after a merge: the events it was addressed to before
    via: tuple[str, ...] = ()
    #: made by the engine: when what it was made from became known, ms
    known: int = 0
    #: stamped by the intake: the source it came from, how finely that writes its times, and by how
    #: much its clock may be wrong, ms
    source: str = ""
    precision: Precision | None = None
    skew: int = 0
    #: kind and code of what it sent and the city does not know (``model.codes``)
    as_sent: tuple[tuple[str, str], ...] = ()
    #: the source could not have measured the times of this step: it counts, but in no time and no
    #: score
    unmeasured: bool = False
    #: of a source of rows: a short key of the content of the row that this step comes from
    row: str = ""
    #: the name it was sent by, which is known with another content: it is refused, and on record
    differs: str = ""

    @property
    def latest(self) -> int:
        """The last ms at which it may have been done; ``ts`` is the first."""
        width = 1 if self.precision is None else self.precision.width
        return self.ts + width - 1 + self.skew

    @property
    def derived(self) -> bool:
        """Made by the engine out of other actions."""
        return bool(self.via) or self.kind in _DERIVED

    @property
    def voids(self) -> bool:
        """Voids an event or puts one back: this event or, made by the engine, ``target``."""
        return self.kind in _VOIDS

    @property
    def voids_itself(self) -> bool:
        """Voids this event, or puts it back."""
        return self.kind in _VOIDS and not self.via


_DERIVED = frozenset({Kind.RECUR, Kind.ABSORB})
_VOIDS = frozenset({Kind.VOID, Kind.UNVOID})
_DECODER = msgspec.json.Decoder(Action)
_ENCODER = msgspec.json.Encoder()
_FIELDS = frozenset(Action.__struct_fields__)
_TIMES = ("ts", "due", "until")
#: of a place's codes
_TIERS = ("county", "township", "community", "grid")
#: fields of free text, and codes of a source's own making
_CODES = ("text", "reason", "department", "category", "to")
_coded = attrgetter(*_CODES)
#: fields of at most `_MAX_TEXT` characters
_SHORT = (
    *("actor", "category", "department", "reason", "target", "to", "source", "row"),
    "differs",
)
_short = attrgetter(*_SHORT)
_MAX_TEXT = 200
#: characters of a comment
MAX_TEXT = 500
#: merges that lead from one event to the next
MAX_VIA = 50
#: a source's clock may be wrong by this much, ms
MAX_SKEW = 600_000
#: fields that are no part of what an action reports
_STAMPED = ("known", "source", "precision", "skew", "row")
#: fields that only Gridwall itself writes
OURS = ("via", "known", "source", "precision", "skew", "row", "differs", "as_sent")
_MANAGERS = "only a manager does this, on the event's page or by gridwall void"
_ENGINES = "only the engine itself says this"
#: kinds that no source sends, and why
NOT_OF_SOURCES = {
    Kind.VOID: _MANAGERS,
    Kind.UNVOID: _MANAGERS,
    Kind.ESCALATE: _ENGINES,
    Kind.RECUR: _ENGINES,
    Kind.ABSORB: _ENGINES,
}
#: times are before the year 2286: the views rank by time in bands of 1e13 ms
_TIME_END = 10_000_000_000_000
#: a due time may be this far from its action; a clock must be able to reach it
TERM_YEARS = 10
TERM = TERM_YEARS * 366 * 86_400_000


def same_content(one: Action, other: Action) -> bool:
    """Whether two actions of one name report the same; what the intake stamped does not count."""
    plain = dict.fromkeys(_STAMPED)
    return _unstamped(one, plain) == _unstamped(other, plain)


def _unstamped(action: Action, plain: dict[str, None]) -> dict[str, Any]:
    values = {**msgspec.structs.asdict(action), **plain, "as_sent": ()}
    # codes that the city does not know, as they were sent: it may know them one day
    place = list(action.place)
    for kind, code in action.as_sent:
        if kind == "actor":
            values["actor"] = f"dept:{code}"
        elif kind in _TIERS:
            place[_TIERS.index(kind)] = code
        else:
            values[kind] = code
    return {**values, "place": tuple(place)}


def as_other(action: Action) -> Action:
    """An action whose name is known with other content, under a name of its own."""
    digest = blake2b(_ENCODER.encode(_unstamped(action, dict.fromkeys(_STAMPED))), digest_size=9)
    name = other_content(action.action_id, digest.hexdigest())
    return msgspec.structs.replace(action, action_id=name, differs=action.action_id)


def encode(action: Action) -> bytes:
    """The action as JSON, as the stream holds it."""
    return _ENCODER.encode(action)


def decode(raw: bytes) -> Action:
    """An action from the stream; raises :class:`ActionError`.

    Checked like one from a client: what was written past the intake must not stop the fold, and
    no person it names is shown.
    """
    try:
        action = _DECODER.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ActionError("action", "…", str(error)) from error
    return check(cleaned(action)[0])


def folded(raw: bytes) -> Action:
    """An action that was folded before, so it was checked then; raises :class:`ActionError`."""
    try:
        return _DECODER.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ActionError("action", raw[:80], str(error)) from error


def from_wire(item: object) -> Action:
    """An action as a client sent it (parsed JSON), checked field by field.

    Times may be ISO 8601 with a zone or milliseconds. Raises :class:`ActionError`
    naming the first field that is wrong; an unknown field is refused, so that nothing
    about a person can slip in with the event.
    """
    if not isinstance(item, dict):
        raise ActionError("action", item, "expected an object")
    for name in item:
        if name not in _FIELDS:
            raise ActionError(str(name), "…", "unknown field")
    values = dict(item)
    for name in _TIMES:
        if isinstance(values.get(name), str):
            values[name] = _iso_ms(name, values[name])
    try:
        action = msgspec.convert(values, Action)
    except msgspec.ValidationError as error:
        raise _named(error, values) from error
    for name in OURS:
        if getattr(action, name):
            raise ActionError(name, getattr(action, name), _ENGINES)
    return of_source(check(action))


def of_source(action: Action) -> Action:
    """The same action if a source may send it; raises :class:`ActionError` naming ``kind``."""
    if (reason := NOT_OF_SOURCES.get(action.kind)) is not None:
        raise ActionError("kind", str(action.kind), reason)
    return action


def cleaned(action: Action, key: bytes = b"") -> tuple[Action, dict[str, int]]:
    """The action without what names a person, and how much of it each pattern found.

    Without a ``key`` the names of events and actions stay: they are masked by a hash that needs
    one, where an action enters.
    """
    new: dict[str, Any] = {}
    found: dict[str, int] = {}
    if (role := role_of(action.actor)) != action.actor:
        new["actor"] = role
        found["actor"] = 1
    for name, text in zip(_CODES, _coded(action), strict=True):
        if text and (now := masked(text)).found:
            # a mask may be longer than what it hides
            new[name] = now.text[: MAX_TEXT if name == "text" else _MAX_TEXT]
            _count(found, now)
    if action.place:
        places = [masked(code) for code in action.place]
        if any(now.found for now in places):
            new["place"] = tuple(now.text for now in places)
            for now in places:
                _count(found, now)
    if key:
        for name in ("action_id", "event_id", "target"):
            text = getattr(action, name)
            if text and (now := masked_id(text, key)).found:
                new[name] = now.text
                _count(found, now)
        if action.via:
            new["via"] = tuple(masked_id(event, key).text for event in action.via)
    return (msgspec.structs.replace(action, **new) if new else action), found


def _count(found: dict[str, int], now: Masked) -> None:
    for pattern, number in now.found.items():
        found[pattern] = found.get(pattern, 0) + number


def check(action: Action) -> Action:
    """The same action if its values are possible; raises :class:`ActionError`."""
    # names are fitted to 200 since (``model.names``); stores hold longer ones from before
    room = (3 + len(action.via)) * _MAX_TEXT if action.derived else _MAX_TEXT
    for name, value, most in (
        ("action_id", action.action_id, room),
        ("event_id", action.event_id, _MAX_TEXT),
    ):
        if not value or len(value) > most or not value.isprintable():
            raise ActionError(name, value, "expected 1 to 200 printable characters")
    if max(map(len, _short(action))) > _MAX_TEXT:
        name, value = next(
            (name, value)
            for name, value in zip(_SHORT, _short(action), strict=True)
            if len(value) > _MAX_TEXT
        )
        raise ActionError(name, value[:20] + "…", "longer than 200 characters")
    if action.text:
        _check_text(action.text)
    if not 0 <= action.skew <= MAX_SKEW:
        raise ActionError("skew", action.skew, f"expected 0 to {MAX_SKEW} ms")
    sent = action.as_sent
    if sent and (len(sent) > 8 or any(len(code) > _MAX_TEXT for _, code in sent)):
        raise ActionError("as_sent", "…", "expected at most 8 codes")
    if not 0 <= action.known < _TIME_END:
        raise ActionError("known", action.known, "expected a time before 2286")
    if not 0 < action.ts < _TIME_END:
        raise ActionError("ts", action.ts, "expected a time after 1970 and before 2286")
    for name, moment in (("due", action.due), ("until", action.until)):
        if moment is not None and not 0 < moment <= min(action.ts + TERM, _TIME_END):
            raise ActionError(name, moment, f"expected a time up to {TERM_YEARS} years after ts")
    if (action.lat is None) != (action.lon is None):
        raise ActionError("lat/lon", (action.lat, action.lon), "expected both or none")
    if action.lat is not None and not -90 <= action.lat <= 90:
        raise ActionError("lat", action.lat, "expected -90 to 90")
    if action.lon is not None and not -180 <= action.lon <= 180:
        raise ActionError("lon", action.lon, "expected -180 to 180")
    if len(action.place) > 4:
        raise ActionError("place", action.place, "expected at most four codes, county to grid")
    if action.place and max(map(len, action.place)) > _MAX_TEXT:
        raise ActionError("place", "…", "a code is longer than 200 characters")
    rated = action.ratings
    if rated and (len(rated) > 3 or any(not 1 <= rating <= 5 for rating in rated)):
        raise ActionError("ratings", action.ratings, "expected at most three, each 1 to 5")
    if action.target == action.event_id:
        raise ActionError("target", action.target, "an event can't be merged into itself")
    via = action.via
    if via and (len(via) > MAX_VIA or any(len(event) > _MAX_TEXT for event in via)):
        raise ActionError("via", "…", f"expected at most {MAX_VIA} event ids")
    if action.clock not in ("", "respond", "handle"):
        raise ActionError("clock", action.clock, "expected respond or handle")
    if not 0 <= action.step <= 4:
        raise ActionError("step", action.step, "expected 1 to 4")
    return action


def _check_text(text: str) -> None:
    """Free text, never shown in a refusal: it may hold what must not be passed on."""
    if len(text) > MAX_TEXT:
        raise ActionError("text", "…", f"longer than {MAX_TEXT} characters")
    if not text.strip():
        raise ActionError("text", "…", "holds nothing but blanks")
    if any(not (mark.isprintable() or mark in "\n\t") for mark in text):
        raise ActionError("text", "…", "holds characters that cannot be shown")


def _iso_ms(name: str, text: str) -> int:
    try:
        when = datetime.fromisoformat(text)
    except ValueError as error:
        raise ActionError(name, text, "expected ISO 8601 or milliseconds") from error
    if when.tzinfo is None:
        raise ActionError(name, text, "expected a zone, such as +08:00")
    return round(when.timestamp() * 1000)


def _named(error: msgspec.ValidationError, values: dict[str, Any]) -> ActionError:
    """msgspec's message ends in "… - at `$.field`"; make the field a field of ours."""
    text, _, path = str(error).partition(" - at `$.")
    if path:
        name = path.rstrip("`").split("[")[0]
    else:
        name = text.split("`")[1] if "`" in text else "action"
    return ActionError(name, values.get(name), text)
