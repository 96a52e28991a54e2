"""Warnings: one for an incident, at the place that explains it best, with its other places. Pure.

An incident is what surges in one category in one township with no calm hour between. :func:`step`
returns what a pass changes: which incidents begin, grow, move to another place, or are over.
:func:`seen_from` cuts a warning to an area, :func:`surge_row` is a warning as a wall shows it.
docs/warnings.md explains which place explains an incident best, and why.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from dashboard.core.model.rules import HOUR
from dashboard.core.surges.judge import Evidence, Judgement, Pair, Window, chance, evidence
from dashboard.core.surges.model import Model

#: a warning subsides when this long has passed since the last hour that was high
CALM_MS = 2 * HOUR
#: a grid with a larger share than this of its township's excess explains an incident
_MOST = 1 / 2
#: ... and with at least this share takes over a warning raised for the township
_TAKES_OVER = 2 / 3


class Folded(msgspec.Struct, frozen=True):
    """Another place of an incident, unusual enough for a warning of its own."""

    tier: str
    code: str
    #: when it was first unusual enough, ms
    since: int
    #: at its peak
    evidence: Evidence


class SurgeWarning(msgspec.Struct, frozen=True):
    """The warning of one incident, with the evidence at its peak."""

    #: names the place for which it was raised; stays when the warning moves
    id: str
    tier: str
    code: str
    category: str
    raised_at: int
    updated_at: int
    #: end of the last hour that was high, ms
    high_until: int
    evidence: Evidence
    #: start of the first hour that was unusual enough, ms; 0: that of the evidence
    began: int = 0
    #: its other places, by code
    folded: tuple[Folded, ...] = ()

    @property
    def pair(self) -> Pair:
        return self.tier, f"{self.code}|{self.category}"

    @property
    def start(self) -> int:
        """When the incident began, ms."""
        return self.began or self.evidence.start

    @property
    def head(self) -> Folded:
        """The warning's own place, as the folded ones are."""
        return Folded(self.tier, self.code, self.raised_at, self.evidence)


class Moved(msgspec.Struct, frozen=True):
    """A warning that has moved to the place that explains it better.

    The reason is ``spread`` (from a grid to its township) or ``one_grid`` (to one of its grids).
    """

    warning: SurgeWarning
    reason: str


class Ended(msgspec.Struct, frozen=True):
    """A warning that is over: subsided, withdrawn (time went back), or folded into ``by``."""

    warning: SurgeWarning
    reason: str
    by: str = ""


@dataclass(frozen=True)
class Outcome:
    """What a pass changes."""

    raised: tuple[SurgeWarning, ...] = ()
    updated: tuple[SurgeWarning, ...] = ()
    moved: tuple[Moved, ...] = ()
    ended: tuple[Ended, ...] = ()


@dataclass
class _Incident:
    """An incident in the course of a pass: its warning if it has one, its span, what is new."""

    start: int
    end: int
    warning: SurgeWarning | None = None
    #: the warning as it was read
    stored: SurgeWarning | None = None
    found: list[Judgement] = field(default_factory=list)

    def resumes(self, pair: Pair) -> bool:
        """Whether a pair goes on with it even after a calm hour: its own place, or a part of it."""
        one = self.warning
        if one is None or pair == one.pair:
            return one is not None
        return one.tier == "township" and pair[0] == "grid"

    def take(self, one: Judgement) -> None:
        self.found.append(one)
        if one.strong:
            self.start = min(self.start, _newest(one.window))
            self.end = max(self.end, one.window.end)


def step(
    models: Mapping[str, Model],
    opened: Iterable[SurgeWarning],
    judgements: Iterable[Judgement],
    now: int,
    township_of: Callable[[str], str],
) -> Outcome:
    """One pass over all incidents, from what is open and what is unusual at ``now``."""

    def group(pair: Pair) -> tuple[str, str]:
        code, _, category = pair[1].partition("|")
        # a grid of no known township is a group of its own
        return (code if pair[0] == "township" else township_of(code) or code), category

    raised: list[SurgeWarning] = []
    updated: list[SurgeWarning] = []
    moved: list[Moved] = []
    ended: list[Ended] = []
    running: dict[tuple[str, str], list[SurgeWarning]] = defaultdict(list)
    for warning in opened:
        if warning.raised_at > now:
            ended.append(Ended(warning, "withdrawn"))
        else:
            running[group(warning.pair)].append(warning)
    unusual: dict[tuple[str, str], list[Judgement]] = defaultdict(list)
    for one in judgements:
        if one.keeps:
            unusual[group(one.pair)].append(one)
    for key in sorted(running.keys() | unusual.keys()):
        found = unusual.get(key, [])
        incidents, doubles = _merged(running.get(key, ()))
        ended += doubles
        _share_out(found, incidents)
        for incident in incidents:
            before, peaks = incident.warning, _peaks(incident.found)
            if before is None:
                raised.append(_raise(models, incident, _place(peaks, found), peaks, now))
                continue
            after = _grown(models, incident, before, peaks, now)
            to = _better_place(before, peaks, found)
            if now >= after.high_until + CALM_MS:
                ended.append(Ended(after, "subsided"))
            elif to is not None:
                reason = "spread" if to[0] == "township" else "one_grid"
                moved.append(Moved(_moved(after, to), reason))
            elif after != incident.stored:
                updated.append(after)
    return Outcome(tuple(raised), tuple(updated), tuple(moved), tuple(ended))


