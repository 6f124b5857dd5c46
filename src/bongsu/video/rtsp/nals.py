"""Which NAL units an RTP payload holds, whole or in part (H.264: RFC 6184 5; H.265: RFC 7798 4.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bongsu.video import h264, h265
from bongsu.video.codec import Unsupported

Piece = tuple[int, bytes, bytes]
"""A NAL unit's type, its header (empty for what goes on), and the bytes behind it."""

Pieces = Callable[[bytes], Iterator[Piece]]
"""The pieces of a payload. Raises Unsupported for interleaved packets, which nobody agreed on."""

_STAP_A, _FU_A, _FIRST_OTHER, _LAST_OTHER = 24, 28, 25, 29
_AP, _FU, _PACI = 48, 49, 50


def of_h264(payload: bytes) -> Iterator[Piece]:
    """The pieces of an H.264 payload: a single unit, several (STAP-A) or part of one (FU-A)."""
    first = payload[0]
    form = first & 0x1F
    if form == _FU_A:
        told = payload[1]
        kind = told & 0x1F
        yield kind, bytes((first & 0xE0 | kind,)) if told & 0x80 else b"", payload[2:]
    elif form < _STAP_A:
        yield form, payload[:1], payload[1:]
    elif form == _STAP_A:
        for nal in _several(payload, 1):
            yield h264.kind(nal), nal[:1], nal[1:]
    elif _FIRST_OTHER <= form <= _LAST_OTHER:
        raise Unsupported("interleaved packets")


def of_h265(payload: bytes) -> Iterator[Piece]:
    """The pieces of an H.265 payload: a single unit, several (AP) or part of one (FU)."""
    form = h265.kind(payload)
    if form == _FU:
        told = payload[2]
        kind = told & 0x3F
        yield kind, bytes((payload[0] & 0x81 | kind << 1, payload[1])) if told & 0x80 else b"", payload[3:]
    elif form < _AP:
        yield form, payload[:2], payload[2:]
    elif form == _AP:
        for nal in _several(payload, 2):
            yield h265.kind(nal), nal[:2], nal[2:]
    elif form == _PACI:
        raise Unsupported("PACI packets")


def _several(payload: bytes, at: int) -> Iterator[bytes]:
    """The units of an aggregate, each behind its length in two bytes; what does not fit is left out."""
    while at + 2 < len(payload):
        end = at + 2 + (payload[at] << 8 | payload[at + 1])
        if end > len(payload):
            return
        if end > at + 2:
            yield payload[at + 2 : end]
        at = end
