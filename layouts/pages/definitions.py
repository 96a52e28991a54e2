"""What the leaders' numbers mean, one short entry each; other pages link to them. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component

#: in the order of the page; the ids are the anchors, and the ends of `review.kpi.*`
TERMS = (
    *("reported", "closed", "close_rate", "open", "overdue", "became_overdue"),
    *("response_overdue", "became_response_overdue"),
    *("decided", "on_time_rate", "median_ms", "p90_ms", "return_rate", "rework_rate"),
    "satisfaction_rate",
    *("compared", "clear", "movers", "calendar", "surge"),
)


def body(text: Mapping[str, str]) -> Component:
    """A list of terms."""
    items: list[Component] = []
    for term in TERMS:
        items.append(html.Dt(text[f"review.kpi.{term}"], id=term))
        items.append(html.Dd(text[f"review.kpi.{term}_means"]))
    return html.Dl(items, className="r-terms")
