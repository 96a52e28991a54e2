"""A channel's settings, read from the list under ``notify:``, and which notices it takes.

Keys and passwords are named by environment variables and never written in the file.

Reads one item of a settings list field by field, and says what is wrong where.

How long to wait before a delivery is tried again, and when it is given up: pure.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import urlsplit

from dashboard.core.model.notices import Notice
from dashboard.errors import GridwallError

Path = tuple[str | int, ...]
Where = Callable[[Path], str]


class ChannelError(GridwallError):
    """A channel's setting cannot be used; names the path and what was expected."""

    def __init__(self, place: str, value: object, expected: str) -> None:
        self.place, self.value, self.expected = place, value, expected
        super().__init__(f"{place}: {value!r}: expected {expected}")


class Fields:
    """One mapping; every value is taken once, and what is left over is unknown."""

    def __init__(self, item: Any, path: Path, where: Where, env: Mapping[str, str]) -> None:
        self._path, self._where, self._env = path, where, env
        if not isinstance(item, Mapping):
            raise ChannelError(where(path), item, "a mapping")
        self._left = dict(item)

    def fail(self, name: str, value: object, expected: str) -> ChannelError:
        """An error that names this field."""
        return ChannelError(self._where((*self._path, name)), value, expected)

    def text(self, name: str, default: str | None = None) -> str:
        """A text; with no default it has to be there."""
        value = self._left.pop(name, default)
        if not isinstance(value, str) or (default is None and not value) or not _plain(value):
            raise self.fail(name, value, "a line of text")
        return value

    def choice(self, name: str, among: Collection[str], default: str | None = None) -> str:
        """One of a few words."""
        value = self._left.pop(name, default)
        if not isinstance(value, str) or value not in among:
            raise self.fail(name, value, f"one of {', '.join(among)}")
        return value

    def number(self, name: str, default: float, low: float, high: float) -> float:
        """A number from ``low`` to ``high``."""
        value = self._left.pop(name, default)
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not low <= value <= high
        ):
            raise self.fail(name, value, f"a number from {low:g} to {high:g}")
        return value

    def flag(self, name: str) -> bool:
        """True or false; false when not given."""
        value = self._left.pop(name, False)
        if not isinstance(value, bool):
            raise self.fail(name, value, "true or false")
        return value

    def names(
        self, name: str, among: Collection[str] = (), default: tuple[str, ...] = ()
    ) -> frozenset[str]:
        """A list of words, of ``among`` if that is given; empty stands for all."""
        value = self._left.pop(name, list(default))
        if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
            raise self.fail(name, value, "a list of texts (write codes in quotes)")
        for one in value:
            if among and one not in among:
                raise self.fail(name, one, f"a list of {', '.join(among)}")
        return frozenset(value)

    def secret(self, name: str) -> str:
        """The value of the environment variable that ``name`` names; "" when not given."""
        variable = self._left.pop(name, "")
        if not variable:
            return ""
        if not isinstance(variable, str) or not self._env.get(variable):
            raise self.fail(name, variable, "the name of an environment variable that is set")
        return self._env[variable].strip()

    def below(self, name: str) -> Fields:
        """The fields of a nested mapping, empty when not given."""
        return Fields(self._left.pop(name, {}), (*self._path, name), self._where, self._env)

    def end(self) -> None:
        """Nothing may be left over."""
        for name, value in self._left.items():
            raise self.fail(str(name), value, "no such setting here")


def _plain(text: str) -> bool:
    return len(text) <= 2000 and text.isprintable()


def near(host: str) -> bool:
    """Whether a host is this machine or an address of a private network."""
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_private


