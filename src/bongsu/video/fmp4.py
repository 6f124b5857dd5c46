"""A live stream as fragmented MP4 for Media Source Extensions: one fragment per frame (ISO/IEC 14496-12, -15).

Written out here rather than by FFmpeg's muxer, which holds each frame back until the next one has come.
"""

from __future__ import annotations

import struct

from bongsu.video import nal
from bongsu.video.codec import Header
from bongsu.video.ingest import Frame

TIMESCALE = 90_000
FIRST_GAP = TIMESCALE // 15
NAL_ENTRIES = {"h264": (b"avc1", b"avcC"), "hevc": (b"hev1", b"hvcC")}
"""How streams made of NAL units are named, with the box of their configuration; anything else here is VP9."""

_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_SYNC, _DELTA = 0x02000000, 0x01010000


class Fragments:
    """Writes one viewer's fragments; times start at its first frame and always go forward."""

    def __init__(self, header: Header) -> None:
        self.init = _init(header)
        self._is_plain = header.name not in NAL_ENTRIES
        self._start_us: int | None = None
        self._last = -1
        self._gap = FIRST_GAP
        self._count = 0

    def fragment(self, frame: Frame) -> bytes:
        """One frame as moof + mdat; it is said to last as long as the one before did."""
        if self._start_us is None:
            self._start_us = frame.pts_us
        at = max(self._last + 1, (frame.pts_us - self._start_us) * TIMESCALE // 1_000_000)
        if self._last >= 0:
            self._gap = min(at - self._last, TIMESCALE)
        self._last = at
        self._count += 1
        unit = frame.unit
        parts = [unit] if self._is_plain else nal.sized(unit)
        head = _moof(self._count, at, self._gap, sum(map(len, parts)), key=frame.key)
        return b"".join((head, *parts))


def _box(name: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", len(body) + 8) + name + body


def _full(name: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    return _box(name, struct.pack(">I", version << 24 | flags), *parts)


def _moof_template() -> tuple[bytes, bytes, bytes]:
    tfhd = _full(b"tfhd", 0, 0x020000, struct.pack(">I", 1))  # default-base-is-moof
    mfhd = _full(b"mfhd", 0, 0, bytes(4))
    tfdt = _full(b"tfdt", 1, 0, bytes(8))
    trun = _full(b"trun", 0, 0x701, bytes(20))  # data offset; duration, size and flags of the sample
    size = len(_box(b"moof", mfhd, _box(b"traf", tfhd, tfdt, trun)))
    middle = struct.pack(">I", size - 8 - len(mfhd)) + b"traf" + tfhd + tfdt[:-8]
    head = struct.pack(">I", size) + b"moof" + mfhd[:-4]
    tail = trun[:-20] + struct.pack(">Ii", 1, size + 8)
    return head, middle, tail


_HEAD, _MIDDLE, _TAIL = _moof_template()
_SAMPLE = struct.Struct(">IIII4s")


def _moof(number: int, at: int, lasts: int, size: int, *, key: bool) -> bytes:
    """The same bytes in every fragment but for its number, time and sample; the head of mdat follows at once."""
    sample = _SAMPLE.pack(lasts, size, _SYNC if key else _DELTA, size + 8, b"mdat")
    return b"".join((_HEAD, number.to_bytes(4), _MIDDLE, at.to_bytes(8), _TAIL, sample))


def _init(header: Header) -> bytes:
    size = struct.pack(">II", header.width << 16, header.height << 16)
    tkhd = _full(b"tkhd", 0, 3, struct.pack(">5I", 0, 0, 1, 0, 0), bytes(16), _MATRIX, size)
    mdhd = _full(b"mdhd", 0, 0, struct.pack(">4IHH", 0, 0, TIMESCALE, 0, 0x55C4, 0))
    hdlr = _full(b"hdlr", 0, 0, bytes(4), b"vide", bytes(12), b"video\x00")
    dinf = _box(b"dinf", _full(b"dref", 0, 0, struct.pack(">I", 1), _full(b"url ", 0, 1)))
    empty = (_full(name, 0, 0, bytes(4)) for name in (b"stts", b"stsc", b"stco"))
    stbl = _box(b"stbl", _stsd(header), *empty, _full(b"stsz", 0, 0, bytes(8)))
    minf = _box(b"minf", _full(b"vmhd", 0, 1, bytes(8)), dinf, stbl)
    trak = _box(b"trak", tkhd, _box(b"mdia", mdhd, hdlr, minf))
    times = struct.pack(">4I", 0, 0, TIMESCALE, 0)
    mvhd = _full(b"mvhd", 0, 0, times, struct.pack(">IH10x", 0x10000, 0x100), _MATRIX, bytes(24), struct.pack(">I", 2))
    mvex = _box(b"mvex", _full(b"trex", 0, 0, struct.pack(">5I", 1, 1, 0, 0, 0)))
    ftyp = _box(b"ftyp", b"iso5", bytes(4), b"iso5iso6mp41avc1")
    return ftyp + _box(b"moov", mvhd, trak, mvex)


def _stsd(header: Header) -> bytes:
    entry, record = NAL_ENTRIES.get(header.name, (b"vp09", b"vpcC"))
    picture = struct.pack(">HHIIIH", header.width, header.height, 0x480000, 0x480000, 0, 1)
    head = (bytes(6), b"\x00\x01", bytes(16), picture, bytes(32), b"\x00\x18\xff\xff")
    return _full(b"stsd", 0, 0, struct.pack(">I", 1), _box(entry, *head, _box(record, header.config)))
