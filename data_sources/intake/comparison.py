"""Compares the rows of a file with what the store knows, and keeps what is new to be sent.

In: the cases of a `Spool`. Out: there again, the actions that are new; and the counts of the rows.
A format whose rows are a log is compared by the names of its actions, one whose rows are a snapshot
by what is known of each event (`data_sources.intake.snapshots`). Nothing is written to the store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Protocol

import msgspec

from dashboard.config import cities
from dashboard.config.cities import City
from dashboard.core.model.actions import Action
from dashboard.core.model.state import EventState
from data_sources.intake.feeder import Sink
from data_sources.intake.formats import Case, Format
from data_sources.intake.plan import Content
from data_sources.intake.snapshots import changes
from data_sources.intake.spool import Spool
from data_sources.intake.stand_ins import as_sent, life_of, stood_in

#: rows looked up at a time
_LOOK_UP = 200


class Summary(msgspec.Struct):
    """The outcome of the rows; ``rows`` is the sum of the other three."""

    rows: int
    accepted: int
    repeated: int
    dead_letters: int
    #: of the accepted ones: rows of events that were known, and are another way now
    changed: int = 0
    notes: dict[str, int] = {}
    #: how its text was read
    encoding: str = ""
    #: columns whose dates have the year last, and what is first in them
    dates: dict[str, str] = {}


class States(Sink, Protocol):
    """What is known of events: the action log."""

    def states(self, event_ids: Sequence[str]) -> dict[str, EventState | None]:
        """The folded states of events, by event id; None for one that is not known."""


def compare(
    spool: Spool,
    content: Content,
    log: States,
    form: Format,
    now: int,
    watch: Callable[[int], None],
) -> Summary:
    """Separate rows that say something new from repeated ones.

    What is new goes back into the spool, to be sent; ``now`` (ms) is when it became known.
    Codes that the city does not know are counted as one (`data_sources.intake.stand_ins`).
    """
    city = cities.load(form.city)
    rows = accepted = changed = 0
    # In the order of the file, so that an event's actions are looked up together.
    for batch in spool.cases(_LOOK_UP):
        for news, was_known in _news(batch, log, form, city, now):
            accepted += bool(news)
            changed += bool(news) and was_known
            spool.send(news)
        rows += len(batch)
        watch(rows)
    return Summary(
        rows=content.rows,
        accepted=accepted,
        repeated=rows - accepted + content.doubled,
        dead_letters=content.letters,
        changed=changed,
        notes=dict(sorted(content.notes.items())),
        encoding=content.encoding.name,
        dates={name: str(order) for name, order in content.taken.orders.items()},
    )


def _news(
    batch: list[Case], log: States, form: Format, city: City, now: int
) -> Iterator[tuple[list[Action], bool]]:
    """The actions of each case that are not known, and whether they change a known event."""
    states = log.states([case.event_id for case in batch]) if form.kind == "snapshot" else {}
    lives = {
        case.event_id: life_of(case, city, form.name)
        for case in batch
        if (state := states.get(case.event_id)) is None or not state.row
    }
    known = iter(log.known([action for actions in lives.values() for action in actions]))
    there = {name: list(islice(known, len(actions))) for name, actions in lives.items()}
    for case in batch:
        name, state = case.event_id, states.get(case.event_id)
        shown = stood_in(case, city, form.name)
        if name in lives and (state is None or _unfinished(there[name], state, shown)):
            pairs = zip(lives[name], there[name], strict=True)
            yield [action for action, is_there in pairs if not is_there], False
        elif state is not None:
            yield as_sent(changes(state, shown, city, now, form.name), case, shown), True


def _unfinished(there: list[bool], state: EventState, case: Case) -> bool:
    """Whether the event is this row's own life, cut short: a replay was stopped in it."""
    begun = there.index(False) if False in there else len(there)
    if not 0 < begun < len(there) or any(there[begun:]):
        return False
    department = state.department in ("", case.department)
    return department and (state.category, state.place, state.lat, state.lon) == (
        case.category, case.place, case.lat, case.lon
    )  # fmt: skip
