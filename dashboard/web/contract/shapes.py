"""The shapes of bodies and answers that no struct of another room has; only for the document.

A field that may be missing is `NotRequired`. Answers may get more fields in later versions.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from msgspec import Meta

from dashboard.core.model.actions import Channel, Kind, Level
from dashboard.core.wall.steering import Order
from dashboard.web.people.model import Role
from data_sources.accounts.saved_views import SavedView
from data_sources.briefs.store import Entry
from data_sources.walls.steering import Line as SteeringLine

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


class SignIn(TypedDict):
    """Name and password; `next` is the path to go to afterwards."""

    name: str
    password: str
    next: NotRequired[str]


class SignedIn(TypedDict):
    """The account that has just signed in."""

    name: str
    role: Role
    area: str
    must_change: bool


class Nothing(TypedDict):
    """An empty object."""


class NewPassword(TypedDict):
    """The present password and the new one."""

    old: str
    new: str
    again: NotRequired[str]
    then: NotRequired[str]


class Me(TypedDict):
    """Who asks, and what they may do."""

    name: str
    role: Role
    area: str
    how: str
    may: list[str]
    must_change: bool


class NewAccount(TypedDict):
    """An account to add."""

    name: str
    role: Role
    area: NotRequired[str]
    password: str


class AccountChange(TypedDict):
    """What to do to an account; `change` takes role and area, `reset` a password."""

    what: Literal["change", "disable", "enable", "end", "reset", "remove"]
    role: NotRequired[str]
    area: NotRequired[str]
    password: NotRequired[str]


class AccountDone(TypedDict):
    """What was done to which account."""

    done: str
    name: str


class AccountRow(TypedDict):
    """An account; times are ms, 0 for never."""

    name: str
    role: Role
    area: str
    how: str
    disabled: int
    must_change: bool
    created: int
    by: str
    seen: int


class People(TypedDict):
    """The accounts that the caller may manage."""

    people: list[AccountRow]


class AuditLine(TypedDict):
    """A line of the record; `at` is ISO 8601 in the city's zone."""

    who: str
    how: str
    what: str
    object: str
    detail: str
    area: str
    address: str
    id: str
    at: str


class Audit(TypedDict):
    """A page of the record."""

    lines: list[AuditLine]
    older: str


class BriefWish(TypedDict):
    """A brief to make."""

    at: str
    area: NotRequired[str]
    send: NotRequired[bool]


class Briefs(TypedDict):
    """The list of briefs."""

    briefs: list[Entry]


class BriefId(TypedDict):
    """The id of a brief that was requested."""

    id: str


class OneBrief(TypedDict):
    """A brief's entry, and the brief once it is made."""

    entry: Entry
    brief: dict[str, Any] | None


class BriefDone(TypedDict):
    """What became of a cancellation."""

    done: Literal["cancelled", "asked", "over"]


class BriefSent(TypedDict):
    """How often a brief was sent."""

    sent: int


class DeviceRow(TypedDict):
    """A paired screen; times are ms."""

    name: str
    area: str
    scenes: list[str]
    created: int
    revoked: int
    by: str
    seen: int


class DevicesFound(TypedDict):
    """Every screen, and the log of pairing."""

    devices: list[DeviceRow]
    log: list[dict[str, str]]


class Paired(TypedDict):
    """The screen that was paired."""

    device: DeviceRow


class Pairing(TypedDict):
    """Whether a screen is paired, and the code that it shows if it is not."""

    state: Literal["paired", "waiting", "none"]
    code: NotRequired[str]
    seconds: NotRequired[int]


class Screen(TypedDict):
    """Who looks at a screen: a device, the demo's visitor, or a person's role."""

    role: str
    device: str
    area: str
    scenes: list[str]


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


class SteerWish(TypedDict):
    """What to show on a wall, and for how long."""

    id: NotRequired[str]
    device: NotRequired[str]
    scene: NotRequired[str]
    area: NotRequired[str]
    event: NotRequired[str]
    seconds: NotRequired[int]


class Steered(TypedDict):
    """The order that was made of a wish."""

    id: str
    device: str
    scene: str
    area: str
    event: str
    by: str
    at: int
    until: int
    repeated: bool


class SteerFound(TypedDict):
    """Orders in force, the last lines of the record, and the screens."""

    now: int
    active: list[Order]
    log: list[SteeringLine]
    devices: list[str]


class SteerEnded(TypedDict):
    """The orders that were ended."""

    ended: list[Order]


class ViewWish(TypedDict):
    """A view of the queue to save."""

    name: str
    query: NotRequired[str]
    shared: NotRequired[bool]


class ViewsFound(TypedDict):
    """The saved views."""

    views: list[SavedView]


class ViewSaved(TypedDict):
    """The view that was saved."""

    view: SavedView


class ViewRemoved(TypedDict):
    """Whether there was such a view."""

    removed: bool


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


class MapSetup(TypedDict):
    """The base map, and the overlays."""

    base: dict[str, Any]
    overlays: list[dict[str, Any]]


class ScenesFound(TypedDict):
    """The scene file that is in force; `error` lists the mistakes of a newer one."""

    scenes: dict[str, Any]
    profiles: dict[str, Any]
    overlays: list[Any]
    map: dict[str, Any]
    wall: dict[str, Any]
    error: Any


class Outbox(TypedDict):
    """Deliveries: counts, channels, those that wait and those that were given up."""

    counts: dict[str, int]
    channels: dict[str, dict[str, Any]]
    waiting: list[dict[str, Any]]
    given_up: list[dict[str, Any]]


class Alive(TypedDict):
    """The process answers."""

    status: Literal["ok"]


class Ready(TypedDict):
    """Whether the wall shows the truth of now, and what stopped if it does not."""

    ready: bool
    stop: str | None
    reason: NotRequired[str]
    lag: NotRequired[int]
    age_ms: NotRequired[int]


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
