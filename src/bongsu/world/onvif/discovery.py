"""WS-Discovery as cameras answer it (OASIS 1.1, the 2005 wire that ONVIF uses): UDP multicast 239.255.255.250:3702."""

from __future__ import annotations

import asyncio
import socket
import uuid
from collections.abc import Mapping
from xml.sax.saxutils import escape

from lxml import etree

GROUP, PORT = "239.255.255.250", 3702
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


class Answering(asyncio.DatagramProtocol):
    """Answers each probe once per camera; `addresses` are device services by camera name."""

    def __init__(self, addresses: Mapping[str, str]) -> None:
        self._addresses = addresses
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is open."""
        self._transport = transport  # type: ignore[assignment]  # asyncio names the base

    def datagram_received(self, data: bytes, addr: tuple[str | int, int]) -> None:
        """A probe gets its answers; anything else is no business of a camera's."""
        try:
            tree = etree.fromstring(data, _PARSER)
        except (etree.XMLSyntaxError, ValueError):
            return
        asked = tree.findtext(".//{*}MessageID")
        if tree.find(".//{*}Probe") is None or not asked or self._transport is None:
            return
        for name, url in self._addresses.items():
            self._transport.sendto(_match(asked, name, url), addr)


async def answer(
    addresses: Mapping[str, str], host: str = "", port: int = PORT
) -> tuple[asyncio.DatagramTransport, int]:
    """Answer probes: on the multicast group, or with a `host` on that address alone; the transport and its port."""
    door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.bind((host, port))
    if not host:
        member = socket.inet_aton(GROUP) + socket.inet_aton("0.0.0.0")  # noqa: S104 - any interface
        door.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: Answering(addresses), sock=door)
    return transport, int(door.getsockname()[1])


def _match(asked: str, name: str, url: str) -> bytes:
    endpoint = uuid.uuid5(uuid.NAMESPACE_URL, url)
    scopes = (
        f"onvif://www.onvif.org/Profile/T onvif://www.onvif.org/name/{name} onvif://www.onvif.org/hardware/Simulated"
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
        ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
        ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"'
        ' xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><s:Header>'
        f"<a:MessageID>urn:uuid:{uuid.uuid4()}</a:MessageID><a:RelatesTo>{escape(asked)}</a:RelatesTo>"
        "<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</a:Action></s:Header><s:Body>"
        f"<d:ProbeMatches><d:ProbeMatch><a:EndpointReference><a:Address>urn:uuid:{endpoint}</a:Address>"
        f"</a:EndpointReference><d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>{escape(scopes)}</d:Scopes>"
        f"<d:XAddrs>{escape(url)}</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion>"
        "</d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>"
    ).encode()
