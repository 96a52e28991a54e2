"""The shapes of bodies and answers about accounts, screens, briefs and the running site.

Only for the document. They are those that no struct of another room has.

A field that may be missing is `NotRequired`. Answers may get more fields in later versions.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from msgspec import Meta

from dashboard.core.wall.steering import Order
from dashboard.core.wall.steering_answers import AnsweredOrder
from dashboard.web.people.model import Role
from data_sources.accounts.saved_views import SavedView
from data_sources.briefs.store import Entry
from data_sources.walls.steering import Line as SteeringLine

Id = Annotated[str, Meta(min_length=1, max_length=200)]
Text = Annotated[str, Meta(max_length=200)]
#: ISO 8601 with a zone, or ms UTC
Time = int | str


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
    """Orders in force with what the walls answered, the last lines of the record, the screens."""

    now: int
    active: list[AnsweredOrder]
    log: list[SteeringLine]
    devices: list[str]


class SteerHeard(TypedDict):
    """When a wall reports again; 0 if no such order is in force for it."""

    again_ms: int


class SteerEnded(TypedDict):
    """The orders that were ended."""

    ended: list[Order]


class ViewWish(TypedDict):
    """A view of the queue to save."""

    name: str
    query: NotRequired[str]
    shared: NotRequired[bool]


class SearchItem(TypedDict):
    """A match of the search field: where it leads, its words and a note."""

    href: str
    words: str
    note: str


class SearchGroup(TypedDict):
    """The best matches of a kind, and how many more there are."""

    id: str
    items: list[SearchItem]
    more: int


class SearchFound(TypedDict):
    """What the search field found."""

    groups: list[SearchGroup]


class ViewsFound(TypedDict):
    """The saved views."""

    views: list[SavedView]


class ViewSaved(TypedDict):
    """The view that was saved."""

    view: SavedView


class ViewRemoved(TypedDict):
    """Whether there was such a view."""

    removed: bool


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


class SceneMistake(TypedDict):
    """One thing that is wrong in the scene file, or would be; `path` names the setting."""

    reason: str
    line: int
    path: str
    value: str
    kind: str


class SceneFileFound(TypedDict):
    """The scene file that `/scenes` writes; `refusal` is why it cannot."""

    name: str
    version: str
    refusal: str
    own: list[str]
    mistakes: list[SceneMistake]


class SceneDraftTried(TypedDict):
    """The scenes as pages would get them, null if the file would have mistakes."""

    mistakes: list[SceneMistake]
    page: Any


class ScenesWritten(TypedDict):
    """The scenes as pages get them, and the version and the own scenes of the file now."""

    mistakes: list[SceneMistake]
    page: Any
    version: str
    own: list[str]


class SceneMistakes(TypedDict):
    """A refusal with every mistake that the file would have."""

    error: str
    field: str | None
    detail: str | None
    mistakes: list[SceneMistake]


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
