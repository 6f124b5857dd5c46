"""What the gateway must know of an H.264 stream without decoding it (ITU-T H.264 7.3, 7.4 and Annex B)."""

from __future__ import annotations

import re

import msgspec

START = b"\x00\x00\x00\x01"
IDR, SEI, SPS, PPS, DELIMITER = 5, 6, 7, 8, 9

_START_CODE = re.compile(rb"\x00\x00\x01")
_HIGH_PROFILES = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128})


class Header(msgspec.Struct, frozen=True):
    """A stream's parameter sets (NAL units without start codes), and what they say; size in pixels."""

    codec: str
    width: int
    height: int
    sps: bytes
    pps: bytes


class Unsupported(Exception):
    """The stream is not H.264 that can be passed through."""


def split(unit: bytes) -> list[bytes]:
    """The NAL units of an Annex B access unit, without start codes and trailing zeros; empty ones left out."""
    cuts = [match.span() for match in _START_CODE.finditer(unit)]
    ends = [start for start, _ in cuts] + [len(unit)]
    nals = (unit[begin:end].rstrip(b"\x00") for (_, begin), end in zip(cuts, ends[1:], strict=True))
    return [nal for nal in nals if nal]


def kind(nal: bytes) -> int:
    """The nal_unit_type."""
    return nal[0] & 0x1F


def is_key(nals: list[bytes]) -> bool:
    """Whether decoding can start at this access unit (it holds an IDR slice)."""
    return any(kind(nal) == IDR for nal in nals)


def may_lead_key(part: bytes) -> bool:
    """Whether a piece of an access unit may start a keyframe, told from its first NAL unit without a search."""
    return part.startswith(START) and len(part) > 4 and kind(part[4:5]) in (IDR, SEI, SPS, PPS, DELIMITER)


def find(nals: list[bytes], wanted: int) -> bytes | None:
    """The first NAL unit of a type."""
    return next((nal for nal in nals if kind(nal) == wanted), None)


def annex_b(nals: list[bytes]) -> bytes:
    """NAL units as one Annex B byte string with four-byte start codes."""
    return b"".join(START + nal for nal in nals)


def header(sps: bytes, pps: bytes) -> Header:
    """Codec string (RFC 6381) and size from the parameter sets; raises Unsupported when they make no sense."""
    if len(sps) < 4 or kind(sps) != SPS or kind(pps) != PPS:
        raise Unsupported("not H.264 parameter sets")
    try:
        width, height = _size(sps)
    except IndexError:
        raise Unsupported("SPS ends too early") from None
    if not (16 <= width <= 16_384 and 16 <= height <= 16_384):
        raise Unsupported(f"size {width}x{height}")
    return Header(f"avc1.{sps[1:4].hex()}", width, height, sps, pps)


class _Bits:
    """Reads an RBSP bit by bit; IndexError past its end."""

    def __init__(self, nal: bytes) -> None:
        self._raw = nal.replace(b"\x00\x00\x03", b"\x00\x00")
        self._at = 0

    def take(self, count: int) -> int:
        value = 0
        for _ in range(count):
            value = value << 1 | self._raw[self._at >> 3] >> (7 - (self._at & 7)) & 1
            self._at += 1
        return value

    def ue(self) -> int:
        zeros = 0
        while not self.take(1):
            zeros += 1
            if zeros > 32:
                raise IndexError
        return (1 << zeros) - 1 + self.take(zeros)

    def se(self) -> int:
        code = self.ue()
        return (code + 1) // 2 if code & 1 else -(code // 2)


def _size(sps: bytes) -> tuple[int, int]:
    bits = _Bits(sps[1:])
    profile = bits.take(8)
    bits.take(16)
    bits.ue()
    chroma = _chroma_format(bits) if profile in _HIGH_PROFILES else 1
    bits.ue()
    _skip_picture_order(bits)
    bits.ue()
    bits.take(1)
    width = (bits.ue() + 1) * 16
    map_units = bits.ue() + 1
    frame_only = bits.take(1)
    if not frame_only:
        bits.take(1)
    bits.take(1)
    crop = [bits.ue() for _ in range(4)] if bits.take(1) else [0, 0, 0, 0]
    across = 2 if chroma in (1, 2) else 1
    down = (2 if chroma == 1 else 1) * (2 - frame_only)
    height = map_units * 16 * (2 - frame_only)
    return width - (crop[0] + crop[1]) * across, height - (crop[2] + crop[3]) * down


def _chroma_format(bits: _Bits) -> int:
    chroma = bits.ue()
    if chroma == 3:
        bits.take(1)
    bits.ue()
    bits.ue()
    bits.take(1)
    if bits.take(1):
        for index in range(8 if chroma != 3 else 12):
            if bits.take(1):
                _skip_scaling_list(bits, 16 if index < 6 else 64)
    return chroma


def _skip_scaling_list(bits: _Bits, size: int) -> None:
    last = after = 8
    for _ in range(size):
        if after:
            after = (last + bits.se()) % 256
        last = after or last


def _skip_picture_order(bits: _Bits) -> None:
    order = bits.ue()
    if order == 0:
        bits.ue()
    elif order == 1:
        bits.take(1)
        bits.se()
        bits.se()
        for _ in range(bits.ue()):
            bits.se()
