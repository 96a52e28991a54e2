"""A channel's settings, read from the list under ``notify:``, and which notices it takes.

Keys and passwords are never in the file: a setting names the environment variable that holds
them, and no error shows their values. :func:`delay` is how long a failed delivery waits.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from urllib.parse import urlsplit

from dashboard.config.reading import HIDDEN, Node, Table, names, shown
from dashboard.config.redact import keep_secret
from dashboard.core.model.notices import Notice

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
DIGEST_BYTES = {
    ("wecom", "text"): 1_900,
    ("wecom", "rich"): 3_800,
    ("dingtalk", "text"): 15_000,
    ("dingtalk", "rich"): 15_000,
    ("feishu", "text"): 12_000,
    ("feishu", "rich"): 12_000,
    ("email", "text"): 60_000,
}
#: a server may ask for a pause of at most this, ms
MAX_RETRY_AFTER = 3_600_000


@dataclass(frozen=True)
class Retry:
    """When a failed delivery is tried again, and when it is given up. Times are ms."""

    first: int = 1_000
    longest: int = 300_000
    #: failures with an answer; a server that cannot be reached counts against ``age`` only
    attempts: int = 40
    age: int = 24 * 3_600_000


@dataclass(frozen=True)
class Smtp:
    """The mail server, the sender and the recipients."""

    host: str
    port: int
    #: starttls, ssl or plain
    security: str
    user: str
    sender: str
    recipients: tuple[str, ...]


@dataclass(frozen=True)
class Channel:
    """One channel of a site. Empty sets mean all."""

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
    #: put in front of every message: the site's name, or the keyword a robot requires
    prefix: str = ""
    proxy: str = field(default="", repr=False)
    ca_file: str = ""
    timeout: float = 10.0
    per_minute: int = 0
    #: how many messages are sent at the same time, each of another event
    parallel: int = 1
    retry: Retry = field(default_factory=Retry)

    @property
    def digest_bytes(self) -> int:
        """Bytes of text that fit into a digest; 0: this kind of channel has no digests."""
        return DIGEST_BYTES.get((self.kind, self.format), 0)

    def takes(self, notice: Notice, source: str) -> bool:
        """Whether the channel takes a notice; a withdrawal counts as the notice it withdraws."""
        what = notice.what
        if what == "withdrawn":
            old = notice.ref.removeprefix(f"{notice.event_id}:").split(":")[0]
            what = notice.ref_what or old
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


def read(notify: Node | None, env: Mapping[str, str] | None = None) -> tuple[Channel, ...]:
    """The channels of the rules file's ``notify:`` section; none if it is None or empty.

    Raises :class:`~dashboard.config.reading.ConfigError` for the first setting that is wrong.
    """
    if notify is None or notify.empty:
        return ()
    if not notify.is_list:
        raise notify.expected("a list of channels")
    env = os.environ if env is None else env
    channels: dict[str, Channel] = {}
    for node in notify.items():
        settings = _Settings(node, env)
        channel = _channel(settings)
        settings.end()
        if channel.name in channels:
            settings.wrong("name", "expected a name no other channel has")
        channels[channel.name] = channel
    return tuple(channels.values())


class _Settings(Table):
    """The settings of one channel; the first mistake is raised."""

    def __init__(self, node: Node, env: Mapping[str, str]) -> None:
        super().__init__(node)
        self._env = env

    def line(self, name: str, default: str | None = None) -> str:
        """A line of text; without a default it must be given."""
        node = self.given(name)
        if node is None and default is None:
            raise self.node.missing(name, "a line of text")
        return self.read(name, default or "", _line, default is None)

    def word(self, name: str, words: tuple[str, ...]) -> str:
        """One of a few words; it must be given."""
        if self.given(name) is None:
            raise self.node.missing(name, f"one of {', '.join(words)}")
        return self.choice(name, words, "")

    def names(self, name: str, known: tuple[str, ...] = ()) -> frozenset[str]:
        """A list of texts, of ``known`` if that is given; empty means all."""
        none: tuple[str, ...] = ()
        return frozenset(self.read(name, none, names, known))

    def secret(self, name: str) -> str:
        """The value of the environment variable that the setting names; "" if not given."""
        node = self.given(name)
        if node is None or not node.value:
            return ""
        if not isinstance(node.value, str) or not self._env.get(node.value):
            raise node.expected("the name of an environment variable that is set")
        found = self._env[node.value].strip()
        # the address of a robot is a secret as a whole
        keep_secret(found, found.partition("://")[2])
        return found


def _line(node: Node, needed: bool) -> str:
    text = node.value
    if not isinstance(text, str) or len(text) > 2000 or not text.isprintable():
        raise node.expected("a line of text")
    if needed and not text:
        raise node.expected("a line of text")
    return text


def _channel(settings: _Settings) -> Channel:
    name = settings.line("name")
    if len(name) > 40 or "|" in name:
        settings.wrong("name", "expected at most 40 characters without |")
    kind = settings.word("kind", KINDS)
    plain = settings.flag("plain")
    url, smtp = "", None
    if kind == "email":
        smtp, secret = _smtp(settings, plain)
    else:
        url, secret = _url(settings, kind, plain), settings.secret("secret_env")
    formats = ("text", "rich") if kind in ("wecom", "dingtalk", "feishu") else ("text",)
    proxy = settings.secret("proxy_env")
    if proxy and not proxy.startswith(("http://", "https://")):
        settings.wrong("proxy_env", "expected an address with http:// or https://", HIDDEN)
    return Channel(
        name=name,
        kind=kind,
        url=url,
        secret=secret,
        smtp=smtp,
        levels=settings.names("levels", LEVELS),
        to=settings.names("to"),
        what=settings.names("what", WHAT),
        departments=settings.names("departments"),
        places=settings.names("places"),
        for_source=settings.names("for_source", SOURCES) or frozenset({"live"}),
        lang=settings.choice("lang", ("zh", "en"), "zh"),
        format=settings.choice("format", formats, "text"),
        prefix=settings.line("prefix", ""),
        proxy=proxy,
        ca_file=settings.line("ca_file", ""),
        timeout=settings.number("timeout", 10, 0.1, 120),
        per_minute=int(settings.number("per_minute", PER_MINUTE[kind], 0, 100_000)),
        parallel=int(settings.number("parallel", 4 if kind == "webhook" else 1, 1, 32)),
        retry=_retry(settings.below("retry")),
    )


def _url(settings: _Settings, kind: str, plain: bool) -> str:
    """A robot's address is its key, so it is in the environment; so is any with a query."""
    literal, secret = settings.line("url", ""), settings.secret("url_env")
    if bool(literal) == bool(secret):
        settings.wrong("url_env", "expected the variable that holds the address (or `url`)")
    name, value = ("url", None) if literal else ("url_env", HIDDEN)
    if wrong := check_url(literal or secret, plain=plain):
        settings.wrong(name, f"expected {wrong}", value)
    parts = urlsplit(literal)
    if literal and not is_local(parts.hostname or "") and (kind != "webhook" or parts.query):
        settings.wrong("url", "expected `url_env`: this address holds a key", HIDDEN)
    return literal or secret


