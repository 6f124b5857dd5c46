"""A piece of recording: one group of pictures, sealed, and the line of fixed size that says where it lies."""

from __future__ import annotations

import secrets
import struct
from collections.abc import Sequence

import msgspec
import numpy as np
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bongsu.video.codec import Header
from bongsu.video.ingest import HEAD, Frame, frame

STARTS_SPAN, HAS_KEY = 1, 2
NONCE_BYTES = 12

ENTRY = np.dtype(
    [
        ("start_us", "<u8"),
        ("end_us", "<u8"),
        ("pts_us", "<u8"),
        ("offset", "<u8"),
        ("size", "<u4"),
        ("frames", "<u4"),
        ("flags", "<u4"),
        ("spare", "<u4"),
    ]
)
"""One line of an index: [start, end) on our wall clock, the first frame's own stamp, and where the cipher lies."""

LINE = struct.Struct("<QQQQIIII")
_SIZE = struct.Struct("<I")
_encode = msgspec.msgpack.Encoder().encode
_header = msgspec.msgpack.Decoder(Header).decode


class Piece(msgspec.Struct, frozen=True):
    """Frames on our wall clock, [start_us, end_us): a group of pictures, or a part of a very long one."""

    camera: str
    header: Header
    frames: tuple[Frame, ...]
    start_us: int
    end_us: int
    starts_span: bool

    @property
    def flags(self) -> int:
        """What the index must know: whether a span begins here, and whether decoding can."""
        return STARTS_SPAN * self.starts_span | HAS_KEY * self.frames[0].key

    @property
    def size_bytes(self) -> int:
        """How much it holds."""
        return sum(len(one.wire) for one in self.frames)


def line(piece: Piece, offset: int, size: int) -> bytes:
    """The index's line for a piece whose cipher lies at `offset`."""
    first = piece.frames[0].pts_us
    return LINE.pack(piece.start_us, piece.end_us, first, offset, size, len(piece.frames), piece.flags, 0)


def sealed_size(plain: int) -> int:
    """How long a cipher of so many bytes is: nonce in front, tag behind."""
    return NONCE_BYTES + plain + 16


def pack(piece: Piece) -> bytes:
    """A piece as bytes: its header, then each frame as it travels, with lengths before them."""
    head = _encode(piece.header)
    parts = [_SIZE.pack(len(head)), head]
    for one in piece.frames:
        parts += (_SIZE.pack(len(one.wire)), one.wire)
    return b"".join(parts)


def seal(plain: bytes, key: bytes, said: bytes) -> bytes:
    """The cipher of a piece (AES-256-GCM), bound to its line in the index."""
    # A random nonce, not the offset: after a crash another piece may come to lie at the same place under the same key.
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, said)


def unseal(cipher: bytes, key: bytes, said: bytes) -> bytes:
    """What was sealed; raises cryptography's InvalidTag when a byte of it or of its line is another."""
    return AESGCM(key).decrypt(cipher[:NONCE_BYTES], cipher[NONCE_BYTES:], said)


def unpack(plain: bytes, start_us: int, first_pts_us: int) -> tuple[Header, Sequence[Frame]]:
    """A piece's header and frames; `arrival_us` of each is its place on our wall clock."""
    (size,) = _SIZE.unpack_from(plain)
    at = _SIZE.size + size
    header = _header(plain[_SIZE.size : at])
    frames: list[Frame] = []
    while at < len(plain):
        (size,) = _SIZE.unpack_from(plain, at)
        at += _SIZE.size
        key, _, pts_us = HEAD.unpack_from(plain, at)
        place_us = start_us + pts_us - first_pts_us
        unit = plain[at + HEAD.size : at + size]
        frames.append(frame(unit, key=bool(key), arrival_us=place_us, pts_us=pts_us))
        at += size
    return header, frames
