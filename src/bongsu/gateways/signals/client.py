"""Asks signal controllers over HTTP: only at addresses in the city's own signal networks, and never for long."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Sequence
from typing import TypeVar
from urllib.parse import quote, urlsplit, urlunsplit

import httpx

from bongsu.core.clock import Monotonic
from bongsu.core.errors import Unavailable
from bongsu.core.signal import PriorityAsk, PriorityWord
from bongsu.gateways.signals.circuit import Circuit
from bongsu.gateways.signals.wire import UNKNOWN, ControllerStatus, Missing, body_of, read, unknown

MOST_BYTES = 64 * 1024
CONNECTIONS = 64
PATH = "/priority/v1"

Answer = tuple[int, bytes]
A = TypeVar("A")


class Controllers:
    """The lines to all controllers. Every call raises Unavailable("signal.…") where nothing can be said of it:

    `silent` it does not answer in time, `unreachable` nobody is there, `outside` its address is in none of `networks`
    (CIDR ranges), `resting` it was silent so often that it is left alone for now, `garbled` it answers something else,
    `locked` it does not know our key.
    """

    def __init__(self, networks: Sequence[str], *, key: str, timeout_s: float, monotonic: Monotonic) -> None:
        self._networks = tuple(ipaddress.ip_network(one) for one in networks)
        self._timeout_s = timeout_s
        self._monotonic = monotonic
        self._circuits: dict[str, Circuit] = {}
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=CONNECTIONS, keepalive_expiry=30.0)
        self._http = httpx.AsyncClient(
            transport=httpx.AsyncHTTPTransport(limits=limits, trust_env=False),
            headers={"Authorization": f"Bearer {key}", "Accept-Encoding": "identity", "User-Agent": "bongsu"},
            timeout=timeout_s,
            follow_redirects=False,
            trust_env=False,
        )

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    def is_resting(self, signal: str) -> bool:
        """Whether a controller is left alone for now: any call would raise "signal.resting"."""
        return self._circuits.get(signal, Circuit()).is_broken(self._monotonic())

    async def ask(self, signal: str, url: str, ask: PriorityAsk, now_ms: int) -> PriorityWord:
        """Send a request in its newest version; saying the same again changes nothing there."""
        _, raw = await self._call(signal, "PUT", url, f"/requests/{quote(ask.key, safe='')}", body_of(ask, now_ms))
        return self._read(signal, raw, PriorityWord)

    async def cancel(self, signal: str, url: str, key: str, version: int) -> PriorityWord:
        """End a request; one that the controller no longer knows is over."""
        path = f"/requests/{quote(key, safe='')}?version={version}"
        status, raw = await self._call(signal, "DELETE", url, path)
        if status == 404 and self._read(signal, raw, Missing).why == UNKNOWN:
            return unknown(key, version)
        return self._read(signal, raw, PriorityWord)

    async def status(self, signal: str, url: str) -> ControllerStatus:
        """What a controller shows, and every request it knows."""
        _, raw = await self._call(signal, "GET", url, "/status")
        return self._read(signal, raw, ControllerStatus)

    def _read(self, signal: str, raw: bytes, kind: type[A]) -> A:
        try:
            return read(raw, kind, signal)
        except Unavailable as problem:
            self._failed(signal, problem)
            raise

    async def _call(self, signal: str, method: str, url: str, path: str, body: bytes = b"") -> Answer:
        circuit = self._circuits.get(signal, Circuit())
        if circuit.is_broken(self._monotonic()):
            raise Unavailable("signal.resting", signal=signal, cause=circuit.code)
        try:
            async with asyncio.timeout(self._timeout_s):
                answer = await self._send(signal, method, url, path, body)
        except Unavailable as problem:
            raise self._failed(signal, problem) from None
        except (TimeoutError, httpx.TimeoutException):
            raise self._failed(signal, Unavailable("signal.silent", signal=signal)) from None
        except (OSError, httpx.HTTPError, httpx.InvalidURL, UnicodeError, ValueError):
            raise self._failed(signal, Unavailable("signal.unreachable", signal=signal)) from None
        self._circuits.pop(signal, None)
        return answer

    def _failed(self, signal: str, problem: Unavailable) -> Unavailable:
        circuit = self._circuits.get(signal, Circuit())
        self._circuits[signal] = circuit.failed(problem.code, self._monotonic())
        return problem

    async def _send(self, signal: str, method: str, url: str, path: str, body: bytes) -> Answer:
        parts = urlsplit(url.rstrip("/") + PATH + path)
        host = parts.hostname or ""
        address = await self._address(signal, host, parts.port or (443 if parts.scheme == "https" else 80))
        where = f"[{address}]" if ":" in address else address
        port = f":{parts.port}" if parts.port is not None else ""
        named = f"[{host}]" if ":" in host else host
        request = self._http.build_request(
            method,
            urlunsplit((parts.scheme, where + port, parts.path, parts.query, "")),
            content=body,
            headers={"Host": named + port},
            extensions={"sni_hostname": host},
        )
        response = await self._http.send(request, stream=True)
        try:
            return _checked(signal, response.status_code), await _content(signal, response)
        finally:
            await response.aclose()

    async def _address(self, signal: str, host: str, port: int) -> str:
        """The address to connect to: every one the name has lies in the signals' networks. Raises OSError."""
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]
        if not addresses or not all(self._may_reach(one) for one in addresses):
            raise Unavailable("signal.outside", signal=signal)
        return str(addresses[0])

    def _may_reach(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
        return any(address in network for network in self._networks if network.version == address.version)


def _checked(signal: str, status: int) -> int:
    if status in (401, 403):
        raise Unavailable("signal.locked", signal=signal)
    if status not in (200, 404, 409):
        raise Unavailable("signal.garbled", signal=signal)
    return status


async def _content(signal: str, response: httpx.Response) -> bytes:
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > MOST_BYTES:
            raise Unavailable("signal.garbled", signal=signal)
    return bytes(body)
