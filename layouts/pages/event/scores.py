"""An event's scores: those that it moved, and what was counted of it. Pure."""

from __future__ import annotations

from urllib.parse import quote

from dash import html
from dash.development.base_component import Component

from dashboard.core.model.state import EventState
from dashboard.core.questions.ask import Ask
from dashboard.core.questions.behind.opened import address
from dashboard.core.questions.departments import MovedScore
from dashboard.core.questions.story import StoryPage
from layouts.pages.event.wording import Wording
from layouts.pages.events import cost
from layouts.pages.kit import parts
from layouts.pages.kit.links import link
from layouts.pages.kit.opens import plain
from layouts.pages.kit.parts import Head
from layouts.pages.kit.ranges import range_words


def moved_scores(page: StoryPage, ask: Ask, words: Wording) -> list[Component]:
    """Every score that the event moved: whose, when, through what, by how many points."""
    if not page.moved:
        return []
    text, title = words.text, words.text["review.event.moved"]
    heads = [
        Head(text["review.event.moved_whose"]),
        Head(text["review.event.moved_period"]),
        Head(text["review.event.moved_part"]),
        Head(text["review.events.col_sums"], number=True),
        Head(text["review.events.col_points"], number=True),
    ]
    rows = []
    for score in page.moved:
        name, there = _subject(score, words), _scoreboard(score, ask)
        period = range_words(score.span.label, text)
        for part in score.parts:
            by = None if score.by == "department" else score.by
            changes = {"by": by, "code": score.subject, "range": score.span.label, "show": "all"}
            rows.append(
                (
                    link(name, there),
                    period,
                    link(
                        text[f"review.dep.c_{part.component.replace('.', '_')}"],
                        address(Ask(lang=ask.lang, theme=ask.theme), part.component, **changes),
                    ),
                    plain(f"{part.above:g} / {part.below:g}", "event"),
                    plain(cost(part.points), "event"),
                )
            )
    table = parts.table(heads, rows, caption=title)
    return [parts.section(title, table, note=text["review.event.moved_note"], id="e-moved")]


def _subject(score: MovedScore, words: Wording) -> str:
    name = words.department if score.by == "department" else words.place
    return name(score.subject)


def _scoreboard(score: MovedScore, ask: Ask) -> str:
    """The page with the score."""
    by = None if score.by == "department" else score.by
    path = f"/departments/{quote(score.subject, safe='')}"
    own = Ask(lang=ask.lang, theme=ask.theme)
    return own.url(path, range=score.span.label, by=by)


def scores(state: EventState, words: Wording) -> Component:
    """What was counted for which department, and whether it still counts."""
    text = words.text
    note: list[Component] = []
    if state.excluded:
        quoted = text["known.quoted"].format(words=state.excluded_why)
        why = f" {quoted}" if state.excluded_why else ""
        note = [html.P(text["review.event.excluded"] + why, className="r-note")]
    if not state.tallies:
        return html.Div([*note, html.P(text["review.event.no_scores"], className="r-empty")])
    heads = [
        Head(text["review.event.at"]),
        Head(text["review.filter.department"]),
        Head(text["review.event.measure"]),
        Head(text["review.event.standing"]),
    ]
    rows = []
    for tally in state.tallies:
        measure, _, part = tally.measure.partition(".")
        name = words.word(f"review.event.measure_{measure}", measure)
        if part:
            kind = words.word(f"level.{part}") or words.word(f"review.event.rated_{part}", part)
            name = f"{name} · {kind}"
        if tally.amount != 1:
            name = f"{name} × {tally.amount}"
        counts = "void" if state.void is not None else tally.standing.name.lower()
        standing = text[f"review.event.standing_{counts}"]
        when = words.when(tally.at, "%m-%d %H:%M")
        rows.append((when, words.department(tally.department), name, standing))
    table = parts.table(heads, rows, caption=text["review.event.scores"])
    return html.Div([*note, table])
