"""Trying the channels of notices from a page: a test message, recorded, a few a minute at most."""

from __future__ import annotations

from dashboard.config.cities import City
from dashboard.config.reading import ConfigError
from dashboard.config.settings import Settings
from dashboard.web.answers.errors import Refused
from dashboard.web.people.model import Capability, require
from dashboard.web.people.record import note
from data_sources.channels.settings import Channel
from data_sources.channels.site import channels_of
from data_sources.channels.trial import Trial, Trials, attempt
from data_sources.channels.wording import zoned
from data_sources.store.connection import Redis


class ChannelDesk:
    """The channels of a site, as administrators try them."""

    def __init__(self, settings: Settings, store: Redis, city: City) -> None:
        self._settings, self._trials, self._city = settings, Trials(store), city

    def test(self, name: str) -> Trial:
        """Send a test message now and keep what became of it.

        Raises 404 for an unknown channel, 409 for settings that are wrong here, 429 within the
        time that a channel has for itself after a test, ``RedisUnavailable``.
        """
        who = require(Capability.OPERATE)
        channel = self._channel(name)
        if wait := self._trials.turn(name):
            raise Refused(429, "just tried", "this channel was just tried", -(-wait // 1000))
        wording = zoned(self._city, self._settings.tz, channel.lang)
        trial = attempt(channel, wording, who.name)
        self._trials.note(trial)
        note("channel-tried", name, trial.outcome)
        return trial

    def _channel(self, name: str) -> Channel:
        try:
            known = channels_of(self._settings)
        except ConfigError as error:
            # its text names settings and variables, never their values
            raise Refused(409, "wrong settings", error.reason) from error
        found = next((one for one in known if one.name == name), None)
        if found is None:
            raise Refused(404, "unknown", "there is no such channel")
        return found
