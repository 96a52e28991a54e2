"""Reads one item of a settings list field by field, and says what is wrong where."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

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
