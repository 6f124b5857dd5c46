"""What the gateway must know of an H.264 stream without decoding it (ITU-T H.264 7.3, 7.4 and Annex B)."""

from __future__ import annotations

from bongsu.video.codec import SIDES, Family, Header, Unsupported
from bongsu.video.nal import Bits

IDR, SEI, SPS, PPS, DELIMITER = 5, 6, 7, 8, 9
_HIGH_PROFILES = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128})


def kind(nal: bytes) -> int:
    """The nal_unit_type."""
    return nal[0] & 0x1F


def header(sets: tuple[bytes, ...]) -> Header:
    """What SPS and PPS say; raises Unsupported when they make no sense."""
    sps, pps = sets
    if len(sps) < 4 or not pps or kind(sps) != SPS or kind(pps) != PPS:
        raise Unsupported("not H.264 parameter sets")
    try:
        width, height = _size(sps)
    except IndexError:
        raise Unsupported("SPS ends too early") from None
    if width not in SIDES or height not in SIDES:
        raise Unsupported(f"size {width}x{height}")
    config = b"\x01" + sps[1:4] + b"\xff\xe1" + _sized(sps) + b"\x01" + _sized(pps)
    return Header(f"avc1.{sps[1:4].hex()}", width, height, sets, config)


def _sized(nal: bytes) -> bytes:
    return len(nal).to_bytes(2) + nal


FAMILY = Family(
    kind=kind,
    sets=(SPS, PPS),
    slices=range(1, 6),
    keys=frozenset({IDR}),
    delimiter=DELIMITER,
    header=header,
)


def _size(sps: bytes) -> tuple[int, int]:
    bits = Bits(sps[1:])
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


def _chroma_format(bits: Bits) -> int:
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


def _skip_scaling_list(bits: Bits, size: int) -> None:
    last = after = 8
    for _ in range(size):
        if after:
            after = (last + bits.se()) % 256
        last = after or last


def _skip_picture_order(bits: Bits) -> None:
    order = bits.ue()
    if order == 0:
        bits.ue()
    elif order == 1:
        bits.take(1)
        bits.se()
        bits.se()
        for _ in range(bits.ue()):
            bits.se()
