"""The words of RTSP 1.0 (RFC 2326): reading requests, writing answers, describing a stream."""

from __future__ import annotations

import asyncio
import base64
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

MAX_HEAD = 16_384
_REASONS = {
    200: "OK",
    400: "Bad Request",
    404: "Not Found",
    405: "Method Not Allowed",
    454: "Session Not Found",
    455: "Method Not Valid in This State",
    461: "Unsupported Transport",
}
METHODS = "OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER"


class Ask(NamedTuple):
    """A request: its method, its URL, and its headers by lower-case name."""

    method: str
    url: str
    headers: dict[str, str]

    @property
    def camera(self) -> str:
        """The camera id: the first part of the URL's path."""
        return unquote(urlsplit(self.url).path.strip("/").split("/")[0])


class Malformed(Exception):
    """What came is not RTSP."""


async def read_ask(reader: asyncio.StreamReader) -> Ask | None:
    """Read one request, skipping interleaved packets from the client; None at the end of the connection.

    Raises Malformed for anything else.
    """
    while True:
        first = await reader.read(1)
        if not first:
            return None
        if first != b"$":
            break
        head = await reader.readexactly(3)
        await reader.readexactly(int.from_bytes(head[1:], "big"))
    try:
        rest = await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError:
        raise Malformed("head too long") from None
    return await _parse((first + rest).decode("utf-8", "replace"), reader)


async def _parse(head: str, reader: asyncio.StreamReader) -> Ask:
    lines = head.strip().split("\r\n")
    words = lines[0].split(" ")
    if len(words) != 3 or not words[2].startswith("RTSP/1."):
        raise Malformed(lines[0][:80])
    pairs = (line.partition(":") for line in lines[1:])
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > MAX_HEAD:
        raise Malformed("content-length")
    await reader.readexactly(int(length))
    return Ask(words[0], words[1], headers)


def answer(ask: Ask | None, status: int, headers: dict[str, str] | None = None, body: str = "") -> bytes:
    """An answer in the words of RTSP, carrying the request's CSeq."""
    lines = [f"RTSP/1.0 {status} {_REASONS[status]}", f"CSeq: {ask.headers.get('cseq', '0') if ask else '0'}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    payload = body.encode()
    if payload:
        lines.append(f"Content-Length: {len(payload)}")
    return "\r\n".join([*lines, "", ""]).encode() + payload


def describe(sps: bytes, pps: bytes, fps: int) -> str:
    """The SDP of a stream (RFC 4566, RFC 6184 §8.2.1): H.264 with its parameter sets."""
    sets = ",".join(base64.b64encode(nal).decode() for nal in (sps, pps))
    lines = (
        "v=0",
        "o=- 0 0 IN IP4 127.0.0.1",
        "s=camera",
        "c=IN IP4 0.0.0.0",
        "t=0 0",
        "a=control:*",
        "m=video 0 RTP/AVP 96",
        "a=rtpmap:96 H264/90000",
        f"a=fmtp:96 packetization-mode=1;profile-level-id={sps[1:4].hex()};sprop-parameter-sets={sets}",
        f"a=framerate:{fps}",
        "a=control:track1",
    )
    return "\r\n".join([*lines, ""])


def interleaved_channel(transport: str) -> int | None:
    """The first channel of an interleaved TCP transport header; None when it asks for anything else."""
    for choice in transport.split(","):
        parts = [part.strip() for part in choice.split(";")]
        if parts[0].upper() != "RTP/AVP/TCP":
            continue
        channels = next((p.removeprefix("interleaved=") for p in parts if p.startswith("interleaved=")), "0-1")
        first = channels.split("-")[0]
        if first.isdecimal() and int(first) < 255:
            return int(first)
    return None
