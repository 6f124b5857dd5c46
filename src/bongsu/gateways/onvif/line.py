"""The one line to a camera: to its pinned address only, whatever the camera says, within a time and a size."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit, urlunsplit

import aiohttp
from lxml import etree
from requests import Response
from zeep.exceptions import Error as SoapError
from zeep.exceptions import Fault, TransportError
from zeep.wsdl.utils import etree_to_string

from bongsu.core.errors import Refused, Unavailable
from bongsu.core.reach import permitted
from bongsu.gateways.onvif.library import AIOHTTPTransport, is_auth_error

T = TypeVar("T")
Resolve = Callable[[str], Awaitable[Sequence[str]]]
"""The IP addresses of a host name, best first; raises OSError."""

PORTS = {"http": 80, "https": 443}
MOST_BYTES = 1024 * 1024
REDIRECTS = range(300, 400)


class Origin(NamedTuple):
    """Where a camera really is: every address it names is read as a path here."""

    scheme: str
    place: str

    def at(self, url: str) -> str:
        """The path and query of an address the camera gave, on this origin."""
        parts = urlsplit(url)
        return urlunsplit((self.scheme, self.place, parts.path or "/", parts.query, ""))


async def resolve(host: str) -> Sequence[str]:
    """The addresses the system's resolver gives."""
    found = await asyncio.get_running_loop().getaddrinfo(host, None)
    return [str(entry[4][0]) for entry in found]


async def pin(url: str, networks: Sequence[str], resolve: Resolve = resolve) -> Origin:
    """The origin of a device service's URL, its host replaced by a permitted address.

    Raises Refused("camera.forbidden") for another scheme or network, Unavailable("camera.onvif.unreachable").
    """
    try:
        parts = urlsplit(url)
        known = parts.scheme in PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise Refused("camera.forbidden") from None
    if not known or any(ord(char) <= 0x20 or ord(char) >= 0x7F for char in url) or "\\" in url:
        raise Refused("camera.forbidden")
    try:
        host = permitted(await resolve(parts.hostname or ""), networks)
    except OSError:
        raise Unavailable("camera.onvif.unreachable") from None
    return Origin(parts.scheme, f"{host}:{parts.port or PORTS[parts.scheme]}")


class Line(AIOHTTPTransport):  # type: ignore[misc]  # the library is untyped
    """The library's transport with its doors shut: one origin, no redirects, a bounded answer, one deadline."""

    def __init__(self, session: aiohttp.ClientSession, origin: Origin, timeout_s: float, login: Sequence[str]) -> None:
        super().__init__(session=session, verify_ssl=False)
        self._origin = origin
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        # Some cameras want HTTP's own digest beside, or instead of, the one inside the envelope.
        self._digest = (aiohttp.DigestAuthMiddleware(login[0], login[1]),) if login[0] else ()

    async def post_xml(self, address: str, envelope: etree._Element, headers: dict[str, str]) -> Response:
        """Send an envelope to our origin and read the answer, at most 1 MiB of it."""
        target = self._origin.at(address)
        sent = {"Content-Type": "application/soap+xml; charset=utf-8", **headers}
        async with self.session.post(
            target,
            data=etree_to_string(envelope),  # type: ignore[no-untyped-call]  # the library is untyped
            headers=sent,
            timeout=self._timeout,
            allow_redirects=False,
            middlewares=self._digest,
        ) as answer:
            if answer.status in REDIRECTS:
                raise Refused("camera.forbidden")
            body = await _bounded(answer.content)
        return _as_requests(answer.status, dict(answer.headers), body)


async def _bounded(content: aiohttp.StreamReader) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in content.iter_chunked(64 * 1024):
        size += len(part)
        if size > MOST_BYTES:
            raise Unavailable("camera.onvif.garbled")
        parts.append(part)
    return b"".join(parts)


def _as_requests(status: int, headers: dict[str, str], body: bytes) -> Response:
    """The answer in the form the SOAP library reads."""
    told = Response()
    told.status_code = status
    told._content = body
    told.headers.update({name: value for name, value in headers.items() if name.lower() != "content-encoding"})
    return told


async def named(work: Awaitable[T]) -> T:
    """What a camera answers; whatever goes wrong is one of our own errors, without the camera's words.

    Raises Unavailable("camera.onvif.login" | "endpoint" | "timeout" | "unreachable" | "garbled" | "refused").
    """
    try:
        return await work
    except Fault as problem:
        raise Unavailable("camera.onvif.login" if is_auth_error(problem) else "camera.onvif.refused") from None
    except TransportError as problem:
        raise Unavailable(_of_status(problem.status_code)) from None
    except TimeoutError:
        raise Unavailable("camera.onvif.timeout") from None
    except (aiohttp.ClientConnectionError, OSError):
        raise Unavailable("camera.onvif.unreachable") from None
    except (SoapError, aiohttp.ClientError, etree.LxmlError, *_WRONG_SHAPES):
        raise Unavailable("camera.onvif.garbled") from None


_WRONG_SHAPES: tuple[type[Exception], ...] = (
    AttributeError,
    KeyError,
    TypeError,
    ValueError,
    IndexError,
)
"""What reading an answer of the wrong shape raises inside the SOAP library, which promises no error of its own."""


def _of_status(status: Any) -> str:
    return "camera.onvif.login" if status in (401, 403) else "camera.onvif.endpoint"
