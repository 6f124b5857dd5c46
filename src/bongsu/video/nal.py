"""NAL units: how H.264 and H.265 streams are cut, joined and read bit by bit (Annex B of either)."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

START = b"\x00\x00\x00\x01"
_START_CODE = re.compile(rb"\x00\x00\x01")


def split(unit: bytes | memoryview) -> list[bytes]:
    """The NAL units of an Annex B access unit, without start codes and trailing zeros; empty ones left out."""
    return [nal for piece in _START_CODE.split(unit)[1:] if (nal := piece.rstrip(b"\x00"))]


def lead(unit: bytes, is_slice: Callable[[bytes], bool]) -> list[bytes]:
    """As `split`, but the first slice and all behind it stay one piece: a keyframe's slices are long to search."""
    found: list[bytes] = []
    begin = 0
    for match in _START_CODE.finditer(unit):
        found.append(unit[begin : match.start()].rstrip(b"\x00"))
        begin = match.end()
        if is_slice(unit[begin : begin + 2]):
            break
    found.append(unit[begin:].rstrip(b"\x00"))
    return [nal for nal in found[1:] if nal]


def annex_b(nals: list[bytes]) -> bytes:
    """NAL units as one Annex B byte string with four-byte start codes."""
    return b"".join(START + nal for nal in nals)


def sized(unit: bytes | memoryview) -> list[bytes | memoryview]:
    """An Annex B access unit as MP4 keeps it, in parts to be joined: each NAL unit behind its length in four bytes.

    Parts, as every joining copies the picture once more.
    """
    view = memoryview(unit)
    begins = [match.end() for match in _START_CODE.finditer(view)]
    parts: list[bytes | memoryview] = []
    for begin, after in pairwise((*begins, len(view) + 3)):
        end = after - 3
        while end > begin and not view[end - 1]:
            end -= 1
        if end > begin:
            parts += ((end - begin).to_bytes(4), view[begin:end])
    return parts


class Bits:
    """Reads an RBSP bit by bit; IndexError past its end."""

    def __init__(self, nal: bytes) -> None:
        self._raw = nal.replace(b"\x00\x00\x03", b"\x00\x00")
        self._at = 0

    def take(self, count: int) -> int:
        """The next bits as a number, most significant first."""
        value = 0
        for _ in range(count):
            value = value << 1 | self._raw[self._at >> 3] >> (7 - (self._at & 7)) & 1
            self._at += 1
        return value

    def ue(self) -> int:
        """An unsigned Exp-Golomb number; IndexError when it has more than 32 leading zeros."""
        zeros = 0
        while not self.take(1):
            zeros += 1
            if zeros > 32:
                raise IndexError
        return (1 << zeros) - 1 + self.take(zeros)

    def se(self) -> int:
        """A signed Exp-Golomb number."""
        code = self.ue()
        return (code + 1) // 2 if code & 1 else -(code // 2)
