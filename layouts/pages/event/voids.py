"""That an event was voided, and the form by which a manager voids it or puts it back. Pure."""

from __future__ import annotations

from urllib.parse import quote

from dash import html
from dash.development.base_component import Component

from dashboard.core.model.state import EventState
from dashboard.core.questions.ask import Ask
from layouts.pages.event.wording import Wording
from layouts.pages.kit import forms, parts


def banner(state: EventState, words: Wording) -> list[Component]:
    """Which role voided the event, when and why; nothing for one that counts."""
    void = state.void
    if void is None:
        return []
    text = words.text["review.event.voided"].format(
        who=words.actor(void.by), at=words.when(void.at), why=void.why
    )
    return [html.P(text, className="r-note e-void", role="status")]


def outcome(ask: Ask, words: Wording) -> list[Component]:
    """What came of the form that was sent last, if the page does not show it by itself."""
    text, wrong = words.text, ask.own.wrong
    if wrong:
        why = text.get(f"review.event.void_wrong_{wrong}", text["review.event.void_wrong_other"])
        return [forms.outcome(why, wrong=True)]
    waits = ask.own.done == "waiting"
    return [forms.outcome(text["review.event.void_waiting"])] if waits else []


def offered(state: EventState, ask: Ask, words: Wording) -> Component:
    """The section with the form."""
    text, name = words.text, "void" if state.void is None else "unvoid"
    reason = forms.field(text["review.event.void_reason"], "reason", most=200)
    go = forms.button(text[f"review.event.{name}_go"], "grave" if name == "void" else "plain")
    address = f"/api/v1/events/{quote(state.event_id, safe='')}/{name}"
    return parts.section(
        text[f"review.event.{name}_title"],
        forms.form(address, ask, reason, go, className="e-void-form"),
        note=text[f"review.event.{name}_note"],
    )
