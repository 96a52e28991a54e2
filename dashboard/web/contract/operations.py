"""Every HTTP call of the app: what it takes and what it answers. One line each.

A call without a line is refused by a test. Who may use a call is in the table of rights
(`dashboard/web/security/rights.py`), its parameters are the route's own.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from dashboard.config.scenes.draft import Draft
from dashboard.core.questions.ask import Ask, Own
from dashboard.core.scoring.explanation import Explanation
from dashboard.core.wall.state import Wall
from dashboard.core.wall.steering_answers import Report as SteerReport
from dashboard.web.api.operations import Report
from dashboard.web.contract import event_shapes as e
from dashboard.web.contract import site_shapes as s
from dashboard.web.pages.scene_editing import Saving
from data_sources.channels.trial import Trial
from data_sources.past.day_marks import DayMarks
from data_sources.records.ledger import LedgerPage
from data_sources.records.scores import Answer as Board

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
_HTML = "text/html"


@dataclass(frozen=True)
class Media:
    """An answer that is no JSON, by its content types."""

    types: tuple[str, ...]


@dataclass(frozen=True)
class Operation:
    """One call."""

    #: status → the type of the JSON, `Media`, or None for no body
    answers: dict[int, Any]
    #: the type of the body
    body: Any = None
    #: a browser's form may send the body as well, and gets a page or a redirect
    form: bool = False
    #: parameters that the route reads itself
    queries: tuple[str, ...] = ()
    #: statuses of errors that carry more than a `Problem`, or something else
    errors: dict[int, Any] = field(default_factory=dict)
    #: the content types of refusals besides JSON
    refusals: tuple[str, ...] = ()


_NO = None
_PNG = Media(("image/png",))
_IMAGES = Media(
    ("image/png", "image/jpeg", "image/webp", "image/svg+xml", "application/x-protobuf")
)
_GEO = Media(("application/geo+json",))
_PAPERS = Media(
    (
        "application/pdf",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
)
_TABLES = Media(("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))
_PAGE = tuple(
    name
    for name in (*Ask.__struct_fields__, *Own.__struct_fields__)
    if name not in ("own", "weights", "other")
)
#: of the queue: `at` is its own moment
_VIEW = tuple(name for name in _PAGE if name != "at")


def _form(answer: Any, status: int, body: Any) -> Operation:
    """A call of a page's form, or of a script."""
    return Operation({status: answer, 303: _NO}, body, form=True, refusals=(_HTML,))


