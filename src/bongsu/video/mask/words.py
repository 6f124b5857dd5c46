"""What the video process and a painting process say to each other: one question, one answer, each behind its length."""

from __future__ import annotations

import msgspec

from bongsu.core.export import Ring

LENGTH_BYTES = 4
WORDS_BYTES = 64 * 1024 * 1024


class Unit(msgspec.Struct, frozen=True, array_like=True):
    """One access unit: whether decoding can start at it, its arrival and its place on the clock (µs), its bytes."""

    key: bool
    arrival_us: int
    pts_us: int
    body: bytes


class Begin(msgspec.Struct, frozen=True):
    """Pictures of a new stream come: its codec as FFmpeg names it, what is painted over, how wide it may become."""

    codec: str
    rings: tuple[Ring, ...]
    width_at_most: int


class Ask(msgspec.Struct, frozen=True):
    """Paint these; `begin` where the stream is new, `flush` when nothing more of it comes."""

    units: tuple[Unit, ...]
    begin: Begin | None = None
    flush: bool = False


class Told(msgspec.Struct, frozen=True):
    """The painted pictures there are now, encoded as VP9, and their size (0 while there was none yet)."""

    width: int = 0
    height: int = 0
    units: tuple[Unit, ...] = ()


def framed(word: Ask | Told) -> bytes:
    """A word as it goes over the pipe."""
    body = msgspec.msgpack.encode(word)
    return len(body).to_bytes(LENGTH_BYTES) + body


ask_of = msgspec.msgpack.Decoder(Ask).decode
told_of = msgspec.msgpack.Decoder(Told).decode
