"""What a leaders' page is asked for: the filters, the range and what to compare with. Pure.

The whole of it stands in the URL, so that a link is the view. Several values of a filter are
separated by commas. Ranges are local days of the city::

    today  yesterday  7d  30d  week  month  last-month  year
    2018-01-15  2018-W03  2018-01  2018  2018-01-05..2018-01-20

'What if' weights as a page's address holds them: ``w_handling=60``. Pure; nothing is kept.

Shares are told as people think of them: any numbers from 0 to 100, made to add up to 1 within
their group, so that moving one slider never makes an address that is refused.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from msgspec.structs import replace

from dashboard.core.model.actions import Channel, Level, Status
from dashboard.core.model.periods import AskError, Span, compared, span, written
from dashboard.core.model.rules import Weights
from dashboard.core.scoring.weights import WeightsError, reweighted

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


PREFIX = "w_"
#: parameter → where it stands in the weights
SHARES: Mapping[str, tuple[str, ...]] = {
    "total": ("dispatch", "handling", "outcome"),
    "outcome": ("satisfied", "rework", "recurrence"),
}
LEVELS = tuple(Level)
RATING, MIN_RANKED = "rating", "min_ranked"
#: the largest weight of a level that a page offers
MAX_LEVEL = 100
NAMES = (
    *(PREFIX + name for names in SHARES.values() for name in names),
    *(PREFIX + level for level in LEVELS),
    PREFIX + RATING,
    PREFIX + MIN_RANKED,
)


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """The weights of a page; ``changed`` names those that are not the ones in force."""

    weights: Weights
    #: as a 'what if' of the API names them: ``total.dispatch`` → 0.4
    changed: dict[str, float]

    @property
    def what_if(self) -> bool:
        """Whether these are not the weights in force."""
        return bool(self.changed)


def tried(base: Weights, extra: Mapping[str, str]) -> Tried:
    """The weights that an address asks for; raises :class:`AskError` naming the parameter."""
    given = {name: extra[name] for name in NAMES if name in extra}
    wanted = fields(base) | {name: _number(name, text) for name, text in given.items()}
    changes: dict[str, float] = {}
    for group, names in SHARES.items():
        if not any(PREFIX + name in given for name in names):
            continue
        whole = math.fsum(wanted[PREFIX + name] for name in names)
        if whole <= 0:
            raise AskError(PREFIX + names[0], given.get(PREFIX + names[0], "0"), "all are 0")
        changes |= {f"{group}.{name}": wanted[PREFIX + name] / whole for name in names}
    changes |= {f"levels.{v}": wanted[PREFIX + v] for v in LEVELS if PREFIX + v in given}
    if PREFIX + RATING in given:
        changes[RATING] = wanted[PREFIX + RATING] / 100
    if PREFIX + MIN_RANKED in given:
        changes[MIN_RANKED] = wanted[PREFIX + MIN_RANKED]
    try:
        weights = reweighted(base, changes)
    except WeightsError as error:
        name = PREFIX + error.field.rpartition(".")[2]
        raise AskError(name, str(error.value), error.reason) from error
    now = _flat(base)
    moved = {k: v for k, v in _flat(weights).items() if not math.isclose(v, now[k], abs_tol=1e-9)}
    return Tried(weights=weights if moved else base, changed=moved)


def fields(weights: Weights) -> dict[str, float]:
    """What the page's fields show for these weights: shares as percent."""
    out: dict[str, float] = {}
    for group, names in SHARES.items():
        shares = getattr(weights, group)
        out |= {PREFIX + name: round(100 * shares[name], 6) for name in names}
    out |= {PREFIX + level: float(weights.levels[level]) for level in LEVELS}
    out[PREFIX + RATING] = round(100 * weights.rating, 6)
    out[PREFIX + MIN_RANKED] = float(weights.min_ranked)
    return out


def _flat(weights: Weights) -> dict[str, float]:
    out: dict[str, float] = {}
    for group, names in {**SHARES, "levels": LEVELS}.items():
        out |= {f"{group}.{name}": float(getattr(weights, group)[name]) for name in names}
    return out | {RATING: weights.rating, MIN_RANKED: float(weights.min_ranked)}


def _number(name: str, text: str) -> float:
    top = MAX_LEVEL if name[len(PREFIX) :] in LEVELS else 1000 if name.endswith(MIN_RANKED) else 100
    whole = top != 100 or name[len(PREFIX) :] in LEVELS
    try:
        value = float(text)
        if not 0 <= value <= top or (whole and not value.is_integer()):
            raise ValueError
    except ValueError:
        kind = "a whole number" if whole else "a number"
        raise AskError(name, text, f"expected {kind} from 0 to {top}") from None
    return value