def _smtp(settings: _Settings, plain: bool) -> tuple[Smtp, str]:
    host = settings.line("host")
    security = settings.choice("security", ("starttls", "ssl", "plain"), "starttls")
    ports = {"starttls": 587, "ssl": 465, "plain": 25}
    port = int(settings.number("port", ports[security], 1, 65535))
    user, secret = settings.line("user", ""), settings.secret("secret_env")
    if bool(user) != bool(secret):
        settings.wrong("secret_env", "expected user and secret_env together, or neither")
    if user and security == "plain" and not (plain or is_local(host)):
        settings.wrong("security", "expected starttls or ssl where there is a password")
    sender = settings.line("sender")
    _check_address(settings, "sender", sender)
    recipients = tuple(sorted(settings.names("recipients")))
    for recipient in recipients:
        _check_address(settings, "recipients", recipient)
    if not recipients:
        settings.wrong("recipients", "expected at least one address")
    return Smtp(host, port, security, user, sender, recipients), secret


def _check_address(settings: _Settings, name: str, text: str) -> None:
    local, at, domain = text.rpartition("@")
    if not (local and at and domain and text.isascii()) or any(c in text for c in " <>,;:\"'()"):
        settings.wrong(name, "expected an address such as duty@city.example", shown(text))


def _retry(table: Table) -> Retry:
    """Seconds and hours in the file, ms here."""
    default = Retry()
    first = table.number("first", default.first / 1000, 0.001, 3600)
    longest = table.number("longest", default.longest / 1000, first, 86_400)
    attempts = table.number("attempts", default.attempts, 1, 10_000)
    hours = table.number("hours", default.age / 3_600_000, 0.001, 24 * 30)
    table.end()
    return Retry(
        round(first * 1000), round(longest * 1000), int(attempts), round(hours * 3_600_000)
    )


def is_local(host: str) -> bool:
    """Whether a host is this machine or has an address of a private network."""
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_private


def check_url(url: str, *, plain: bool) -> str | None:
    """What is expected of an address to post to, None if it is right.

    ``plain``: ``http://`` is allowed for every host, not only for near ones.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "an address"
    if parts.scheme not in ("http", "https") or not host:
        return "an address with https://"
    if parts.username or parts.password or parts.fragment:
        return "an address without user, password and #"
    if parts.scheme == "http" and not (plain or is_local(host)):
        return "https:// (or `plain: true` to send over the network unencrypted)"
    return None


def delay(retry: Retry, failures: int, rng: Random, asked: int = 0) -> int:
    """The wait after the n-th failure in a row (1 …), ms: doubled each time, with jitter.

    Half of it is fixed and half is random, so that deliveries that failed together are not tried
    again together. It is at least ``asked``, the wait the server asked for (Retry-After).
    """
    full = min(retry.longest, retry.first * 2 ** min(max(failures, 1) - 1, 30))
    return max(round(full * rng.uniform(0.5, 1.0)), min(asked, MAX_RETRY_AFTER))
