"""The millisecond barcode of the simulated cameras: it proves which camera a frame shows, and of when it is.

The layout is the contract of docs/reference/made-city.md: two rows of 32 blocks along the bottom of the picture.
"""

from __future__ import annotations

import binascii

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 640, 360
BLOCK_W, BLOCK_H = 20, 12
TOP = HEIGHT - 2 * BLOCK_H
TIME_BITS = 40
_DARK, _LIGHT = 16, 235
_EDGE = 3


def camera_number(camera_id: str) -> int:
    """The 16-bit number that stands for a camera: CRC-16/CCITT-FALSE of its id in UTF-8."""
    number: int = binascii.crc_hqx(camera_id.encode(), 0xFFFF)
    return number


def draw(frame: NDArray[np.uint8], number: int, ms: int) -> None:
    """Paint the barcode over the bottom 24 rows of a 640×360 frame (luma, or any number of channels)."""
    head = number.to_bytes(2, "big") + (ms % (1 << TIME_BITS)).to_bytes(5, "big")
    bits = np.unpackbits(np.frombuffer(head + bytes([_crc8(head)]), np.uint8)).reshape(2, 32)
    luma = np.where(bits, _LIGHT, _DARK).astype(np.uint8)
    blocks = luma.repeat(BLOCK_H, axis=0).repeat(BLOCK_W, axis=1)
    frame[TOP:HEIGHT] = blocks if frame.ndim == 2 else blocks[:, :, None]


def read(luma: NDArray[np.uint8]) -> tuple[int, int] | None:
    """Read (camera number, Unix ms mod 2^40) from a 640×360 luma plane; None when the check does not hold."""
    if luma.shape[0] < HEIGHT or luma.shape[1] < WIDTH:
        return None
    strip = luma[TOP:HEIGHT, :WIDTH].reshape(2, BLOCK_H, 32, BLOCK_W)
    inner = strip[:, _EDGE:-_EDGE, :, _EDGE:-_EDGE]
    bits = inner.mean(axis=(1, 3)) >= 128
    code = np.packbits(bits.reshape(64)).tobytes()
    if _crc8(code[:7]) != code[7] or not bits.any():
        return None
    return int.from_bytes(code[:2], "big"), int.from_bytes(code[2:7], "big")


def unwrap(ms: int, near_ms: int) -> int:
    """The whole Unix time in ms whose low 40 bits are `ms`, nearest to `near_ms` (±17 years)."""
    span = 1 << TIME_BITS
    return near_ms + (ms - near_ms + span // 2) % span - span // 2


def _crc8(data: bytes) -> int:
    crc: int = 0
    for byte in data:
        crc ^= int(byte)
        for _ in range(8):
            crc = (crc << 1) ^ 0x07 if crc & 0x80 else crc << 1
            crc &= 0xFF
    return crc
