"""One stream painted: decoded, scaled down, its zones painted solid, encoded as VP9 (libvpx, BSD licence)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType, VideoFrame

from bongsu.video.mask.paint import BLACK_Y, GREY, Mask, covered, fitted, halved
from bongsu.video.mask.words import Begin, Told, Unit

ENCODER = "libvpx-vp9"
OPTIONS = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "auto-alt-ref": "0", "crf": "34", "g": "9999"}
BITS_A_SECOND = 900_000
FPS = 15
GROW_PIXELS = 2
"""Scaling down mixes a pixel with its neighbours: none that holds a share of a zone is left."""

KEY_US, KEYS_APART_US = 2_000_000, 900_000
"""A key picture at least every 2 s, and at every key of the camera's that is not too close to the last one."""


class Canvas:
    """Paints one stream. No picture leaves it but through `_paint`."""

    def __init__(self, begin: Begin) -> None:
        self.size = (0, 0)
        self._begin = begin
        self._decoder: VideoCodecContext | None = None
        self._encoder: VideoCodecContext | None = None
        self._masks: tuple[Mask, Mask, Mask]
        self._asked: dict[int, Unit] = {}
        self._at = -1
        self._key_us: int | None = None

    def take(self, unit: Unit) -> Iterator[Unit]:
        """The painted pictures that came of one more unit; one that cannot be decoded waits for the next key."""
        if unit.key and self._decoder is None:
            self._decoder = _decoder(self._begin.codec)
        if self._decoder is None:
            return
        self._asked[unit.pts_us] = unit
        packet = av.Packet(unit.body)
        packet.pts = packet.dts = unit.pts_us
        packet.time_base = Fraction(1, 1_000_000)
        try:
            pictures = self._decoder.decode(packet)
        except av.FFmpegError:
            self._forget()
            return
        for picture in pictures:
            yield from self._show(picture)

    def flush(self) -> Iterator[Unit]:
        """What the decoder held back; the next unit must be a key."""
        if self._decoder is not None:
            for picture in self._decoder.decode(None):
                yield from self._show(picture)
        self._forget()

    def _forget(self) -> None:
        self._decoder = None
        self._asked.clear()

    def _show(self, picture: VideoFrame) -> Iterator[Unit]:
        unit = self._asked.pop(picture.pts, None) if picture.pts is not None else None
        if unit is None:
            return
        for known in [pts for pts in self._asked if pts < unit.pts_us]:
            del self._asked[known]
        painted = self._paint(picture)
        self._at = painted.pts = max(self._at + 1, unit.pts_us)
        painted.time_base = Fraction(1, 1_000_000)
        is_key = self._is_key(unit)
        painted.pict_type = PictureType.I if is_key else PictureType.NONE
        assert self._encoder is not None  # noqa: S101  # _paint has made it
        for packet in self._encoder.encode(painted):
            yield Unit(bool(packet.is_keyframe), unit.arrival_us, unit.pts_us, bytes(packet))

    def _is_key(self, unit: Unit) -> bool:
        since_us = None if self._key_us is None else unit.pts_us - self._key_us
        if since_us is not None and 0 <= since_us < (KEYS_APART_US if unit.key else KEY_US):
            return False
        self._key_us = unit.pts_us
        return True

    def _paint(self, picture: VideoFrame) -> VideoFrame:
        """A copy of the picture, scaled down, with nothing left of what lies in a zone."""
        size = fitted(picture.width, picture.height, self._begin.width_at_most)
        if size != self.size:
            self._resize(*size)
        small = picture.reformat(width=size[0], height=size[1], format="yuv420p")
        small.make_writable()  # the decoder may still need the picture for those that come
        for plane, mask, value in zip(small.planes, self._masks, (BLACK_Y, GREY, GREY), strict=True):
            lines = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
            lines[: plane.height, : plane.width][mask] = value
        return small

    def _resize(self, width: int, height: int) -> None:
        luma = covered(self._begin.rings, height, width, grow=GROW_PIXELS)
        self._masks = (luma, halved(luma), halved(luma))
        self._encoder = _encoder(width, height)
        self.size, self._at, self._key_us = (width, height), -1, None


def paint(canvas: Canvas, units: tuple[Unit, ...], *, flush: bool) -> Told:
    """Everything that comes of some units, in order."""
    told = [painted for unit in units for painted in canvas.take(unit)]
    if flush:
        told += canvas.flush()
    return Told(*canvas.size, units=tuple(told))


def _decoder(codec: str) -> VideoCodecContext:
    decoder = _context(codec, "r")
    decoder.thread_count = 1
    return decoder


def _context(codec: str, mode: Literal["r", "w"]) -> VideoCodecContext:
    context = av.CodecContext.create(codec, mode)
    if not isinstance(context, VideoCodecContext):
        raise TypeError(codec)
    return context


def _encoder(width: int, height: int) -> VideoCodecContext:
    encoder = _context(ENCODER, "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, 1_000_000), Fraction(FPS)
    encoder.bit_rate = BITS_A_SECOND
    encoder.thread_count = 1
    encoder.options = OPTIONS
    return encoder
