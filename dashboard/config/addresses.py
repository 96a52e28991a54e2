"""Whether the web process may, and can, listen on an address; and what counts as one address."""

import ipaddress
import socket

from dashboard.errors import GridwallError


class AddressError(GridwallError):
    """The address cannot be listened on."""


def check_bind(host: str, *, guarded: bool = False) -> None:
    """Refuse an address that others can reach, unless every visitor must identify themselves.

    Raises :class:`AddressError`.
    """
    if not guarded and not is_loopback(host):
        raise AddressError(
            f"GRIDWALL_HOST={host} can be reached by others and no account has been made: "
            "keep 127.0.0.1 and put a proxy before it that asks people to sign in, "
            "or set GRIDWALL_AUTH=required and GRIDWALL_ADMIN_TOKEN"
        )


def check_port(host: str, port: int) -> None:
    """Raise :class:`AddressError` if something else already listens there."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror as error:
        raise AddressError(f"GRIDWALL_HOST={host}: {error.strerror}") from error
    with socket.socket(family, kind, proto) as probe:
        # A recent connection that is still being closed is no reason to refuse.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen(1)
        except OSError as error:
            raise AddressError(
                f"port {port} on {host} cannot be used: {error.strerror}; "
                "choose another one with --port or GRIDWALL_PORT"
            ) from error


def neighbours(address: str) -> str:
    """The part of an address that one customer of a network has: all of IPv4, 64 bits of IPv6.

    What is counted by address is counted by this: an IPv6 host has 2^64 addresses of its own.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False))


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
