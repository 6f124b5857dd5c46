"""What the gateway must know of an H.265 stream without decoding it (ITU-T H.265 7.3 and Annex B, ISO/IEC 14496-15)."""

from __future__ import annotations

import msgspec

from bongsu.video.codec import SIDES, Family, Header, Unsupported
from bongsu.video.nal import Bits

VPS, SPS, PPS, DELIMITER, SEI = 32, 33, 34, 35, 39
IRAP = frozenset(range(16, 22))
"""BLA, IDR and CRA pictures: decoding can start at them."""


def kind(nal: bytes) -> int:
    """The nal_unit_type."""
    return nal[0] >> 1 & 0x3F


class _Sps(msgspec.Struct, frozen=True, kw_only=True):
    """What of an SPS goes into the codec string and the configuration record; `profile` is 12 bytes of it."""

    profile: bytes
    layers: int
    nested: int
    chroma: int
    width: int
    height: int
    depths: tuple[int, int]


def header(sets: tuple[bytes, ...]) -> Header:
    """What VPS, SPS and PPS say; raises Unsupported when they make no sense."""
    vps, sps, pps = sets
    if [kind(one) if one else 0 for one in (vps, sps, pps)] != [VPS, SPS, PPS]:
        raise Unsupported("not H.265 parameter sets")
    try:
        said = _read(sps)
    except IndexError:
        raise Unsupported("SPS ends too early") from None
    if said.width not in SIDES or said.height not in SIDES or said.chroma > 3:
        raise Unsupported(f"size {said.width}x{said.height}")
    return Header(_codec(said.profile), said.width, said.height, sets, _config(said, sets))


def _read(sps: bytes) -> _Sps:
    bits = Bits(sps[2:])
    bits.take(4)
    layers = bits.take(3) + 1
    nested = bits.take(1)
    profile = bytes(bits.take(8) for _ in range(12))
    _skip_layers(bits, layers - 1)
    bits.ue()
    chroma = bits.ue()
    if chroma == 3:
        bits.take(1)
    width, height = bits.ue(), bits.ue()
    left, right, top, bottom = (bits.ue() for _ in range(4)) if bits.take(1) else (0, 0, 0, 0)
    across, down = 2 if chroma in (1, 2) else 1, 2 if chroma == 1 else 1
    return _Sps(
        profile=profile,
        layers=layers,
        nested=nested,
        chroma=chroma,
        width=width - (left + right) * across,
        height=height - (top + bottom) * down,
        depths=(bits.ue(), bits.ue()),
    )


def _skip_layers(bits: Bits, layers: int) -> None:
    present = [(bits.take(1), bits.take(1)) for _ in range(layers)]
    if layers:
        bits.take(2 * (8 - layers))
    for has_profile, has_level in present:
        bits.take(88 * has_profile + 8 * has_level)


def _codec(profile: bytes) -> str:
    """RFC 6381 and ISO/IEC 14496-15 E.3: space and profile, compatibility turned round, tier and level, constraints."""
    space = ("", "A", "B", "C")[profile[0] >> 6]
    tier = "H" if profile[0] & 0x20 else "L"
    compatible = int(f"{int.from_bytes(profile[1:5]):032b}"[::-1], 2)
    constraints = [f"{byte:X}" for byte in profile[5:11].rstrip(b"\x00")]
    return ".".join([f"hev1.{space}{profile[0] & 0x1F}", f"{compatible:X}", f"{tier}{profile[11]}", *constraints])


def _config(said: _Sps, sets: tuple[bytes, ...]) -> bytes:
    head = b"\x01" + said.profile + b"\xf0\x00\xfc" + bytes([0xFC | said.chroma])
    head += bytes(0xF8 | min(depth, 7) for depth in said.depths)
    head += b"\x00\x00" + bytes([said.layers << 3 | said.nested << 2 | 3, len(sets)])
    return head + b"".join(bytes([0x80 | kind(one)]) + b"\x00\x01" + len(one).to_bytes(2) + one for one in sets)


FAMILY = Family(
    kind=kind,
    sets=(VPS, SPS, PPS),
    slices=range(32),
    keys=IRAP,
    delimiter=DELIMITER,
    header=header,
)
