"""Where the gateway may connect: a camera's address is data from a register, and must not become a way in.

The name is resolved once, every wall is checked on the result, and the connection is made to that very
address (no second look-up can answer otherwise).
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from urllib.parse import SplitResult, quote, unquote, urlsplit

from bongsu.core.errors import Refused, Unavailable
from bongsu.core.login import Login
from bongsu.core.reach import permitted

Resolve = Callable[[str], Awaitable[Sequence[str]]]
"""The IP addresses of a host name, best first; raises OSError."""

PORTS = {"rtsp": 554, "rtsps": 322}
REDIRECTS = range(300, 400)
_STEERING = ("udp", "multicast", "tcp", "http")
"""Query words FFmpeg takes out of an RTSP URL as orders to itself."""


async def resolve(host: str) -> Sequence[str]:
    """The addresses the system's resolver gives."""
    found = await asyncio.get_running_loop().getaddrinfo(host, None)
    return [str(entry[4][0]) for entry in found]


async def pin(url: str, networks: Sequence[str], resolve: Resolve = resolve) -> str:
    """The URL with its host replaced by the address it stands for, safe to connect to.

    Raises Refused("camera.forbidden") for another scheme, a steering query or an address outside
    `networks` (CIDR), Unavailable("camera.unreachable") when the name is unknown.
    """
    parts = _parts(url)
    try:
        addresses = await resolve(parts.hostname or "")
    except OSError:
        raise Unavailable("camera.unreachable") from None
    host = permitted(addresses, networks)
    query = f"?{parts.query}" if parts.query else ""
    port = parts.port or PORTS[parts.scheme]
    return f"{parts.scheme}://{_login(parts)}{host}:{port}/{parts.path.lstrip('/')}{query}"


def with_login(url: str, login: Login) -> str:
    """The address with our login in it; one that brings its own keeps it, and one that is none stays as it is."""
    scheme, mark, rest = url.partition("://")
    if not login.user or not mark or "@" in rest.split("/")[0]:
        return url
    return f"{scheme}://{quote(login.user, safe='')}:{quote(login.password, safe='')}@{rest}"


async def knock(url: str, *, within_s: float) -> Callable[[], None]:
    """Ask a pinned address to describe itself, so that one which sends us elsewhere is not followed.

    FFmpeg follows an RTSP redirect by itself, past every check; so whoever answers 3xx is
    Refused("camera.forbidden") before FFmpeg meets it. Returns what hangs up: to be called once FFmpeg is
    connected, for some servers take a scene down with its last visitor, and the next one finds it half gone.
    Raises Unavailable("camera.unreachable"), or ("camera.not_video") for what does not speak RTSP.
    """
    try:
        async with asyncio.timeout(within_s):
            status, writer = await _describe(url)
    except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        raise Unavailable("camera.unreachable") from None
    if status in REDIRECTS:
        writer.close()
        raise Refused("camera.forbidden")
    return writer.close


def _parts(url: str) -> SplitResult:
    if any(ord(char) <= 0x20 or ord(char) >= 0x7F for char in url) or "\\" in url:
        raise Refused("camera.forbidden")
    try:
        parts = urlsplit(url)
        known = parts.scheme in PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise Refused("camera.forbidden") from None
    words = parts.query.replace("?", "&").split("&")
    if not known or any(word.lower().startswith(_STEERING) for word in words):
        raise Refused("camera.forbidden")
    return parts


def _login(parts: SplitResult) -> str:
    if parts.username is None:
        return ""
    user, password = (quote(unquote(part or ""), safe="") for part in (parts.username, parts.password))
    return f"{user}:{password}@"


async def _describe(url: str) -> tuple[int, asyncio.StreamWriter]:
    parts = urlsplit(url)
    bare = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, ssl=tls_of(parts.scheme))
    with ExitStack() as unless_heard:
        unless_heard.callback(writer.close)
        status = 200
        for number, method in enumerate(("OPTIONS", "DESCRIBE"), start=1):
            if status not in REDIRECTS:
                writer.write(f"{method} {bare} RTSP/1.0\r\nCSeq: {number}\r\n\r\n".encode())
                status = _status(await reader.readuntil(b"\r\n\r\n"))
        unless_heard.pop_all()
    return status, writer


def _status(head: bytes) -> int:
    words = head.split(None, 2)
    if len(words) < 2 or not words[0].startswith(b"RTSP/") or not words[1].isdigit():
        raise Unavailable("camera.not_video")
    return int(words[1])


def tls_of(scheme: str) -> ssl.SSLContext | None:
    """How a camera is spoken to over TLS, None where it is not."""
    if scheme != "rtsps":
        return None
    context = ssl.create_default_context()
    context.check_hostname = False  # cameras come with certificates of their own making
    context.verify_mode = ssl.CERT_NONE
    return context
