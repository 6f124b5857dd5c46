"""What a masked viewer gets instead of the camera's own stream: VP9 with its zones painted over."""

from __future__ import annotations

import struct

from bongsu.video.codec import Header
from bongsu.video.ingest import Frame, frame
from bongsu.video.mask.words import Told, Unit

CODEC = "vp09.00.30.08"
"""Profile 0, level 3, 8 bits (VP Codec ISO Media File Format Binding, 3.3)."""

CONFIG = struct.pack(">BxxxBBBBBBH", 1, 0, 30, 8 << 4 | 1 << 1, 2, 2, 2, 0)
"""The body of MP4's vpcC box for that: version 1, 4:2:0, studio range, colours not said."""


class Painted(Header, frozen=True):
    """The header of a painted stream; `stills` says that there is a picture every few seconds and no more."""

    stills: bool = False

    @property
    def name(self) -> str:
        """The codec's name as FFmpeg has it."""
        return "vp9"


def header_of(told: Told, *, stills: bool = False) -> Painted:
    """The header of what a painting process told."""
    return Painted(CODEC, told.width, told.height, (), CONFIG, stills)


def mask_words(header: Header) -> dict[str, bool]:
    """What a viewer is told beside the codec: whether zones are painted over, and whether there are only stills."""
    return {"masked": isinstance(header, Painted), "stills": isinstance(header, Painted) and header.stills}


def unit_of(one: Frame) -> Unit:
    """A camera's frame as a painting process takes it."""
    return Unit(one.key, one.arrival_us, one.pts_us, bytes(one.unit))


def frame_of(unit: Unit) -> Frame:
    """A painted picture as it travels."""
    return frame(unit.body, key=unit.key, arrival_us=unit.arrival_us, pts_us=unit.pts_us)
