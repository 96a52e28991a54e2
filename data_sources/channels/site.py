"""The channels of a site: those of its rules file, and the demo's receiver where one runs."""

from __future__ import annotations

from dashboard.config.rules.book import section
from dashboard.config.settings import Settings
from data_sources.channels.settings import Channel, Smtp, read

#: what the demo's channels are for: nothing of them leaves this machine
_EVERY_SOURCE = frozenset({"live", "replay", "simulated"})
_URGENT = frozenset({"orange", "red"})


def channels_of(settings: Settings) -> tuple[Channel, ...]:
    """The channels of the rules file's ``notify:`` section, and the demo's.

    Raises :class:`~dashboard.config.reading.ConfigError` for the first setting that is wrong.
    """
    return (*read(section(settings, "notify")), *_demo(settings))


def _demo(settings: Settings) -> tuple[Channel, ...]:
    """Channels to the receiver of `gridwall notify receiver`, one of each way of sending."""
    port = settings.demo_receiver
    if port is None:
        return ()
    address, lang = f"http://127.0.0.1:{port}", settings.lang
    mail = Smtp(
        host="127.0.0.1",
        port=port + 1,
        security="plain",
        user="",
        sender="gridwall@demo.example",
        recipients=("duty@demo.example",),
    )
    common = {"levels": _URGENT, "for_source": _EVERY_SOURCE, "lang": lang}
    return (
        Channel(name="demo-webhook", kind="webhook", url=f"{address}/webhook", **common),  # type: ignore[arg-type]
        Channel(name="demo-wecom", kind="wecom", url=f"{address}/wecom", per_minute=20, **common),  # type: ignore[arg-type]
        Channel(name="demo-mail", kind="email", smtp=mail, per_minute=30, **common),  # type: ignore[arg-type]
    )