OPERATIONS: dict[str, Operation] = {
    "POST /api/v1/actions": Operation(
        {200: e.Results},
        e.SentAction | list[e.SentAction],
        errors={400: e.Results},
    ),
    "GET /api/v1/outcomes": Operation({200: e.Outcomes}),
    "GET /api/v1/unknown-codes": Operation({200: e.UnknownCodes}),
    "POST /api/v1/events/{event_id}/void": replace(
        _form(e.Voided, 200, e.Reason), answers={200: e.Voided, 202: e.Voided, 303: _NO}
    ),
    "POST /api/v1/events/{event_id}/unvoid": replace(
        _form(e.Voided, 200, e.Reason), answers={200: e.Voided, 202: e.Voided, 303: _NO}
    ),
    "POST /api/v1/intake/{name}": _form(e.Settled, 200, e.Settlement),
    "POST /api/v1/sign-in": _form(s.SignedIn, 200, s.SignIn),
    "POST /api/v1/sign-out": _form(_NO, 204, s.Nothing),
    "POST /api/v1/account/password": _form(_NO, 204, s.NewPassword),
    "POST /api/v1/account/end": _form(_NO, 204, s.Nothing),
    "GET /api/v1/me": Operation({200: s.Me}),
    "GET /api/v1/people": Operation({200: s.People}),
    "POST /api/v1/people": _form(s.AccountDone, 200, s.NewAccount),
    "POST /api/v1/people/{name}": _form(s.AccountDone, 200, s.AccountChange),
    "GET /api/v1/audit": Operation({200: s.Audit}),
    "GET /api/v1/briefs": Operation({200: s.Briefs}),
    "POST /api/v1/briefs": Operation({202: s.BriefId}, s.BriefWish),
    "GET /api/v1/briefs/{brief_id}": Operation({200: s.OneBrief}),
    "DELETE /api/v1/briefs/{brief_id}": Operation({200: s.BriefDone}),
    "POST /api/v1/briefs/{brief_id}/send": Operation({200: s.BriefSent}),
    "GET /api/v1/briefs/{brief_id}/paper.{kind}": Operation({200: _PAPERS, 304: _NO}),
    "GET /api/v1/briefs/{brief_id}/charts/{chart_id}.png": Operation({200: _PNG}),
    "GET /api/v1/devices": Operation({200: s.DevicesFound}),
    "POST /api/v1/devices": Operation({201: s.Paired}),
    "DELETE /api/v1/devices/{name}": Operation({204: _NO}),
    "GET /api/v1/pairing": Operation({200: s.Pairing}),
    "POST /api/v1/pairing": Operation({200: s.Pairing}),
    "GET /api/v1/screen": Operation({200: s.Screen}),
    "GET /api/v1/events/{event_id}": Operation({200: e.EventFound}),
    "GET /api/v1/events/{event_id}/actions": Operation({200: e.Story}),
    "POST /api/v1/events/{event_id}/act": Operation({200: e.Acted, 202: e.Acted}, e.Act),
    "GET /api/v1/grids/{code}/ledger": Operation({200: LedgerPage}),
    "GET /api/v1/scores": Operation({200: Board}),
    "GET /api/v1/scores/explain": Operation({200: Explanation}),
    "GET /api/v1/warnings": Operation({200: e.WarningsFound}),
    "GET /api/v1/queue": Operation({200: e.QueueRows}, queries=_VIEW),
    "GET /api/v1/queue/changes": Operation({200: e.QueueChanges}, queries=_VIEW),
    "GET /api/v1/search": Operation({200: s.SearchFound}),
    "GET /api/v1/views": Operation({200: s.ViewsFound}),
    "POST /api/v1/views": Operation({200: s.ViewSaved}, s.ViewWish),
    "DELETE /api/v1/views": Operation({200: s.ViewRemoved}),
    "GET /api/v1/past/range": Operation({200: e.Range}),
    "GET /api/v1/past/frames": Operation({200: e.Frames}),
    "GET /api/v1/past/marks": Operation({200: DayMarks}),
    "GET /api/v1/export/{name}": Operation({200: _TABLES}, queries=_PAGE),
    "GET /api/v1/steer": Operation({200: s.SteerFound}),
    "POST /api/v1/steer": Operation({200: s.Steered}, s.SteerWish),
    "POST /api/v1/steer/heard": Operation({200: s.SteerHeard}, SteerReport),
    "DELETE /api/v1/steer": Operation({200: s.SteerEnded}),
    "GET /api/v1/wall": Operation({200: Wall}),
    "POST /api/v1/wall-errors": Operation({204: _NO}, Report),
    "GET /stream": Operation({200: Media(("text/event-stream",))}),
    "GET /api/v1/scenes": Operation({200: s.ScenesFound}),
    "GET /api/v1/scenes/file": Operation({200: s.SceneFileFound}),
    "POST /api/v1/scenes/draft": Operation({200: s.SceneDraftTried}, Draft),
    "POST /api/v1/scenes": Operation({200: s.ScenesWritten}, Saving, errors={422: s.SceneMistakes}),
    "GET /api/v1/places/{code}": Operation({200: e.PlaceFound, 304: _NO}),
    "GET /map/setup.json": Operation({200: s.MapSetup}),
    "GET /map/tiles/{z}/{x}/{y}": Operation({200: _IMAGES}),
    "GET /map/overlay/{number}.geojson": Operation({200: _GEO}),
    "POST /api/v1/channels/{name}/test": _form(Trial, 200, s.Nothing),
    "GET /api/v1/outbox": Operation({200: s.Outbox}),
    "GET /healthz": Operation({200: s.Alive}),
    "GET /readyz": Operation({200: s.Ready}, errors={503: s.Ready}),
    "GET /metrics": Operation({200: Media(("text/plain",))}),
}