def _merged(opened: Iterable[SurgeWarning]) -> tuple[list[_Incident], list[Ended]]:
    """The incidents of a group's open warnings; those that turned out to be one are folded."""
    incidents: list[_Incident] = []
    ended: list[Ended] = []
    for one in sorted(opened, key=lambda w: (w.raised_at, w.tier == "grid", w.id)):
        touching = (i for i in incidents if i.start <= one.high_until and one.start <= i.end)
        same = next(touching, None)
        if same is None or same.warning is None:
            incidents.append(_Incident(one.start, one.high_until, one, one))
            continue
        same.start, same.end = min(same.start, one.start), max(same.end, one.high_until)
        same.warning = msgspec.structs.replace(
            _with(same.warning, (one.head, *one.folded)), began=same.start, high_until=same.end
        )
        ended.append(Ended(one, "folded", same.warning.id))
    return incidents, ended


def _share_out(found: Iterable[Judgement], incidents: list[_Incident]) -> None:
    """Give each judgement to the incident whose time it is of; strong ones may begin a new one.

    Grids first, so that what begins in a grid takes its township's count along.
    """
    for one in sorted(found, key=lambda j: (j.pair[0] == "township", j.window.start, j.pair)):
        window = one.window
        homes = []
        for number, incident in enumerate(incidents):
            overlap = min(window.end, incident.end) - max(window.start, incident.start)
            own = incident.resumes(one.pair)
            if overlap >= 0 or own:
                homes.append((max(overlap, 0), own, incident.end, number))
        if homes:
            incidents[max(homes)[-1]].take(one)
        elif one.strong:
            incidents.append(_Incident(_newest(window), window.end, found=[one]))


def _newest(window: Window) -> int:
    """The start of the newest hour of a window, ms."""
    return window.start if window.single else window.end - HOUR


def _peaks(found: Iterable[Judgement]) -> dict[Pair, Judgement]:
    """Each pair's least likely strong judgement."""
    peaks: dict[Pair, Judgement] = {}
    for one in found:
        if one.strong:
            known = peaks.get(one.pair, one)
            peaks[one.pair] = min(known, one, key=lambda j: (j.p, j.window.end))
    return peaks


def _largest(town: Judgement, found: Iterable[Judgement]) -> tuple[Pair | None, float]:
    """The grid with most of a township's excess in the same window, and its share of it."""
    inside = [j for j in found if j.pair[0] == "grid" and j.window == town.window]
    if not inside:
        return None, 0.0
    best = max(inside, key=lambda j: (j.observed - j.mean, j.pair))
    return best.pair, (best.observed - best.mean) / (town.observed - town.mean)


def _town(peaks: Mapping[Pair, Judgement]) -> Judgement | None:
    return next((peak for pair, peak in peaks.items() if pair[0] == "township"), None)


def _place(peaks: Mapping[Pair, Judgement], found: Iterable[Judgement]) -> Pair:
    """Where a new incident is: in its township, unless most of it is in one grid."""
    town = _town(peaks)
    if town is None:
        return min(peaks, key=lambda pair: (peaks[pair].p, pair))
    grid, share = _largest(town, found)
    return grid if grid in peaks and grid is not None and share > _MOST else town.pair


def _better_place(
    before: SurgeWarning, peaks: Mapping[Pair, Judgement], found: Iterable[Judgement]
) -> Pair | None:
    """Where a warning moves to, if another place explains it better now.

    A township's warning moves only while the township is at its peak: what is left of a wide
    incident may well be in one grid.
    """
    town = _town(peaks)
    if town is None:
        return None
    grid, share = _largest(town, found)
    if before.tier == "grid":
        return town.pair if share <= _MOST else None
    at_peak = town.p < before.evidence.p
    return grid if at_peak and grid in peaks and share >= _TAKES_OVER else None


def _raise(
    models: Mapping[str, Model],
    incident: _Incident,
    pair: Pair,
    peaks: Mapping[Pair, Judgement],
    now: int,
) -> SurgeWarning:
    tier, name = pair
    code, _, category = name.partition("|")
    warning = SurgeWarning(
        id=f"{tier}:{code}:{category}:{now}",
        tier=tier,
        code=code,
        category=category,
        raised_at=now,
        updated_at=now,
        high_until=incident.end,
        evidence=evidence(models[tier], peaks[pair]),
        began=incident.start,
    )
    return _with(warning, _parts(models, peaks, now))


