"""Numbers that open to the list of what they count, and numbers that open nothing. Pure.

``figure`` has the number itself in ``data-figure``, next to the link, so that a test can press it
and compare it with the list's. ``plain`` names in ``data-plain`` why a number opens nothing; the
reasons are `REASONS`, which docs/leaders.md explains.
"""

from __future__ import annotations

from typing import Literal, get_args

from dash import html
from dash.development.base_component import Component

from layouts.pages.kit.links import link

Piece = Component | str
#: why a number opens nothing: it is not known; the difference of two numbers that open; arithmetic
#: over numbers that open (a part of a sum, a share of another, an interval, a mean); a place in an
#: order; a value of the one event that its row is; an expected number, a chance or a setting; lines
#: of a record that are no events
Reason = Literal["unknown", "difference", "derived", "rank", "event", "model", "record"]
REASONS = get_args(Reason)


def figure(words: Piece, value: float | None, href: str, title: str = "") -> Component:
    """A number as a link to the list behind it; one that is not known opens nothing."""
    if value is None:
        return plain(words, "unknown")
    return html.Span(link(words, href, title), **{"data-figure": written(value)})


def recorded(words: Piece, value: int, href: str) -> Component:
    """A number of a record, made at a time: its list names what became known since."""
    return html.Span(link(words, href), **{"data-recorded": written(value)})


def plain(words: Piece, why: Reason) -> Component:
    """A number that opens nothing."""
    return html.Span(words, **{"data-plain": why})


def filled(template: str, **pieces: Piece) -> list[Piece]:
    """A message with components in place of its ``{name}``."""
    out: list[Piece] = []
    for part in template.split("{"):
        name, closed, rest = part.partition("}")
        out += [pieces[name], rest] if closed else [part]
    return [piece for piece in out if piece != ""]


def top(words: Piece, value: float | None, count: int) -> Component:
    """The number on top of a list, with how many rows the list has."""
    named = {} if value is None else {"data-top": written(value)}
    return html.Strong(words, className="v-figure", **named, **{"data-count": str(count)})


def written(value: float) -> str:
    """A number in an attribute."""
    return f"{value:.12g}"
