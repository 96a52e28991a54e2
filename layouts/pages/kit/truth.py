"""The truth line: as of when the page's numbers are, how far behind, from where."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from dash import html
from dash.development.base_component import Component

from layouts.pages.kit.frame import Frame, Truth

#: what the store had got is counted within less than this, or the page says how late it is, ms
_LATE_MS = 5_000


def truth(frame: Frame) -> Component:
    """One line; without counted data nothing but the places that a script may fill."""
    text, told = frame.text, frame.truth
    of, age, late = told_in_words(told, text, frame.city.zone) if told else ("", "", False)
    # a page that follows what happens fills these two itself (assets/pages/queue/live.js)
    said = [
        html.Span(of, className="r-of"),
        html.Span(age, className="r-age late" if late else "r-age"),
    ]
    if told is None:
        return html.P(said, className="r-truth")
    source = [html.Span(frame.source, className="r-source")] if frame.source else []
    # the page says its own age once it has one (assets/pages/shell.js)
    old = html.Button(
        "",
        className="r-old",
        type="button",
        hidden=True,
        **{"data-old": text["review.truth.old"]},
    )
    return html.P([*said, *source, old], className="r-truth")


def told_in_words(told: Truth, text: Mapping[str, str], zone: str) -> tuple[str, str, bool]:
    """As of when; how far behind and what was not heard of; whether that is a warning."""
    at = datetime.fromtimestamp(told.as_of_ms / 1000, UTC).astimezone(ZoneInfo(zone))
    of = text["review.truth.as_of"].format(at=at.strftime("%Y-%m-%d %H:%M:%S"))
    lines: list[str] = []
    if told.behind_ms >= 1000:
        lines.append(text["review.truth.behind"].format(t=_length(told.behind_ms, text)))
    for part, ms in told.unheard.items():
        if ms is None:
            lines.append(text[f"review.truth.never_{part}"])
        else:
            lines.append(text[f"review.truth.stopped_{part}"].format(t=_length(ms, text)))
    warns = told.behind_ms > _LATE_MS or bool(told.unheard)
    return of, " · ".join(lines) or text["review.truth.level"], warns


def _length(ms: int, text: Mapping[str, str]) -> str:
    """Seconds up to two minutes, then minutes, hours from two hours on."""
    seconds = ms // 1000
    for unit, size in (("hour", 3600), ("minute", 60)):
        if seconds >= 2 * size:
            return text[f"review.truth.{unit}"].format(n=seconds // size)
    return text["review.truth.second"].format(n=seconds)
