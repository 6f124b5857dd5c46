"""RTP for H.264 in interleaved RTSP frames (RFC 6184, packetization-mode 1; RFC 2326 §10.12)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from bongsu.world.camera.encoder import split_units

PAYLOAD_TYPE = 96
CLOCK_PER_MS = 90
MAX_PAYLOAD = 1400
_FU_A = 28
_NTP_EPOCH_S = 2_208_988_800


class Packetiser:
    """Cuts access units into RTP packets of one stream and frames them for one TCP channel pair."""

    def __init__(self, ssrc: int, channel: int) -> None:
        self.ssrc = ssrc
        self.channel = channel
        self.sequence = ssrc & 0x7FFF
        self._packets = 0
        self._bytes = 0

    def pack(self, unit: bytes, ms: int) -> bytes:
        """All packets of one access unit taken at a Unix time in ms, interleaved and ready to be written."""
        payloads = [piece for nal in split_units(unit) for piece in _pieces(nal)]
        stamp = timestamp(ms)
        out: list[bytes] = []
        for nth, payload in enumerate(payloads, start=1):
            marker = 0x80 if nth == len(payloads) else 0
            head = struct.pack("!BBHII", 0x80, marker | PAYLOAD_TYPE, self.sequence, stamp, self.ssrc)
            out.append(_interleaved(self.channel, head + payload))
            self.sequence = (self.sequence + 1) & 0xFFFF
            self._packets += 1
            self._bytes += len(payload)
        return b"".join(out)

    def report(self, ms: int) -> bytes:
        """An RTCP sender report that ties the stream's clock to the wall clock (RFC 3550 §6.4.1)."""
        seconds, rest = divmod(ms, 1000)
        body = struct.pack(
            "!BBHIIIIII",
            0x80,
            200,
            6,
            self.ssrc,
            seconds + _NTP_EPOCH_S,
            rest * 2**32 // 1000,
            timestamp(ms),
            self._packets & 0xFFFFFFFF,
            self._bytes & 0xFFFFFFFF,
        )
        return _interleaved(self.channel + 1, body)


def timestamp(ms: int) -> int:
    """The 90 kHz stamp of a Unix time in ms."""
    return ms * CLOCK_PER_MS & 0xFFFFFFFF


def _pieces(nal: bytes) -> Iterator[bytes]:
    """The NAL unit itself, or its FU-A fragments where it is larger than a packet may be."""
    if len(nal) <= MAX_PAYLOAD:
        yield nal
        return
    indicator = (nal[0] & 0xE0) | _FU_A
    room = MAX_PAYLOAD - 2
    for at in range(1, len(nal), room):
        start = 0x80 if at == 1 else 0
        end = 0x40 if at + room >= len(nal) else 0
        yield bytes((indicator, start | end | (nal[0] & 0x1F))) + nal[at : at + room]


def _interleaved(channel: int, packet: bytes) -> bytes:
    return struct.pack("!BBH", 0x24, channel, len(packet)) + packet
