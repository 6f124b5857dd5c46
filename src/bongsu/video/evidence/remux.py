"""Recorded frames as MP4 files without touching a picture: one file for each stretch without a gap.

The pictures before the asked moment that are needed to decode it stay in the file, hidden by its edit list; none is
older than the floor.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from itertools import chain, groupby
from pathlib import Path
from typing import Any, Protocol

import av
import msgspec

from bongsu.core.errors import Unavailable
from bongsu.video.codec import Header
from bongsu.video.ingest import Frame

TICKS = 90_000
SECOND_US, DAY_US = 1_000_000, 86_400_000_000
LEAD_US = 60_000_000
"""How far before the asked moment its keyframe is looked for; cameras with longer GOPs begin at their next one."""

MUX = {
    "movflags": "faststart",
    "fflags": "+bitexact",
    "use_editlist": "1",
    "movie_timescale": str(TICKS),
    "video_track_timescale": str(TICKS),
}


class Recorded(Protocol):
    """What was recorded without a gap, [start_us, end_us), Unix microseconds."""

    @property
    def start_us(self) -> int:
        """Where it begins."""

    @property
    def end_us(self) -> int:
        """Where it ends."""


class Recordings(Protocol):
    """The recorder's reader."""

    def spans(self, camera: str, from_us: int, to_us: int) -> tuple[Recorded, ...]:
        """What was recorded of a camera in a stretch."""

    def read(self, camera: str, from_us: int, to_us: int) -> Iterator[Header | Frame]:
        """A header first and wherever it changes, then frames, from the keyframe at or before `from_us`."""


class Shot(msgspec.Struct, frozen=True, kw_only=True):
    """One MP4 file as it was written: what it shows, what it had to carry before that, how many frames."""

    from_us: int
    to_us: int
    lead_us: int
    frames: int
    codec: str
    width: int
    height: int


class Take(msgspec.Struct, frozen=True):
    """Frames of one header without a break, to be read once; the first is a keyframe. They end by `limit_us`."""

    header: Header
    frames: Iterator[Frame]
    limit_us: int


def takes(recordings: Recordings, camera: str, from_us: int, to_us: int, floor_us: int = 0) -> Iterator[Take]:
    """The frames of a camera's asked span, by stretch; none is older than the floor. Read each before the next.

    A stretch ends where the recording does, where its header changes, and where a part of it cannot be opened.
    """
    for span in recordings.spans(camera, from_us - LEAD_US, to_us):
        begin, end = max(span.start_us, from_us), min(span.end_us, to_us)
        if begin >= end:
            continue
        numbered = _numbered(recordings.read(camera, begin, end), max(span.start_us, floor_us), end)
        for _, group in groupby(numbered, key=lambda one: one[0]):
            yield _take(group, end)


def _take(group: Iterator[tuple[int, Header, Frame]], limit_us: int) -> Take:
    _, header, first = next(group)
    return Take(header, chain([first], (frame for _, _, frame in group)), limit_us)


def _numbered(items: Iterable[Header | Frame], since_us: int, end_us: int) -> Iterator[tuple[int, Header, Frame]]:
    """Each wanted frame with its header and the number of its stretch; a stretch begins at a keyframe."""
    number, header, begun = 0, None, False
    for item in items:
        if not isinstance(item, Frame):
            number, header, begun = number + 1, item, False
        elif since_us <= item.arrival_us < end_us and header is not None and (begun or item.key):
            begun = True
            yield number, header, item


def write(take: Take, from_us: int, path: Path, seen: Callable[[int], None] = lambda at_us: None) -> Shot:
    """A stretch as one MP4 that shows [max(from, first frame), its end); frames keep their bytes.

    `seen` hears the place of each frame, Unix microseconds. Raises Unavailable("evidence.codec") where the pictures
    cannot be put into a file.
    """
    first = next(take.frames)
    shown = max(from_us, first.arrival_us)
    try:
        with av.open(str(path), "w", format="mp4", options=MUX) as out, _template(take.header, first) as source:
            stream = out.add_stream_from_template(source.streams.video[0])
            stream.time_base = Fraction(1, TICKS)
            count, end = _mux(out, stream, chain([first], take.frames), shown, take.limit_us, seen)
    except av.FFmpegError:
        raise Unavailable("evidence.codec") from None
    return Shot(
        from_us=shown,
        to_us=end,
        lead_us=shown - first.arrival_us,
        frames=count,
        codec=take.header.codec,
        width=take.header.width,
        height=take.header.height,
    )


def _mux(
    out: Any, stream: Any, frames: Iterator[Frame], shown_us: int, limit_us: int, seen: Callable[[int], None]
) -> tuple[int, int]:
    """Write frames, each until the next begins; how many are shown, and where the last one ends."""
    frame, count, gap_us = next(frames), 0, DAY_US
    for following in frames:
        gap_us = max(1, following.arrival_us - frame.arrival_us)
        out.mux(_packet(frame, stream, shown_us, frame.arrival_us + gap_us))
        count += frame.arrival_us >= shown_us
        frame = following
        seen(frame.arrival_us)
    left_us = limit_us - frame.arrival_us
    end_us = limit_us if left_us <= max(2 * gap_us, SECOND_US) else frame.arrival_us + gap_us
    out.mux(_packet(frame, stream, shown_us, end_us))
    return count + (frame.arrival_us >= shown_us), end_us


def _template(header: Header, first: Frame) -> Any:
    """The stream's parameter sets as FFmpeg reads them from the first keyframe, which has them in front."""
    return av.open(io.BytesIO(first.unit), format=header.name)


def _packet(frame: Frame, stream: Any, shown_us: int, until_us: int) -> av.Packet[Any]:
    at, until = (round((moment - shown_us) * TICKS / SECOND_US) for moment in (frame.arrival_us, until_us))
    packet: av.Packet[Any] = av.Packet(bytes(frame.unit))
    packet.stream = stream
    packet.time_base = Fraction(1, TICKS)
    packet.pts = packet.dts = at
    packet.duration = max(1, until - at)
    packet.is_keyframe = frame.key
    return packet
