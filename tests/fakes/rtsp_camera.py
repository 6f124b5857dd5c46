"""A small RTSP camera (RTSP 1.0, TCP interleaved): a test pattern encoded once and sent round and round.

It can die, fall silent, redirect, hide its parameter sets, or forget whoever says nothing for a while.
"""

from __future__ import annotations

import asyncio
import base64
import struct
import time
from fractions import Fraction

import av
import numpy as np

MTU = 1400
START = b"\x00\x00\x00\x01"


def encode(
    *,
    codec: str = "libx264",
    profile: str = "baseline",
    width: int = 640,
    height: int = 360,
    frames: int = 15,
    fps: int = 30,
):
    """One closed GOP of a moving pattern, as a list of access units in Annex B."""
    context = av.CodecContext.create(codec, "w")
    context.width, context.height, context.pix_fmt = width, height, "yuv420p"
    context.time_base, context.framerate = Fraction(1, fps), Fraction(fps)
    context.options = {
        "preset": "ultrafast" if profile == "baseline" else "fast",
        "tune": "zerolatency",
        "g": str(frames),
        "profile": profile,
    }
    if codec == "mpeg4":
        context.options = {}
    if codec == "libx265":
        context.options = {"preset": "ultrafast", "x265-params": f"keyint={frames}:log-level=none:bframes=0"}
    units = []
    for index in range(frames):
        picture = np.full((height * 3 // 2, width), 128, np.uint8)
        picture[:height] = (np.arange(width)[None, :] + 8 * index) % 256
        frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
        frame.pts = index
        units += context.encode(frame)
    return [bytes(unit) for unit in units + context.encode(None)]


def nals(unit: bytes) -> list[bytes]:
    """The NAL units of an access unit, without start codes."""
    parts = unit.replace(START, b"\x00\x00\x01").split(b"\x00\x00\x01")
    return [part for part in parts if part]


def rtp(nal: bytes, *, last: bool, stamp: int, seq: int, hevc: bool = False) -> list[bytes]:
    """RTP packets of one NAL unit: alone, or in fragments (RFC 6184 FU-A; RFC 7798 FU for H.265)."""
    bodies = [nal] if len(nal) <= MTU else _fragments(nal, hevc=hevc)
    packets = []
    for index, body in enumerate(bodies):
        marker = 0x80 if last and index == len(bodies) - 1 else 0
        packets.append(struct.pack(">BBHII", 0x80, marker | 96, (seq + index) & 0xFFFF, stamp, 7) + body)
    return packets


def _fragments(nal: bytes, *, hevc: bool) -> list[bytes]:
    size = 2 if hevc else 1
    kind = nal[0] >> 1 & 0x3F if hevc else nal[0] & 0x1F
    lead = bytes([nal[0] & 0x81 | 49 << 1, nal[1]]) if hevc else bytes([nal[0] & 0xE0 | 28])
    pieces = [nal[at : at + MTU] for at in range(size, len(nal), MTU)]
    flags = [(0x80 if at == 0 else 0) | (0x40 if at == len(pieces) - 1 else 0) for at in range(len(pieces))]
    return [lead + bytes([flag | kind]) + piece for flag, piece in zip(flags, pieces, strict=True)]


class RtspCamera:
    """Plays one GOP for ever to whoever asks; its phase follows the clock, so a viewer joins mid-GOP."""

    def __init__(
        self, units: list[bytes], *, fps: int = 30, in_sdp: bool = True, in_band: bool = True, encoding: str = "H264"
    ) -> None:
        self.units, self.fps, self.in_sdp, self.in_band = units, fps, in_sdp, in_band
        self.encoding = encoding
        self.silent = False
        self.redirect_to = ""
        self.timeout_s = 0
        self.asked: list[str] = []
        self.connections = 0
        self.port = 0
        self.players = 0
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        return f"rtsp://127.0.0.1:{self.port}/cam"

    async def start(self, port: int = 0) -> RtspCamera:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port or self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def die(self) -> None:
        """Stop listening and break every connection."""
        assert self._server
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()

    def _sdp(self) -> bytes:
        sets = [nal for nal in nals(self.units[0]) if nal[0] & 0x1F in (7, 8)]
        sprop = ",".join(base64.b64encode(nal).decode() for nal in sets)
        fmtp = f"a=fmtp:96 packetization-mode=1;sprop-parameter-sets={sprop}\r\n" if self.in_sdp else ""
        return (
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=cam\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\n"
            f"m=video 0 RTP/AVP 96\r\na=rtpmap:96 {self.encoding}/90000\r\n{fmtp}a=control:track0\r\n"
        ).encode()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        self.connections += 1
        player: asyncio.Task[None] | None = None
        try:
            while head := (await self._hear(reader)).decode(errors="replace").lstrip("\x00"):
                method = head.split(" ", 1)[0].split("\n")[-1]
                self.asked.append(method)
                self._answer(writer, method, head)
                if method == "PLAY":
                    self.players += 1
                    player = asyncio.create_task(self._play(writer))
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.LimitOverrunError, TimeoutError):
            pass
        finally:
            if player:
                self.players -= 1
                player.cancel()
            self._writers.discard(writer)
            writer.close()

    async def _hear(self, reader: asyncio.StreamReader) -> bytes:
        async with asyncio.timeout(self.timeout_s or None):
            return await reader.readuntil(b"\r\n\r\n")

    def _answer(self, writer: asyncio.StreamWriter, method: str, head: str) -> None:
        cseq = next(line.split(":")[1].strip() for line in head.split("\r\n") if line.lower().startswith("cseq"))
        if self.redirect_to and method == "DESCRIBE":
            writer.write(f"RTSP/1.0 302 Found\r\nCSeq: {cseq}\r\nLocation: {self.redirect_to}\r\n\r\n".encode())
            return
        lines, body = (
            ["RTSP/1.0 200 OK", f"CSeq: {cseq}", f"Session: 1{f';timeout={self.timeout_s}' * bool(self.timeout_s)}"],
            b"",
        )
        if method == "OPTIONS":
            lines.append("Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN")
        if method == "DESCRIBE":
            body = self._sdp()
            lines += [f"Content-Base: {self.url}/", "Content-Type: application/sdp", f"Content-Length: {len(body)}"]
        if method == "SETUP":
            lines.append("Transport: RTP/AVP/TCP;unicast;interleaved=0-1")
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    async def _play(self, writer: asyncio.StreamWriter) -> None:
        seq = 0
        index = int(time.time() * self.fps)
        while True:
            await asyncio.sleep(max(0.0, index / self.fps - time.time()))
            unit = nals(self.units[index % len(self.units)])
            wanted = [nal for nal in unit if self.in_band or nal[0] & 0x1F not in (7, 8)]
            for place, nal in enumerate(wanted):
                stamp = index * 90000 // self.fps & 0xFFFFFFFF
                for packet in rtp(
                    nal, last=place == len(wanted) - 1, stamp=stamp, seq=seq, hevc=self.encoding == "H265"
                ):
                    seq += 1
                    if not self.silent:
                        writer.write(b"$\x00" + struct.pack(">H", len(packet)) + packet)
            await writer.drain()
            index += 1
