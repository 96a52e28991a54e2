"""Numbers of an export as links to the events behind them."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from dashboard.core.model.periods import Span, span
from dashboard.core.questions.ask import NONE, Ask
from dashboard.core.questions.behind.opened import COUNTS, address, of_span
from dashboard.documents.tables import Linked
from data_sources.desk.copy.reader import Reader


class Behind:
    """The addresses of one export.

    Its lists end when the file was made, if the range was not over; each names the count that the
    file has, so that the list shows what became known since.
    """

    def __init__(self, ask: Ask, reader: Reader) -> None:
        self._ask = ask
        of = span(ask, reader.rules, reader.now_ms)
        made = (reader.as_of_ms or reader.now_ms) + 1
        # the file stays as it is: a range of its own days, not one that moves
        self._now: dict[str, object] = {**of_span(of), "until": made if of.running else None}

    def path(self, of: str, value: float | None = None, **changes: object) -> str:
        """The address of a figure's list."""
        counted = value if of in COUNTS else None
        return address(self._ask, of, **{**self._now, "counted": counted, **changes})

    def cell(self, of: str, value: float | None, **changes: object) -> Linked | None:
        """A figure with its address; nothing of one that is not known."""
        return None if value is None else Linked(value, self.path(of, value, **changes))

    def before(
        self, compared: Span, of: str, value: float | None, **changes: object
    ) -> Linked | None:
        """A figure of the range compared with."""
        return self.cell(of, value, **{**of_span(compared, cut=True), **changes})


def group(by: str, tier: str, key: str) -> dict[str, object]:
    """The filter of a row of a breakdown; of what has no place, the tier at which it has none."""
    if by == "area" and not key:
        return {"unplaced": tier}
    return {by: key or NONE}


def story_path(event_id: str) -> str:
    """The path of an event's page."""
    return f"/events/{quote(event_id, safe='')}"


def cells(
    behind: Behind, names: Iterable[str], of: object, **changes: object
) -> tuple[Linked | None, ...]:
    """Several figures of one row."""
    return tuple(behind.cell(name, getattr(of, name), **changes) for name in names)
