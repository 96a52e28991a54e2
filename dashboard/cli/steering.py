"""The command that points walls at a scene, an area or an event for a while."""

from __future__ import annotations

import getpass
import re
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dashboard.cli.options import AsJson, City, Limit, print_rows, url_of
from dashboard.config.settings import Settings, load
from dashboard.config.words import catalogue
from dashboard.errors import GridwallError

if TYPE_CHECKING:
    from dashboard.core.wall.steering import Order, Wish
    from dashboard.core.wall.steering_answers import Answer
    from data_sources.store.actions import ActionLog
    from data_sources.walls.steering import Steering

app = typer.Typer()
_SPAN = re.compile(r"(\d{1,6})([smh])")
_SECONDS = {"s": 1, "m": 60, "h": 3600}
_HOW = "cli"
_LOOK_S = 0.3


class SteeringError(GridwallError):
    """The scene, area or event is unknown, or cannot be shown."""


def _duration(value: str) -> str:
    if not _SPAN.fullmatch(value):
        raise typer.BadParameter(f"{value!r} is not a duration such as 90s, 5m or 1h")
    return value


@app.command()
def show(
    scene: Annotated[str, typer.Option(help="画面 a scene's name")] = "",
    area: Annotated[str, typer.Option(help="区域 a place's code")] = "",
    event: Annotated[str, typer.Option(help="事项 an event's id")] = "",
    span: Annotated[str, typer.Option("--for", callback=_duration, help="多久 90s, 5m, 1h")] = "5m",
    device: Annotated[
        str | None, typer.Option(help="哪块大屏 which wall; without it every wall")
    ] = None,
    end: Annotated[bool, typer.Option("--end", help="结束 end what is shown now")] = False,
    log: Annotated[bool, typer.Option("--log", help="记录 who had walls show what")] = False,
    limit: Limit = 20,
    as_json: AsJson = False,
    city: City = None,
) -> None:
    """指定画面 Point walls at a scene, an area or an event for a while; alone: what is in force."""
    from dashboard.processes.connect import redis_session
    from data_sources.store.actions import ActionLog
    from data_sources.store.connection import connect
    from data_sources.walls.steering import Steering

    with redis_session(load(city=city)) as settings, connect(url_of(settings)) as r:
        steering = Steering(r)
        by = getpass.getuser()
        if log:
            lines = [
                {"what": line.what, "at": _time(line.at), "by": line.by, "how": line.how}
                | _row(line.order)
                for line in steering.record(limit)
            ]
            print_rows(lines, as_json)
        elif end:
            print_rows([_row(order) for order in steering.end(by, _HOW, device)], as_json)
        elif scene or area or event:
            asked = {"scene": scene, "area": area, "event": event, "device": device or ""}
            number, unit = span[:-1], span[-1]
            wish = _checked(
                settings,
                ActionLog(r, settings.shards),
                {**asked, "seconds": int(number) * _SECONDS[unit]},
            )
            order = steering.show(wish, by, _HOW)[0]
            answered = _shown_or_why(steering, order)
            print_rows([_row(order) | _where(answered, settings.lang)], as_json)
        else:
            orders = steering.answered()
            rows = [_row(order) | _where(order.answer, settings.lang) for order in orders]
            print_rows(rows, as_json)


def _shown_or_why(steering: Steering, order: Order) -> Answer:
    """The walls' answer to the order, once there is one or none can be expected."""
    from dashboard.core.wall.steering_answers import UNHEARD_MS, Answer

    latest = time.monotonic() + 2 * UNHEARD_MS / 1000
    while True:
        found = next((one.answer for one in steering.answered() if one.id == order.id), None)
        if found is None:
            return Answer(state="gone")
        settled = found.state != "sent" or found.before not in ("sending", "loading")
        if settled or time.monotonic() > latest:
            return found
        time.sleep(_LOOK_S)


def _where(answer: Answer, lang: str) -> dict[str, str]:
    """Whether it is shown, and what is before it, in words."""
    text = catalogue(lang)
    at = _time(answer.until) if answer.until else ""
    shown: dict[str, str] = {"state": answer.state}
    if answer.shown + answer.waiting + answer.gone > 1:
        shown["walls"] = f"{answer.shown}/{answer.shown + answer.waiting + answer.gone}"
    if answer.before:
        shown["before"] = answer.before
        shown["why"] = text[f"steering.before_{answer.before}"].replace("{at}", at)
    return shown


def _checked(settings: Settings, log: ActionLog, asked: dict[str, Any]) -> Wish:
    from dashboard.config.cities import load as load_city
    from dashboard.config.scenes.reader import read
    from dashboard.core.wall.steering import SteerError, parse, unknown_event

    pack = load_city(settings.city)
    try:
        wish = parse(asked, read(settings.scenes_now, pack).scenes, pack.places)
        if wish.event and log.states([wish.event])[wish.event] is None:
            raise unknown_event(wish.event)
    except SteerError as error:
        raise SteeringError(str(error)) from error
    return wish


def _row(order: Order) -> dict[str, str]:
    shown = {name: value for name in ("scene", "area", "event") if (value := getattr(order, name))}
    return {"id": order.id, "device": order.device or "*", **shown, "until": _time(order.until)}


def _time(ms: int) -> str:
    from datetime import datetime

    return datetime.fromtimestamp(ms / 1000).astimezone().isoformat(timespec="seconds")