def check_url(url: str, *, plain: bool) -> str | None:
    """What is wrong with an address to post to; None if nothing is."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "an address"
    if parts.scheme not in ("http", "https") or not host:
        return "an address with https://"
    if parts.username or parts.password or parts.fragment:
        return "an address without user, password and #"
    if parts.scheme == "http" and not (plain or near(host)):
        return "https:// (or `plain: true` to send over the network unencrypted)"
    return None


#: a server may ask for a pause of at most this, ms
MAX_ASKED = 3_600_000


@dataclass(frozen=True)
class Retry:
    """Times are ms."""

    first: int = 1_000
    longest: int = 300_000
    #: answers that were a failure; a server that cannot be reached uses up ``age`` only
    attempts: int = 40
    age: int = 24 * 3_600_000


def delay(retry: Retry, failures: int, rng: Random, asked: int = 0) -> int:
    """Wait after the n-th failure in a row (1 …), ms: doubled each time, with jitter.

    Half of it is certain and half is random, so that what failed together does not come back
    together. ``asked`` is what the server asked for (Retry-After); it is never undercut.
    """
    full = min(retry.longest, retry.first * 2 ** min(max(failures, 1) - 1, 30))
    return max(round(full * rng.uniform(0.5, 1.0)), min(asked, MAX_ASKED))


KINDS = ("webhook", "wecom", "dingtalk", "feishu", "email")
LEVELS = ("blue", "yellow", "orange", "red")
WHAT = (
    "dispatched",
    "step",
    "alarm",
    "onsite_lapsed",
    "urged",
    "handed_over",
    "withdrawn",
    "brief",
)
SOURCES = ("live", "replay", "simulated")

#: messages a minute that a kind of channel takes; 0 is no limit. WeCom: 20 a robot
#: (developer.work.weixin.qq.com/document/path/91770); DingTalk: 20 a robot, else it is shut for
#: ten minutes (open.dingtalk.com, custom robots); Feishu: 100 a robot and 5 a second
#: (open.feishu.cn, custom bot guide). Mail servers differ; 30 offends none we know of.
PER_MINUTE = {"webhook": 0, "wecom": 20, "dingtalk": 20, "feishu": 100, "email": 30}
#: bytes of text that fit into one message, some way below the documented limits
#: (WeCom text 2,048 and Markdown 4,096, DingTalk 20,000, Feishu 20 KB)
ROOM = {
    ("wecom", "text"): 1_900,
    ("wecom", "rich"): 3_800,
    ("dingtalk", "text"): 15_000,
    ("dingtalk", "rich"): 15_000,
    ("feishu", "text"): 12_000,
    ("feishu", "rich"): 12_000,
    ("email", "text"): 60_000,
}


@dataclass(frozen=True)
class Smtp:
    """Where mail is handed in."""

    host: str
    port: int
    #: starttls, ssl or plain
    security: str
    user: str
    sender: str
    recipients: tuple[str, ...]


@dataclass(frozen=True)
class Channel:
    """One way out. Empty sets stand for all."""

    name: str
    kind: str
    url: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    smtp: Smtp | None = None
    levels: frozenset[str] = frozenset()
    to: frozenset[str] = frozenset()
    what: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    for_source: frozenset[str] = frozenset({"live"})
    lang: str = "zh"
    #: text, or rich: the robot's own markup with a colour for the level
    format: str = "text"
    #: put in front of every message: the site's name, or the word a robot asks for
    prefix: str = ""
    proxy: str = field(default="", repr=False)
    ca_file: str = ""
    timeout: float = 10.0
    per_minute: int = 0
    #: how many are sent at the same time, each of another event
    parallel: int = 1
    retry: Retry = field(default_factory=Retry)

    @property
    def room(self) -> int:
        """Bytes of text that fit into a digest; 0: this kind of channel has no digests."""
        return ROOM.get((self.kind, self.format), 0)

    def takes(self, notice: Notice, source: str) -> bool:
        """Whether a notice goes out this way; one taken back goes where it went itself."""
        what = notice.what
        if what == "withdrawn":
            what = notice.ref.removeprefix(f"{notice.event_id}:").split(":")[0]
        return (
            source in self.for_source
            and _among(notice.level, self.levels)
            and _among(notice.to, self.to)
            and (_among(what, self.what) or "withdrawn" in self.what)
            and _among(notice.department, self.departments)
            and (not self.places or not self.places.isdisjoint(notice.place))
        )


def _among(value: str, wanted: frozenset[str]) -> bool:
    return not wanted or value in wanted


def read(items: Any, where: Where, env: Mapping[str, str] | None = None) -> tuple[Channel, ...]:
    """The channels of a list as read from the rules file.

    ``where`` turns a path such as ``(0, "url_env")`` into words (file and line). Raises
    :class:`ChannelError` at the first thing that is wrong; a secret's value is never shown.
    """
    if not isinstance(items, Sequence) or isinstance(items, str | bytes):
        raise ChannelError(where(()), items, "a list of channels")
    env = os.environ if env is None else env
    channels: dict[str, Channel] = {}
    for number, item in enumerate(items):
        fields = Fields(item, (number,), where, env)
        channel = _channel(fields)
        fields.end()
        if channel.name in channels:
            raise fields.fail("name", channel.name, "a name no other channel has")
        channels[channel.name] = channel
    return tuple(channels.values())


def _channel(fields: Fields) -> Channel:
    name = fields.text("name")
    if len(name) > 40 or "|" in name:
        raise fields.fail("name", name, "at most 40 characters without |")
    kind = fields.choice("kind", KINDS)
    plain = fields.flag("plain")
    url, smtp = "", None
    if kind == "email":
        smtp, secret = _smtp(fields, plain)
    else:
        url, secret = _url(fields, kind, plain), fields.secret("secret_env")
    formats = ("text", "rich") if kind in ("wecom", "dingtalk", "feishu") else ("text",)
    proxy = fields.secret("proxy_env")
    if proxy and not proxy.startswith(("http://", "https://")):
        raise fields.fail("proxy_env", "(hidden)", "an address with http:// or https://")
    return Channel(
        name=name,
        kind=kind,
        url=url,
        secret=secret,
        smtp=smtp,
        levels=fields.names("levels", LEVELS),
        to=fields.names("to"),
        what=fields.names("what", WHAT),
        departments=fields.names("departments"),
        places=fields.names("places"),
        for_source=fields.names("for_source", SOURCES, ("live",)) or frozenset({"live"}),
        lang=fields.choice("lang", ("zh", "en"), "zh"),
        format=fields.choice("format", formats, "text"),
        prefix=fields.text("prefix", ""),
        proxy=proxy,
        ca_file=fields.text("ca_file", ""),
        timeout=fields.number("timeout", 10, 0.1, 120),
        per_minute=int(fields.number("per_minute", PER_MINUTE[kind], 0, 100_000)),
        parallel=int(fields.number("parallel", 4 if kind == "webhook" else 1, 1, 32)),
        retry=_retry(fields.below("retry")),
    )


def _url(fields: Fields, kind: str, plain: bool) -> str:
    """A robot's address is its key, so it stands in the environment; so does any with a query."""
    literal, secret = fields.text("url", ""), fields.secret("url_env")
    if bool(literal) == bool(secret):
        raise fields.fail("url_env", "", "the variable that holds the address (or `url`)")
    name, shown = ("url", literal) if literal else ("url_env", "(hidden)")
    wrong = check_url(literal or secret, plain=plain)
    if wrong:
        raise fields.fail(name, shown, wrong)
    parts = urlsplit(literal)
    if literal and not near(parts.hostname or "") and (kind != "webhook" or parts.query):
        raise fields.fail("url", "(hidden)", "`url_env`: this address holds a key")
    return literal or secret


