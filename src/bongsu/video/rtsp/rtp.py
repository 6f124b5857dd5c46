"""Whole pictures out of RTP packets (RFC 3550 5.1): known to be whole by the marker, or by the next one's stamp."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from bongsu.video.codec import Family
from bongsu.video.meter import Flood
from bongsu.video.nal import START
from bongsu.video.pictures import Picture
from bongsu.video.rtsp.nals import Pieces

TRIED = 3
"""Pictures, from the first keyframe on, that must end with their marker before it is believed."""
MOST_BYTES = 16_000_000
_HEAD = struct.Struct(">BBHI").unpack_from
_PLAIN, _MARKER = 0x80, 0x80


class Depacketiser:
    """Puts one stream's packets together; a picture of which a packet is missing is left out.

    The marker stands on a picture's last packet, but some cameras set it on every slice. So it is believed only
    after some pictures that ended with it, and no longer once a picture goes on behind it: then each waits for the
    next one's stamp. What carries no picture (parameter sets with a stamp of their own) goes with the next one.
    """

    def __init__(self, family: Family, pieces: Pieces, payload: int) -> None:
        self._family = family
        self._pieces = pieces
        self._payload = payload
        self._starts = frozenset((*family.sets, *family.keys))
        self._parts: list[bytes] = []
        self._size = 0
        self._is_key = self._has_slice = self._is_mixed = self._is_broken = self._is_over = False
        self._stamp: int | None = None
        self._ticks = self._arrival_us = 0
        self._next_number: int | None = None
        self._tried = 0
        self._is_careless = False

    def take(self, packet: bytes, arrival_us: int) -> Iterator[Picture]:
        """The pictures that are whole now. Raises Unsupported, and Flood for one without an end."""
        if len(packet) < 12 or packet[0] >> 6 != 2 or packet[1] & 0x7F != self._payload:
            return
        flags, kind, number, stamp = _HEAD(packet)
        payload = packet[12:] if flags == _PLAIN else _payload(packet)
        is_late = self._next_number is not None and number != self._next_number
        self._next_number = number + 1 & 0xFFFF
        if stamp != self._stamp:
            yield from self._close(is_lost=is_late)
            self._begin(stamp)
        elif self._is_over:
            self._goes_on()
        self._is_broken |= is_late
        self._arrival_us = arrival_us
        if payload:
            self._put(payload)
        if kind & _MARKER and self._has_slice:
            if self._tried >= TRIED and not self._is_careless:
                yield from self._close()
            self._is_over = True

    def _begin(self, stamp: int) -> None:
        last = stamp if self._stamp is None else self._stamp
        self._ticks += (stamp - last + 2**31 & 0xFFFFFFFF) - 2**31
        self._stamp = stamp
        self._is_over = False

    def _goes_on(self) -> None:
        """More of a picture whose marker has been: this camera's markers say nothing."""
        self._is_careless = True
        self._is_over = False

    def _put(self, payload: bytes) -> None:
        try:
            for kind, head, rest in self._pieces(payload):
                if head:
                    self._parts += (START, head, rest)
                    # Sets between the slices: whoever takes them out must look at every piece.
                    self._is_mixed |= self._has_slice and kind in self._family.sets
                    self._has_slice |= kind in self._family.slices
                    self._is_key |= kind in self._starts
                elif self._parts:
                    self._parts.append(rest)
                else:
                    self._is_broken = True  # it began before we came
        except IndexError:
            self._is_broken = True
        self._size += len(payload)
        if self._size > MOST_BYTES:
            raise Flood

    def _close(self, *, is_lost: bool = False) -> Iterator[Picture]:
        """Tell the picture there is; `is_lost` says that it may lack its end."""
        is_whole = self._has_slice and not self._is_broken and not (is_lost and not self._is_over)
        if self._parts and not self._has_slice and not self._is_broken and not is_lost:
            return
        parts = tuple(self._parts) if self._is_mixed else (b"".join(self._parts),)
        is_key = self._is_key
        self._parts, self._size = [], 0
        self._is_key = self._has_slice = self._is_mixed = self._is_broken = False
        if is_whole:
            self._tried += bool(self._tried or is_key)
            yield Picture(parts, is_key, self._ticks, self._arrival_us)


def _payload(packet: bytes) -> bytes:
    """What is behind the contributing sources and the header extension, without padding; empty if it makes no sense."""
    begin, end = 12 + 4 * (packet[0] & 0x0F), len(packet)
    if packet[0] & 0x10 and begin + 4 <= end:
        begin += 4 + 4 * (packet[begin + 2] << 8 | packet[begin + 3])
    if packet[0] & 0x20:
        end -= packet[-1]
    return packet[begin:end] if begin < end else b""
