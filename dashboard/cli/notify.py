"""The commands about the channels of notices: try one, list them, receive in the demo."""

from typing import TYPE_CHECKING, Annotated

import typer

from dashboard.cli.options import AsJson, City, fail, print_rows
from dashboard.config.settings import Settings, load

if TYPE_CHECKING:
    from data_sources.channels.trial import Trial

app = typer.Typer()
notify = typer.Typer(help="通知渠道 The channels of notices.", no_args_is_help=True)
app.add_typer(notify, name="notify")

#: exit code of each outcome
_CODES = {"sent": 0, "refused": 1, "unreachable": 2}
_WORDS = {"sent": "已送达 sent", "refused": "被拒绝 refused", "unreachable": "无法连接 unreachable"}


@notify.command("test")
def send_test(
    channel: Annotated[str, typer.Argument(help="渠道 name of a channel")],
    city: City = None,
    as_json: AsJson = False,
) -> None:
    """测试 Send a message marked as a test. Exits 0: sent, 1: refused, 2: not reachable."""
    import msgspec

    from dashboard.config.cities import load as load_city
    from data_sources.channels.site import channels_of
    from data_sources.channels.trial import attempt
    from data_sources.channels.wording import zoned

    settings = load(city=city)
    known = {one.name: one for one in channels_of(settings)}
    if channel not in known:
        names = ", ".join(known) or "none is set up (docs/notifications.md)"
        raise typer.BadParameter(f"{channel!r} is no channel; there are: {names}")
    one = known[channel]
    wording = zoned(load_city(settings.city), settings.tz, one.lang)
    trial = attempt(one, wording, "command line")
    _note(settings, trial)
    if as_json:
        typer.echo(msgspec.json.encode(trial))
    else:
        reason = f": {trial.reason}" if trial.reason else ""
        words = f"\n  接收方 the receiver: {trial.words}" if trial.words else ""
        typer.echo(f"{channel}: {_WORDS[trial.outcome]} ({trial.took} ms){reason}{words}")
    raise typer.Exit(_CODES[trial.outcome])


def _note(settings: Settings, trial: "Trial") -> None:
    """Keep the outcome for the page and in the audit record, where a store is known."""
    from dashboard.web.people.accounts import COMMAND
    from dashboard.web.people.model import Person, Role
    from dashboard.web.people.record import Record
    from data_sources.channels.trial import Trials
    from data_sources.engine.server import running_url
    from data_sources.errors import RedisUnavailable
    from data_sources.store.connection import connect

    url = settings.redis_url or running_url(settings.city_dir)
    if url is None:
        return
    who = Person("command line", Role.ADMINISTRATOR, how=COMMAND)
    try:
        with connect(url) as r:
            Trials(r).note(trial)
            Record(r).note(who, "channel-tried", trial.channel, trial.outcome)
    except RedisUnavailable:
        typer.echo("未记录 not recorded: Redis does not answer", err=True)


@notify.command("list")
def listed(city: City = None, as_json: AsJson = False) -> None:
    """渠道 The channels that are set up, without addresses and secrets."""
    from data_sources.channels.site import channels_of

    rows = [
        {
            "channel": one.name,
            "kind": one.kind,
            "levels": ",".join(sorted(one.levels)) or "all",
            "for_source": ",".join(sorted(one.for_source)),
        }
        for one in channels_of(load(city=city))
    ]
    print_rows(rows, as_json)


@notify.command()
def receiver(
    port: Annotated[
        int, typer.Option(min=0, max=65534, help="HTTP；邮件为下一端口 mail: the next port")
    ] = 8190,
) -> None:
    """接收器 Receive what the demo's channels send, on this machine only, and show it."""
    from data_sources.channels.receiver import HOST, Receiver
    from data_sources.store.beating import pause
    from data_sources.store.workers import stop_on_signals

    stop = stop_on_signals()
    try:
        with Receiver(port, typer.echo) as found:
            typer.echo(f"http://{HOST}:{found.port}  smtp://{HOST}:{found.port + 1}")
            while not stop.is_set():
                pause(stop, 1.0)
    except OSError as error:
        fail(f"port {port} or the next one cannot be used: {error.strerror}")
