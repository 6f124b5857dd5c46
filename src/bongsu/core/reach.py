"""Where we may connect: an address out of a register or from a camera's mouth must not become a way in."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from bongsu.core.errors import Refused


def is_inside(address: str, networks: Sequence[str]) -> bool:
    """Tell whether an IP address lies in any of the networks (CIDR); an IPv4 address in IPv6 dress counts as IPv4."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return any(ip in ipaddress.ip_network(network) for network in networks)


def permitted(addresses: Sequence[str], networks: Sequence[str]) -> str:
    """The first address that may be connected to, ready for a URL; raises Refused("camera.forbidden")."""
    address = next((address for address in addresses if is_inside(address, networks)), None)
    if address is None:
        raise Refused("camera.forbidden")
    return f"[{address}]" if ":" in address else address


def bare(url: str) -> str:
    """An address without the login in it."""
    scheme, mark, rest = url.partition("://")
    place, slash, path = rest.partition("/")
    return f"{scheme}{mark}{place.rpartition('@')[2]}{slash}{path}"
