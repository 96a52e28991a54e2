"""What a leaders' page is asked for: the filters, the range and what to compare with. Pure.

All of it is in the URL, so that a link is the view. Several values of a filter are separated by
commas. Ranges are local days of the city::

    today  yesterday  7d  30d  week  month  last-month  year
    2018-01-15  2018-W03  2018-01  2018  2018-01-05..2018-01-20

In: a URL's query and the codes that the city has. Out: an :class:`Ask`, or ``AskError``.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode

import msgspec
from msgspec.structs import replace

from dashboard.core.model.actions import Channel, Level, Status
from dashboard.core.model.periods import AskError, Span, compared, span, written

__all__ = ["NONE", "Ask", "AskError", "Known", "Own", "Span", "compared", "parse", "span"]

#: a filter's value for 'none': no department, no category
NONE = "-"
COMPARE = ("previous", "year", "none")
LANGS = ("zh", "en")
THEMES = ("", "light", "dark")
#: a status filter may name a group as well
STATUS_GROUPS = ("open", "ended", "overdue", "response_overdue")
#: parameters with this prefix are 'what if' weights (dashboard.core.questions.what_if)
WEIGHT_PREFIX = "w_"
_MANY = ("department", "category", "level", "channel", "status")
_MAX_OWN = 20
_MAX_TEXT = 300


class Known(msgspec.Struct, frozen=True):
    """The codes that the city has."""

    areas: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()


class Own(msgspec.Struct, frozen=True, kw_only=True):
    """Parameters that belong to one page; "" for none. Their page checks the values.

    A link to another page leaves them out, see :meth:`Ask.bare`.
    """

    #: queue and scoreboard: the column to sort by; "-" in front of it for descending (queue)
    sort: str = ""
    #: queue: respond, handle, overdue …: see ``questions.queue.CLOCKS``
    clock: str = ""
    #: queue: part of an event's id
    q: str = ""
    #: scoreboard: whose scores; export of the overview: what to group by
    by: str = ""
    #: scoreboard and comparison: subjects that were picked, separated by commas
    d: str = ""
    #: export of one department, events behind its score: its code
    code: str = ""
    #: events behind a figure: see ``questions.opened``
    of: str = ""
    show: str = ""
    page: str = ""
    since: str = ""
    until: str = ""
    bin: str = ""
    only: str = ""
    unplaced: str = ""
    #: those close to an event, or in its grid: "near" or "grid", ":" and the event's id
    around: str = ""
    counted: str = ""
    #: overview: the view of the series, of the calendar, and the calendar's year
    move: str = ""
    days: str = ""
    year: str = ""
    #: grid: where the list goes on, and its month (YYYY-MM)
    cursor: str = ""
    month: str = ""
    #: time machine: local day (YYYY-MM-DD; also of the audit record), time, speed and scene
    day: str = ""
    at: str = ""
    speed: str = ""
    scene: str = ""
    #: people: the account shown; what was done to which account, or why it was not
    account: str = ""
    name: str = ""
    done: str = ""
    wrong: str = ""
    #: sign-in: the page to go to afterwards
    then: str = ""
    #: audit record: a user, a kind of act, and the entry that the list ends before
    who: str = ""
    what: str = ""
    before: str = ""
    #: intake: the source and the item shown, and what became of what was sent
    source: str = ""
    item: str = ""
    became: str = ""
    #: 'what if' weights by parameter: ``w_handling`` → "60"
    weights: Mapping[str, str] = {}
    #: parameters that no page knows; the page's own links keep them
    other: Mapping[str, str] = {}

    def query(self) -> dict[str, str]:
        """The parameters that are set, by name in alphabetical order."""
        texts = {name: value for name in _OWN if (value := getattr(self, name))}
        return dict(sorted({**texts, **self.weights, **self.other}.items()))


_OWN = tuple(name for name in Own.__struct_fields__ if name not in ("weights", "other"))


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One view of a page. A filter of "" means all."""

    area: str = ""
    department: str = ""
    category: str = ""
    level: str = ""
    channel: str = ""
    status: str = ""
    range: str = "month"
    compare: str = "previous"
    lang: str = "zh"
    #: light, dark, or "" for the browser's choice
    theme: str = ""
    own: Own = Own()

    def many(self, field: str) -> tuple[str, ...]:
        """The values of a filter, none for all."""
        text: str = getattr(self, field)
        return tuple(text.split(",")) if text else ()

    @property
    def filtered(self) -> bool:
        """Whether any filter is set besides the area and the range."""
        return any(getattr(self, field) for field in _MANY)

    def but(self, **changes: object) -> Ask:
        """The same ask with some parameters changed, by their names in the URL; None unsets one."""
        texts = {name: "" if value is None else str(value) for name, value in changes.items()}
        fields = {name: texts.pop(name) for name in _FIELDS if name in texts}
        for name, default in (("range", "month"), ("compare", "previous"), ("lang", "zh")):
            if name in fields and not fields[name]:
                fields[name] = default
        own = _own({**self.own.query(), **texts}) if texts else self.own
        return replace(self, own=own, **fields)

    def bare(self) -> Ask:
        """The same ask without the parameters that belong to one page."""
        return replace(self, own=Own())

    def query(self) -> dict[str, str]:
        """The parameters for the URL: defaults left out, in a stable order."""
        out = {n: v for n in _FIELDS if (v := getattr(self, n)) != getattr(_DEFAULT, n)}
        return {**out, **self.own.query()}

    def url(self, path: str, **changes: object) -> str:
        """The address of ``path`` for this ask, with some of it changed."""
        text = urlencode(self.but(**changes).query(), safe=",.:-", quote_via=quote)
        return f"{path}?{text}" if text else path


