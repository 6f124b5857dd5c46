"""What the gateway knows of a stream without decoding it, whichever of the two codecs it is in."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from bongsu.video import nal

SIDES = range(16, 16_385)
"""Widths and heights that are believed, in pixels."""
MOST_SET_BYTES = 4096
"""Parameter sets are some dozen bytes; a long one would be read bit by bit while every other camera waits."""


class NotVideo(Exception):
    """What answers has no video to give."""


class Unsupported(Exception):
    """The stream is in no codec that can be passed through, or its parameter sets make no sense."""


class Header(msgspec.Struct, frozen=True):
    """A stream's codec string (RFC 6381), size in pixels, and parameter sets (NAL units without start codes).

    `sets` are in the order they stand in before a keyframe; `config` is MP4's decoder configuration record.
    """

    codec: str
    width: int
    height: int
    sets: tuple[bytes, ...]
    config: bytes

    @property
    def name(self) -> str:
        """The codec's name as FFmpeg has it: "h264" or "hevc"."""
        return "h264" if self.codec.startswith("avc") else "hevc"


class Family(msgspec.Struct, frozen=True):
    """One codec: how its NAL unit types are read and which of them matter.

    `sets` are the types of the parameter sets in their order, `slices` those that carry picture, `keys` those of
    them a decoder can start at, `delimiter` the one that is left out.
    """

    kind: Callable[[bytes], int]
    sets: tuple[int, ...]
    slices: range
    keys: frozenset[int]
    delimiter: int
    header: Callable[[tuple[bytes, ...]], Header]

    def is_slice(self, nal: bytes) -> bool:
        """Whether a NAL unit, of which two bytes are enough, carries picture."""
        return len(nal) > 1 and self.kind(nal) in self.slices

    def is_key(self, nals: list[bytes]) -> bool:
        """Whether decoding can start at this access unit."""
        return any(self.kind(one) in self.keys for one in nals)

    def learn(self, known: Header | None, nals: list[bytes]) -> Header | None:
        """The header after these NAL units: the newest set of each type; None while one is missing.

        Raises Unsupported when the sets make no sense.
        """
        newest = dict(zip(self.sets, known.sets, strict=True)) if known else {}
        newest |= {self.kind(one): one for one in reversed(nals) if self.kind(one) in self.sets}
        if len(newest) < len(self.sets):
            return known
        sets = tuple(newest[kind] for kind in self.sets)
        if max(map(len, sets)) > MOST_SET_BYTES:
            raise Unsupported("parameter sets of thousands of bytes")
        return known if known and known.sets == sets else self.header(sets)

    def whole(self, nals: list[bytes], header: Header) -> bytes:
        """A keyframe's access unit with its parameter sets in front, each once; Annex B.

        Some cameras repeat the sets before every slice, some send them in the SDP alone.
        """
        sets = [one for one in nals if self.kind(one) in self.sets]
        if {self.kind(one) for one in sets} != set(self.sets):
            sets = list(header.sets)
        rest = [one for one in nals if self.kind(one) not in (*self.sets, self.delimiter)]
        return nal.annex_b([*dict.fromkeys(sets), *rest])