def _smtp(fields: Fields, plain: bool) -> tuple[Smtp, str]:
    host = fields.text("host")
    security = fields.choice("security", ("starttls", "ssl", "plain"), "starttls")
    ports = {"starttls": 587, "ssl": 465, "plain": 25}
    port = int(fields.number("port", ports[security], 1, 65535))
    user, secret = fields.text("user", ""), fields.secret("secret_env")
    if bool(user) != bool(secret):
        raise fields.fail("secret_env", "", "user and secret_env together, or neither")
    if user and security == "plain" and not (plain or near(host)):
        raise fields.fail("security", security, "starttls or ssl where there is a password")
    sender = _address(fields, "sender", fields.text("sender"))
    recipients = tuple(
        _address(fields, "recipients", one) for one in sorted(fields.names("recipients"))
    )
    if not recipients:
        raise fields.fail("recipients", [], "at least one address")
    return Smtp(host, port, security, user, sender, recipients), secret


def _address(fields: Fields, name: str, text: str) -> str:
    local, at, domain = text.rpartition("@")
    if not (local and at and domain and text.isascii()) or any(c in text for c in " <>,;:\"'()"):
        raise fields.fail(name, text, "an address such as duty@city.example")
    return text


def _retry(fields: Fields) -> Retry:
    """Seconds in the file, ms here."""
    plain = Retry()
    first = fields.number("first", plain.first / 1000, 0.001, 3600)
    longest = fields.number("longest", plain.longest / 1000, first, 86_400)
    attempts = fields.number("attempts", plain.attempts, 1, 10_000)
    hours = fields.number("hours", plain.age / 3_600_000, 0.001, 24 * 30)
    fields.end()
    return Retry(
        round(first * 1000), round(longest * 1000), int(attempts), round(hours * 3_600_000)
    )