_FIELDS = tuple(name for name in Ask.__struct_fields__ if name != "own")
_DEFAULT = Ask()


def parse(query: Mapping[str, str | None], known: Known) -> Ask:
    """The ask of a URL's query; raises :class:`AskError` for a value that is not possible."""
    fields = {n: str(query[n]).strip() for n in _FIELDS if query.get(n) not in (None, "")}
    for name in _MANY:
        if name in fields:
            fields[name] = ",".join(dict.fromkeys(filter(None, fields[name].split(","))))
    ask = Ask(**fields, own=_own(_checked(query)))
    if ask.area and ask.area not in known.areas:
        raise AskError("area", ask.area, "the city has no such place")
    possible: Mapping[str, frozenset[str] | tuple[str, ...]] = {
        "department": known.departments | {NONE},
        "category": known.categories | {NONE},
        "level": tuple(Level),
        "channel": tuple(Channel),
        "status": (*Status, *STATUS_GROUPS),
    }
    for name, values in possible.items():
        for value in ask.many(name):
            if value not in values:
                raise AskError(name, value, f"there is no such {name}")
    for name, choices in (("compare", COMPARE), ("lang", LANGS), ("theme", THEMES)):
        if getattr(ask, name) not in choices:
            expected = ", ".join(filter(None, choices))
            raise AskError(name, getattr(ask, name), f"expected one of {expected}")
    return replace(ask, range=written(ask.range))


def _checked(query: Mapping[str, str | None]) -> dict[str, str]:
    """The parameters that are no filters, if they are few and short; raises :class:`AskError`."""
    out = {k: str(v) for k, v in query.items() if k not in _FIELDS and v not in (None, "")}
    if len(out) > _MAX_OWN:
        raise AskError("query", len(out), f"more than {_MAX_OWN} other values")
    for name, value in out.items():
        if not name.isidentifier() or len(name) > 40:
            raise AskError("query", name[:40], "there is no such setting")
        if len(value) > _MAX_TEXT or not value.isprintable():
            raise AskError(name, value[:40], f"expected up to {_MAX_TEXT} printable characters")
    return out


def _own(texts: Mapping[str, str]) -> Own:
    """The parameters of one page from texts by name; an empty text unsets one."""
    named: dict[str, str] = {}
    weights: dict[str, str] = {}
    other: dict[str, str] = {}
    for name, text in texts.items():
        if text:
            into = named if name in _OWN else other
            (weights if name.startswith(WEIGHT_PREFIX) else into)[name] = text
    return Own(**named, weights=weights, other=other)
