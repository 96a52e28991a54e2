"""What a leaders' page is asked for: the filters, the range and what to compare with. Pure.

The whole of it stands in the URL, so that a link is the view. Several values of a filter are
separated by commas. Ranges are local days of the city::

    today  yesterday  7d  30d  week  month  last-month  year
    2018-01-15  2018-W03  2018-01  2018  2018-01-05..2018-01-20
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from msgspec.structs import replace

from dashboard.core.model.actions import Channel, Level, Status
from dashboard.core.model.periods import AskError, Span, compared, span, written

__all__ = ["NONE", "Ask", "AskError", "Known", "Span", "compared", "parse", "span"]

#: a filter's value for 'none': no department, no category
NONE = "-"
COMPARE = ("previous", "year", "none")
LANGS = ("zh", "en")
THEMES = ("", "light", "dark")
#: a status filter may name a group as well
STATUS_GROUPS = ("open", "ended", "overdue")
_MANY = ("department", "category", "level", "channel", "status")
_MAX_EXTRA = 20
_MAX_TEXT = 300


class Known(msgspec.Struct, frozen=True):
    """The codes that the city has."""

    areas: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One view of a page. ``extra`` holds what only that page knows (a tab, a sort, a search)."""

    area: str = ""
    department: str = ""
    category: str = ""
    level: str = ""
    channel: str = ""
    status: str = ""
    range: str = "month"
    compare: str = "previous"
    lang: str = "zh"
    theme: str = ""
    extra: Mapping[str, str] = {}

    def many(self, field: str) -> tuple[str, ...]:
        """The values of a filter, none for all."""
        text: str = getattr(self, field)
        return tuple(text.split(",")) if text else ()

    @property
    def filtered(self) -> bool:
        """Whether anything besides the area and the range is chosen."""
        return any(getattr(self, field) for field in _MANY)

    def but(self, **changes: Any) -> Ask:
        """The same ask with fields, or entries of ``extra``, changed; None takes one away."""
        fields = {k: "" if v is None else str(v) for k, v in changes.items() if k in _FIELDS}
        for name, default in (("range", "month"), ("compare", "previous"), ("lang", "zh")):
            if name in fields and not fields[name]:
                fields[name] = default
        rest = {k: v for k, v in changes.items() if k not in _FIELDS}
        extra = {**self.extra, **{k: str(v) for k, v in rest.items() if v is not None}}
        extra = {k: v for k, v in extra.items() if v != "" and rest.get(k, "") is not None}
        return replace(self, extra=extra, **fields)

    def query(self) -> dict[str, str]:
        """As it stands in the URL: defaults left out, in a stable order."""
        out = {n: v for n in _FIELDS if (v := getattr(self, n)) != getattr(_DEFAULT, n)}
        return {**out, **dict(sorted(self.extra.items()))}

    def url(self, path: str, **changes: Any) -> str:
        """The address of ``path`` for this ask, with some of it changed."""
        text = urlencode(self.but(**changes).query(), safe=",.:-", quote_via=quote)
        return f"{path}?{text}" if text else path


_FIELDS = tuple(name for name in Ask.__struct_fields__ if name != "extra")
_DEFAULT = Ask()


def parse(query: Mapping[str, str | None], known: Known) -> Ask:
    """The ask of a URL's query; raises :class:`AskError` for a value that is not possible."""
    fields = {n: str(query[n]).strip() for n in _FIELDS if query.get(n) not in (None, "")}
    for name in _MANY:
        if name in fields:
            fields[name] = ",".join(dict.fromkeys(filter(None, fields[name].split(","))))
    ask = Ask(**fields, extra=_extra(query))
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


def _extra(query: Mapping[str, str | None]) -> dict[str, str]:
    out = {k: str(v) for k, v in query.items() if k not in _FIELDS and v not in (None, "")}
    if len(out) > _MAX_EXTRA:
        raise AskError("query", len(out), f"more than {_MAX_EXTRA} other values")
    for name, value in out.items():
        if not name.isidentifier() or len(name) > 40:
            raise AskError("query", name[:40], "there is no such setting")
        if len(value) > _MAX_TEXT or not value.isprintable():
            raise AskError(name, value[:40], f"expected up to {_MAX_TEXT} printable characters")
    return out
