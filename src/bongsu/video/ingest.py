"""What a connection to a camera has to tell: its pictures as frames on one clock, a header before the first of them."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from fractions import Fraction

import msgspec

from bongsu.video import h264, h265, nal
from bongsu.video.codec import Family, Header, NotVideo, Unsupported
from bongsu.video.meter import Flood
from bongsu.video.pictures import Picture
from bongsu.video.timeline import Timeline

FAMILIES: dict[str, Family] = {"h264": h264.FAMILY, "hevc": h265.FAMILY}
"""By FFmpeg's names."""

HEAD = struct.Struct("<BQQ")
OPEN_S = 3.0
SILENT_S = 3.0


class Frame(msgspec.Struct, frozen=True, gc=False):
    """One access unit as it travels: `wire` is flags, arrival, pts (doors.md), then Annex B."""

    key: bool
    arrival_us: int
    pts_us: int
    wire: bytes

    @property
    def unit(self) -> memoryview:
        """The access unit alone, not copied."""
        return memoryview(self.wire)[HEAD.size :]


def frame(unit: bytes, *, key: bool, arrival_us: int, pts_us: int) -> Frame:
    """A frame ready to send, packed once for all its viewers."""
    return Frame(key, arrival_us, pts_us, HEAD.pack(key, arrival_us, pts_us) + unit)


def code_of(problem: Exception) -> str:
    """What a problem is called whoever reads the camera, "" where it has no name of its own."""
    match problem:
        case Flood():
            return "camera.flood"
        case NotVideo():
            return "camera.not_video"
        case Unsupported():
            return "camera.codec"
        case _:
            return ""


OnHeader = Callable[[Header], None]
OnFrame = Callable[[Frame], None]


class Teller:
    """Tells a camera's pictures; the first is a keyframe with its parameter sets in front, a header before it.

    `sets` are the parameter sets known beforehand (NAL units), `tick_s` the seconds of one tick of its stamps.
    """

    def __init__(
        self, family: Family, sets: Sequence[bytes], tick_s: Fraction, on_header: OnHeader, on_frame: OnFrame
    ) -> None:
        self._family = family
        self._header = family.learn(None, list(sets))
        self._told: Header | None = None
        self._timeline = Timeline()
        # Fractions are slow, and this runs every frame.
        self._up, self._down = tick_s.numerator * 1_000_000, tick_s.denominator
        self._on_header = on_header
        self._on_frame = on_frame

    def tell(self, picture: Picture) -> None:
        """Tell a whole picture. Raises Unsupported when its parameter sets make no sense."""
        unit, key = self._whole(picture)
        pts_us = None if picture.pts is None else picture.pts * self._up // self._down
        at_us = self._timeline.stamp(pts_us, picture.arrival_us)
        if key and self._header is not None and self._header != self._told:
            self._told = self._header
            self._on_header(self._header)
        if self._told:
            self._on_frame(frame(unit, key=key, arrival_us=picture.arrival_us, pts_us=at_us))

    def _whole(self, picture: Picture) -> tuple[bytes, bool]:
        """The access unit, and whether a viewer can start at it; keyframes get their parameter sets in front."""
        raw = picture.parts[0] if len(picture.parts) == 1 else b"".join(picture.parts)
        if not picture.is_key:
            return raw, False
        # Sets between the slices, of which each may be there but once, come only with a picture in pieces.
        is_cut = len(picture.parts) > 1
        nals = nal.split(raw) if is_cut else nal.lead(raw, self._family.is_slice)
        self._header = self._family.learn(self._header, nals)
        if not self._family.is_key(nals) or self._header is None:
            return raw, False
        return self._family.whole(nals, self._header), True
