"""The truth line: as of when the page's numbers are, how far behind, from where."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from dash import html
from dash.development.base_component import Component

from layouts.review.frame import Frame


def truth(frame: Frame) -> Component:
    """One line; without counted data nothing but the place that a script may fill."""
    text, told = frame.text, frame.truth
    if told is None:
        return html.P(className="r-truth")
    zone = ZoneInfo(frame.city.zone)
    at = datetime.fromtimestamp(told.as_of_ms / 1000, UTC).astimezone(zone)
    parts = [
        html.Span(text["review.truth.as_of"].format(at=at.strftime("%Y-%m-%d %H:%M:%S"))),
        html.Span(_age(frame, told.behind_ms), className="late" if told.behind_ms > 5_000 else ""),
    ]
    if frame.source:
        parts.append(html.Span(frame.source, className="r-source"))
    # the page says its own age once it has one (assets/review/shell.js)
    parts.append(
        html.Button(
            "",
            className="r-old",
            type="button",
            hidden=True,
            **{"data-old": text["review.truth.old"]},
        )
    )
    return html.P(parts, className="r-truth")


def _age(frame: Frame, behind_ms: int) -> str:
    seconds = max(0, behind_ms) // 1000
    if seconds < 1:
        return frame.text["review.truth.level"]
    if seconds < 120:
        return frame.text["review.truth.seconds"].format(n=seconds)
    return frame.text["review.truth.minutes"].format(n=seconds // 60)
