"""The shapes of bodies and answers about actions, events and places.

Only for the document. They are those that no struct of another room has.

A field that may be missing is `NotRequired`. Answers may get more fields in later versions.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from msgspec import Meta

from dashboard.core.model.actions import Channel, Kind, Level

Id = Annotated[str, Meta(min_length=1, max_length=200)]
Text = Annotated[str, Meta(max_length=200)]
#: ISO 8601 with a zone, or ms UTC
Time = int | str


class SentAction(TypedDict):
    """An action as a source sends it."""

    action_id: Id
    event_id: Id
    kind: Kind
    ts: Time
    actor: NotRequired[Text]
    level: NotRequired[Level | None]
    category: NotRequired[Text]
    channel: NotRequired[Channel | None]
    place: NotRequired[Annotated[list[Text], Meta(max_length=4)]]
    lat: NotRequired[Annotated[float, Meta(ge=-90, le=90)] | None]
    lon: NotRequired[Annotated[float, Meta(ge=-180, le=180)] | None]
    department: NotRequired[Text]
    due: NotRequired[Time | None]
    no_respond: NotRequired[bool]
    reason: NotRequired[Text]
    target: NotRequired[Text]
    until: NotRequired[Time | None]
    satisfied: NotRequired[bool | None]
    ratings: NotRequired[Annotated[list[Annotated[int, Meta(ge=1, le=5)]], Meta(max_length=3)]]
    to: NotRequired[Text]
    text: NotRequired[Annotated[str, Meta(max_length=500)]]
    stable: NotRequired[bool]


class Result(TypedDict):
    """What became of one action of a batch."""

    action_id: Any
    result: str
    field: NotRequired[str]
    reason: NotRequired[str]
    #: fields that were left out, as they are not usable: "lat/lon"
    left_out: NotRequired[str]
    id: NotRequired[str]


class Results(TypedDict):
    """The answer to a batch: each result, and how many of each."""

    results: list[Result]
    accepted: int
    repeated: int
    changed: int
    invalid: int


class OutcomeRow(TypedDict):
    """What became of one action; times are ISO 8601 in the city's zone."""

    event_id: str
    action_id: str
    kind: str
    source: str
    result: str
    reason: str
    code: str
    at: str | None
    open_until: str | None
    entry: str


class Outcomes(TypedDict):
    """A page of outcomes; `cursor` is where the next one begins."""

    outcomes: list[OutcomeRow]
    cursor: str
    more: bool
    gap: bool


class UnknownCode(TypedDict):
    """A code that a source sent and the city does not know, and how often it came."""

    source: str
    kind: Literal["department", "category", "county", "township", "community", "grid", "actor"]
    code: str
    count: int


class UnknownCodes(TypedDict):
    """Those that came most often, and how many there are."""

    codes: list[UnknownCode]
    total: int


class Reason(TypedDict):
    """Why an event is voided, or put back."""

    reason: str


class Voided(TypedDict):
    """What became of it."""

    result: Literal["applied", "refused", "forwarded", "waiting"]
    reason: str


class Settlement(TypedDict):
    """What to do with an item that was refused; `send` takes the fields of an action too."""

    what: Literal["send", "dismiss"]
    reason: NotRequired[str]


class Settled(TypedDict):
    """What was done with an item."""

    done: str
    name: str
    outcome: str
    reason: str


class Act(TypedDict):
    """A wish to act on an event."""

    action_id: Annotated[str, Meta(min_length=1, max_length=80)]
    kind: Kind
    to: NotRequired[str]
    text: NotRequired[str]
    seen: NotRequired[int]


class Acted(TypedDict):
    """What became of an act."""

    result: Literal["applied", "refused", "forwarded", "waiting"]
    repeated: bool
    row: dict[str, Any] | None
    undo: dict[str, Any] | None
    since: list[dict[str, Any]]
    reason: str


class QueueRows(TypedDict):
    """A page of the queue."""

    total: int
    rows: list[dict[str, Any]]
    at: int
    now: int
    counts: dict[str, int] | None
    cursor: str
    #: the first day of the city's records, YYYYMMDD; 0: nothing is recorded yet
    since: int
    truth: list[Any]


class QueueChanges(TypedDict):
    """What changed in a view of the queue."""

    total: int
    rows: list[dict[str, Any]]
    left: list[str]
    fresh: int
    now: int
    cursor: str
    many: bool
    truth: list[Any]


class Frames(TypedDict):
    """The wall at successive moments."""

    frames: list[dict[str, Any]]
    now: int


class Range(TypedDict):
    """The first and the last moment with data, ms UTC."""

    first: int | None
    now: int


class WarningsFound(TypedDict):
    """Open warnings, and the last lines of their log."""

    open: list[dict[str, Any]]
    recent: list[dict[str, Any]]


class PlaceRow(TypedDict):
    """A place; radius in metres."""

    code: str
    zh: str
    en: str
    lat: float | None
    lon: float | None
    radius: float | None
    households: int | None


class PlaceFound(TypedDict):
    """A place's path, bounds and children."""

    code: str
    tier: str
    path: list[PlaceRow]
    bounds: list[list[float]]
    children: list[PlaceRow]


class Story(TypedDict):
    """An event's actions with their results, notices, clocks, and deliveries."""

    event_id: str
    state: dict[str, Any] | None
    actions: list[dict[str, Any]]
    notices: list[dict[str, Any]]
    clocks: list[dict[str, Any]]
    left_out: int
    links: dict[str, Any]
    deliveries: list[dict[str, Any]]


class EventFound(TypedDict):
    """An event's state; times are ISO 8601 in the city's zone, null for none."""

    event_id: str
    level: str
    status: str
    place: list[str]
