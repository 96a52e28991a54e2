"""Breadcrumbs and the filter bar of a leaders' page. Pure.

Every choice is another address. A filter's value goes into the address in the browser
(`assets/pages/shell.mjs`, `go`); without a script the breadcrumbs and links still work.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from layouts.pages.kit import ids
from layouts.pages.kit.frame import Choice, Frame
from layouts.pages.kit.ranges import range_choices, range_words

#: drop-downs scroll inside themselves; there may be hundreds of places
_ROWS = 260
_MANY = ("department", "category", "level", "channel")


def bar(frame: Frame) -> list[Component]:
    """Breadcrumbs and filters; nothing on pages without filters."""
    if not frame.filters:
        return []
    first = [_select(frame, name) for name in ("area", "range") if name in frame.filters]
    if "range" in frame.filters:
        first.append(_days(frame))
    rest: list[Component] = []
    if "compare" in frame.filters:
        rest.append(_select(frame, "compare"))
    rest += [_several(frame, name) for name in _MANY if name in frame.filters]
    more: list[Component] = []
    text = frame.text
    if rest:
        active = sum(bool(getattr(frame.ask, name)) for name in _MANY)
        words = text["review.filters"] + (f" · {active}" if active else "")
        more = [
            html.Button(
                words,
                className="r-more",
                type="button",
                **{
                    "data-toggles": ids.FILTERS,
                    "aria-expanded": "false",
                    "aria-controls": ids.FILTERS,
                },
            ),
            html.Div([*rest, *_clear(frame)], id=ids.FILTERS, className="r-rest"),
        ]
    return [
        *_crumbs(frame),
        html.Div(
            [*first, *more],
            className="r-filters",
            role="group",
            **{"aria-label": text["review.filters"]},
        ),
    ]


def _crumbs(frame: Frame) -> list[Component]:
    if "area" not in frame.filters:
        return []
    path, ask = frame.areas.path, frame.ask
    steps: list[Component] = []
    for place in path[:-1]:
        steps.append(html.Li(dcc.Link(place.words, href=ask.url(frame.path, area=place.value))))
    if path:
        steps.append(html.Li(html.Span(path[-1].words, **{"aria-current": "location"})))
    below = [
        dcc.Link(place.words, href=ask.url(frame.path, area=place.value))
        for place in frame.areas.below
    ]
    down = []
    if below:
        label = frame.text["review.below"].format(n=len(below))
        inside = html.Div(below, className="r-below")
        down = [html.Li(html.Details([html.Summary(label), inside], className="r-down"))]
    return [
        html.Nav(
            html.Ol([*steps, *down]),
            className="r-crumbs",
            **{"aria-label": frame.text["review.crumbs"]},
        )
    ]


def _clear(frame: Frame) -> list[Component]:
    if not frame.ask.filtered:
        return []
    bare: dict[str, Any] = dict.fromkeys((*_MANY, "status"))
    href = frame.ask.url(frame.path, **bare)
    return [dcc.Link(frame.text["review.clear"], href=href, className="r-clear")]


def _select(frame: Frame, name: str) -> Component:
    text, ask = frame.text, frame.ask
    data: list[dict[str, Any]]
    if name == "area":
        data = [_option(one) for one in frame.areas.every]
    elif name == "compare":
        values = ("previous", "year", "none")
        data = [{"value": one, "label": text[f"review.compare.{one}"]} for one in values]
    else:
        data = range_choices(ask.range, frame.truth, frame.city.zone, text, frame.short)
    return dmc.Select(
        id=ids.filter_id(name),
        data=data,
        value=_value(getattr(ask, name)),
        label=text[f"review.filter.{name}"],
        searchable=name != "compare",
        allowDeselect=False,
        nothingFoundMessage=text["review.none_found"],
        maxDropdownHeight=_ROWS,
        limit=80 if name == "area" else None,
        checkIconPosition="right",
        size="xs",
        className=f"r-filter f-{name}",
    )


def _several(frame: Frame, name: str) -> Component:
    text = frame.text
    return dmc.MultiSelect(
        id=ids.filter_id(name),
        data=[_option(one) for one in frame.choices.get(name, ())],
        value=list(frame.ask.many(name)),
        label=text[f"review.filter.{name}"],
        placeholder="" if frame.ask.many(name) else text["review.all"],
        searchable=name in ("department", "category"),
        clearable=True,
        nothingFoundMessage=text["review.none_found"],
        maxDropdownHeight=_ROWS,
        hidePickedOptions=False,
        size="xs",
        className=f"r-filter f-{name}",
    )


def _days(frame: Frame) -> Component:
    """From and until, as the browser asks for dates; a time of day with each, if wanted."""
    text = frame.text
    (first, began), (last, ended) = _ends(frame.ask.range)
    return html.Details(
        [
            html.Summary(text["review.range.custom"]),
            html.Div(
                [
                    dmc.TextInput(
                        id=ids.FROM,
                        label=text["review.range.from"],
                        attributes={"input": {"type": "date"}},
                        size="xs",
                        value=first,
                    ),
                    _time(ids.FROM_TIME, text["review.range.from_time"], began),
                    dmc.TextInput(
                        id=ids.UNTIL,
                        label=text["review.range.until"],
                        attributes={"input": {"type": "date"}},
                        size="xs",
                        value=last,
                    ),
                    _time(ids.UNTIL_TIME, text["review.range.until_time"], ended),
                    html.Button(
                        text["review.range.show"], type="button", **{"data-days": ids.FROM}
                    ),
                    html.P(
                        text["review.range.wrong"], className="wrong", hidden=True, role="alert"
                    ),
                ],
                className="r-days",
            ),
        ],
        className="r-custom",
        id=ids.SPAN,
    )


def _time(name: str, label: str, value: str) -> Component:
    return dmc.TextInput(
        id=name, label=label, attributes={"input": {"type": "time"}}, size="xs", value=value
    )


def _ends(written: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """Day and time of both ends as the inputs take them; the end of a day has no time."""
    if ".." in written:
        first, _, last = written.partition("..")
        return (first[:10], first[11:16]), (last[:10], last[11:16].replace("24:00", ""))
    own = written if len(written) == 10 and written.count("-") == 2 else ""
    return (own, ""), (own, "")


#: the value of the whole city, because Mantine takes "" for nothing chosen
WHOLE = "."


def _value(value: str) -> str:
    return value or WHOLE


def _option(one: Choice) -> dict[str, str]:
    return {"value": _value(one.value), "label": one.words}


def chosen(frame: Frame, names: Sequence[str] = ("range", *_MANY)) -> str:
    """The filters in words, for print and for pages' headings."""
    parts = []
    for name in names:
        if name == "range":
            parts.append(range_words(frame.ask.range, frame.text))
            continue
        words = {one.value: one.words for one in frame.choices.get(name, ())}
        found = [words.get(value, value) for value in frame.ask.many(name)]
        if found:
            parts.append(frame.text["list.join"].join(found))
    return " · ".join(parts)
