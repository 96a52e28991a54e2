"""The commands that void a wrong event and put one back."""

from typing import Annotated

import typer

from dashboard.cli.options import City, url_of
from dashboard.config.settings import load
from dashboard.errors import GridwallError

app = typer.Typer()
Event = Annotated[str, typer.Argument(help="事项 an event's id")]
Reason = Annotated[str, typer.Option(help="原因 why, in a few words; no names", prompt=False)]


class VoidError(GridwallError):
    """The event is not known, or is as asked already."""


@app.command()
def void(event: Event, reason: Reason, city: City = None) -> None:
    """作废 Take a wrong event out of every count, as if it had not been; it stays on record."""
    _do("void", event, reason, city)
    typer.echo(f"已作废 voided: {event}")


@app.command()
def unvoid(event: Event, reason: Reason, city: City = None) -> None:
    """撤销作废 Put a voided event back."""
    _do("unvoid", event, reason, city)
    typer.echo(f"已撤销作废 put back: {event}")


def _do(kind: str, event: str, reason: str, city: str | None) -> None:
    from dashboard.config.rules.book import rules_for
    from dashboard.core.lifecycle.requests import Unlawful, voiding
    from dashboard.core.model.actions import ActionError, Kind
    from dashboard.core.model.state import Outcome
    from dashboard.processes.connect import all_folded, ensure_engine
    from dashboard.web.people.accounts import COMMAND
    from dashboard.web.people.model import Person, Role
    from dashboard.web.people.record import Record
    from data_sources.store import domain_clock
    from data_sources.store.actions import ActionLog
    from data_sources.store.connection import connect
    from data_sources.store.outcomes import ActionOutcomes

    with ensure_engine(load(city=city)) as settings, connect(url_of(settings)) as r:
        log = ActionLog(r, settings.shards, rules_for(settings))
        # what has just been written may be of this event, or void it already
        all_folded(r, settings.shards)
        state = log.states([event])[event]
        if state is None:
            raise VoidError(f"event {event!r}: not known")
        feed, server = domain_clock.read(r)
        try:
            action = voiding(state, Kind(kind), reason, "city", feed.now(server))
        except Unlawful as no:
            raise VoidError(f"event {event!r}: {no.reason}") from no
        except ActionError as error:
            raise VoidError(str(error)) from error
        log.append([action])
        all_folded(r, settings.shards)
        found = ActionOutcomes(r, settings.shards).of(event, action.action_id)
        if found is not None and found.outcome is Outcome.REFUSED:
            raise VoidError(f"event {event!r}: {found.reason}")
        who = Person("command line", Role.ADMINISTRATOR, how=COMMAND)
        Record(r).note(who, kind, event, action.reason)
