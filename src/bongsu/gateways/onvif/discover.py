"""Cameras found on the network by WS-Discovery: one probe, whatever answers within a few seconds."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from urllib.parse import unquote

from lxml import etree

from bongsu.wires.onvif.records import Found

GROUP, PORT = "239.255.255.250", 3702
MOST = 1_000
MOST_BYTES = 64 * 1024
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
_PROBE = """<?xml version="1.0" encoding="UTF-8"?>
<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"
 xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"
 xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl">
<s:Header><a:MessageID>{id}</a:MessageID><a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>
<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action></s:Header>
<s:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></s:Body></s:Envelope>"""


class Probing(asyncio.DatagramProtocol):
    """Collects the answers to one probe, each camera once."""

    def __init__(self, number: str) -> None:
        self.found: dict[str, Found] = {}
        self._number = number

    def datagram_received(self, data: bytes, addr: tuple[str | int, int]) -> None:
        """One answer; what is none, or answers another's probe, is passed over."""
        for one in matches(data, self._number):
            if len(self.found) < MOST:
                self.found.setdefault(one.endpoint, one)


async def discover(within_s: float, to: str = GROUP, port: int = PORT) -> tuple[Found, ...]:
    """Every camera that answers within some seconds, in the order of their addresses. Raises OSError.

    What they say of themselves is not believed: their addresses are checked when they are connected to.
    """
    number = f"urn:uuid:{uuid.uuid4()}"
    loop = asyncio.get_running_loop()
    transport, probing = await loop.create_datagram_endpoint(lambda: Probing(number), local_addr=("0.0.0.0", 0))  # noqa: S104 - answers come back to any interface
    try:
        transport.sendto(_PROBE.format(id=number).encode(), (to, port))
        await asyncio.sleep(within_s)
    finally:
        transport.close()
    return tuple(sorted(probing.found.values(), key=lambda one: one.url))


def matches(data: bytes, number: str) -> Iterator[Found]:
    """The cameras in an answer to the probe of this number."""
    if len(data) > MOST_BYTES:
        return
    try:
        tree = etree.fromstring(data, _PARSER)
    except (etree.XMLSyntaxError, ValueError):
        return
    if (tree.findtext(".//{*}RelatesTo") or "").strip() != number:
        return
    for match in tree.iterfind(".//{*}ProbeMatch"):
        urls = (match.findtext("{*}XAddrs") or "").split()
        endpoint = (match.findtext("{*}EndpointReference/{*}Address") or "").strip()
        if urls and endpoint:
            scopes = (match.findtext("{*}Scopes") or "").split()
            name, hardware = _scope(scopes, "name"), _scope(scopes, "hardware")
            yield Found(endpoint=endpoint, url=urls[0], name=name, hardware=hardware)


def _scope(scopes: list[str], what: str) -> str:
    prefix = f"onvif://www.onvif.org/{what}/"
    return next((unquote(one.removeprefix(prefix)) for one in scopes if one.startswith(prefix)), "")[:200]
