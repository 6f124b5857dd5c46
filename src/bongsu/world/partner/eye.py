"""An officer's eye: decodes what a video socket sends and reads from its barcode when each picture was taken."""

from __future__ import annotations

import struct

import av
import msgspec
import numpy as np
from av.error import InvalidDataError

from bongsu.world import barcode

_HEAD = struct.Struct("<BQQ")
_KEYFRAME = 1


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """One decoded picture: the camera number it carries and when it was taken (Unix ms)."""

    camera: int
    taken_ms: int


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """One access unit as the socket sends it; `arrival_us` is when video had it from the camera."""

    keyframe: bool
    arrival_us: int
    pts_us: int
    data: bytes


def read_unit(message: bytes) -> Unit:
    """Take a live message apart; raise ValueError when it is too short to be one."""
    if len(message) <= _HEAD.size:
        raise ValueError("a live message has a header and an access unit")
    flags, arrival_us, pts_us = _HEAD.unpack_from(message)
    return Unit(keyframe=bool(flags & _KEYFRAME), arrival_us=arrival_us, pts_us=pts_us, data=message[_HEAD.size :])


class Eye:
    """Decodes one stream from its first keyframe on; one picture in, one picture out."""

    def __init__(self) -> None:
        self._decoder = av.CodecContext.create("h264", "r")
        self._decoder.thread_count = 1
        self._started = False
        self.broken = 0
        self.unread = 0

    def look(self, unit: Unit, near_ms: int) -> list[Seen]:
        """The pictures one access unit gives; those whose barcode does not hold are counted, not returned."""
        self._started = self._started or unit.keyframe
        if not self._started:
            return []
        try:
            frames = self._decoder.decode(av.Packet(unit.data))
        except InvalidDataError:
            self.broken += 1
            return []
        read = [barcode.read(luma_of(frame)) for frame in frames]
        self.unread += read.count(None)
        return [Seen(camera=code[0], taken_ms=barcode.unwrap(code[1], near_ms)) for code in read if code is not None]


def luma_of(frame: av.VideoFrame) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """The brightness plane of a decoded 4:2:0 picture, without its padding."""
    plane = frame.planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return rows[: frame.height, : frame.width]