def _grown(
    models: Mapping[str, Model],
    incident: _Incident,
    before: SurgeWarning,
    peaks: Mapping[Pair, Judgement],
    now: int,
) -> SurgeWarning:
    """A warning with what a pass adds: stronger evidence, further places, a later end.

    An hour keeps it open that is strong at any of its places, or high at its own.
    """
    high = (j.window.end for j in incident.found if j.strong or j.pair == before.pair)
    # a clock that went back a little must not keep it open until it has caught up
    high_until = min(max([before.high_until, *high]), now + HOUR)
    after = _with(before, _parts(models, peaks, now))
    after = msgspec.structs.replace(after, began=incident.start, high_until=high_until)
    return before if after == before else msgspec.structs.replace(after, updated_at=now)


def _parts(
    models: Mapping[str, Model], peaks: Mapping[Pair, Judgement], now: int
) -> Iterable[Folded]:
    for (tier, name), peak in peaks.items():
        yield Folded(tier, name.partition("|")[0], now, evidence(models[tier], peak))


def _with(warning: SurgeWarning, places: Iterable[Folded]) -> SurgeWarning:
    """A warning with further places, or with stronger evidence of those it has."""
    parts = {(one.tier, one.code): one for one in (warning.head, *warning.folded)}
    for one in places:
        known = parts.get((one.tier, one.code))
        if known is None:
            parts[one.tier, one.code] = one
        elif one.evidence.p < known.evidence.p:
            parts[one.tier, one.code] = msgspec.structs.replace(known, evidence=one.evidence)
    own = parts.pop((warning.tier, warning.code))
    folded = tuple(sorted(parts.values(), key=lambda one: one.code))
    return msgspec.structs.replace(warning, evidence=own.evidence, folded=folded)


def _moved(warning: SurgeWarning, to: Pair) -> SurgeWarning:
    """A warning at another of its places; its id and its beginning stay."""
    code = to[1].partition("|")[0]
    head = next(one for one in warning.folded if one.code == code)
    rest = [one for one in (warning.head, *warning.folded) if one != head]
    return msgspec.structs.replace(
        warning,
        tier=head.tier,
        code=head.code,
        evidence=head.evidence,
        folded=tuple(sorted(rest, key=lambda one: one.code)),
    )


def seen_from(warning: SurgeWarning, inside: Callable[[str], bool]) -> SurgeWarning | None:
    """A warning as an area sees it: its places that are inside; None if there is none.

    An area below the warning's own place sees it at its own least likely place.
    """
    places = [one for one in (warning.head, *warning.folded) if inside(one.code)]
    if not places:
        return None
    head = places[0]
    if head.code != warning.code:
        head = min(places, key=lambda one: (one.evidence.p, one.code))
    kept = tuple(one for one in warning.folded if one in places)
    if head.code == warning.code:
        return msgspec.structs.replace(warning, folded=kept)
    rest = tuple(one for one in kept if one != head)
    return msgspec.structs.replace(
        warning, tier=head.tier, code=head.code, evidence=head.evidence, folded=rest
    )


def as_fields(warning: SurgeWarning, odds_days: int) -> dict[str, Any]:
    """A warning as plain values, with the probabilities that may be shown (:func:`chance`)."""
    out: dict[str, Any] = msgspec.to_builtins(warning)
    places = (warning.head, *warning.folded)
    for one, fields in zip(places, (out, *out["folded"]), strict=True):
        fields["evidence"]["p"] = chance(one.evidence, odds_days)
    return out


class SurgeRow(msgspec.Struct, frozen=True, kw_only=True):
    """An open warning as a wall shows it."""

    id: str
    #: township or grid
    tier: str
    #: code of the township or grid
    place: str
    #: code of the finest place at or above ``place`` that a screen has a name for
    area: str
    category: str
    #: ms UTC
    raised_at: int
    #: events counted in the window, at the warning's peak
    observed: int
    #: events usual in that window, to a tenth
    expected: float
    #: other places of the same incident
    folded: int = 0


def surge_row(warning: SurgeWarning, named: Callable[[str], str]) -> SurgeRow:
    """The row of a warning; ``named`` maps a code to the finest named place at or above it."""
    return SurgeRow(
        id=warning.id,
        tier=warning.tier,
        place=warning.code,
        area=named(warning.code),
        category=warning.category,
        raised_at=warning.raised_at,
        observed=warning.evidence.observed,
        expected=round(warning.evidence.expected, 1),
        folded=len(warning.folded),
    )
