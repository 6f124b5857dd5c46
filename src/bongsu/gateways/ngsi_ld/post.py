"""One notification to an endpoint a partner named: never to our own insides, whatever its name resolves to by then.

The name is looked up once, every address it has is judged, and the connection goes to the one that was judged (so that
a second answer of the name server changes nothing); redirects are not followed, and an answer is not read.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Mapping, Sequence
from urllib.parse import SplitResult, urlsplit, urlunsplit

import httpx
import msgspec

CONNECTIONS = 64
FINAL_STATUS = frozenset(range(300, 500)) - {408, 425, 429}

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Posted(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a try: `final` it would come of the next one too, `host_fault` the host did not even answer."""

    done: bool
    reason: str = ""
    final: bool = False
    host_fault: bool = False


class Poster:
    """Posts bodies to endpoints; `networks` are the private CIDR ranges that are allowed all the same."""

    def __init__(self, networks: Sequence[str] = (), *, timeout_s: float = 5.0) -> None:
        self._allowed: tuple[Network, ...] = tuple(ipaddress.ip_network(one) for one in networks)
        self._timeout_s = timeout_s
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=CONNECTIONS, keepalive_expiry=5.0)
        transport = httpx.AsyncHTTPTransport(limits=limits, trust_env=False)
        self._http = httpx.AsyncClient(transport=transport, timeout=timeout_s, follow_redirects=False, trust_env=False)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def __call__(self, uri: str, body: bytes, headers: Mapping[str, str]) -> Posted:
        """Post a body once; never raises for what the other side does."""
        parts = urlsplit(uri)
        try:
            async with asyncio.timeout(self._timeout_s):
                address = await self._address(parts)
                if address is None:
                    return Posted(done=False, reason="endpoint.inside", final=True)
                return await self._post(parts, address, body, headers)
        except (TimeoutError, httpx.TimeoutException):
            return Posted(done=False, reason="endpoint.timeout", host_fault=True)
        except OSError:
            return Posted(done=False, reason="endpoint.unknown_host", host_fault=True)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, ValueError) as problem:
            return Posted(done=False, reason=f"endpoint.unreachable {type(problem).__name__}", host_fault=True)

    async def _post(self, parts: SplitResult, address: Address, body: bytes, headers: Mapping[str, str]) -> Posted:
        host = parts.hostname or ""
        where = f"[{address}]" if address.version == 6 else str(address)
        named = f"[{host}]" if ":" in host else host
        port = f":{parts.port}" if parts.port is not None else ""
        url = urlunsplit((parts.scheme, where + port, parts.path or "/", parts.query, ""))
        all_headers = {**headers, "Host": named + port, "Accept-Encoding": "identity", "User-Agent": "bongsu"}
        extensions = {"sni_hostname": host}
        request = self._http.build_request("POST", url, content=body, headers=all_headers, extensions=extensions)
        response = await self._http.send(request, stream=True)
        await response.aclose()
        status = response.status_code
        if 200 <= status < 300:
            return Posted(done=True)
        return Posted(done=False, reason=f"endpoint.status {status}", final=status in FINAL_STATUS)

    async def _address(self, parts: SplitResult) -> Address | None:
        """The address to connect to; None when any the name has lies inside. Raises OSError."""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(parts.hostname or "", port, type=socket.SOCK_STREAM)
        addresses = [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]
        return addresses[0] if addresses and all(self.may_reach(one) for one in addresses) else None

    async def is_inside(self, uri: str) -> bool:
        """Whether an endpoint's name leads inside now; one that leads nowhere yet does not."""
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._address(urlsplit(uri)) is None
        except (TimeoutError, OSError, UnicodeError):
            return False

    def may_reach(self, address: Address) -> bool:
        """Whether an address is outside, or in a network that is allowed."""
        plain = _plain(address)
        if any(plain in network for network in self._allowed if network.version == plain.version):
            return True
        return plain.is_global and not plain.is_multicast


def _plain(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one that stands for it (mapped, 6to4, Teredo, NAT64): that is where it leads."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if address in NAT64 else address


NAT64 = ipaddress.ip_network("64:ff9b::/96")
