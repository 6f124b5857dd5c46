"""Recorded frames as MP4 files without touching a picture: one file for each stretch without a gap.

The pictures before the asked moment that are needed to decode it stay in the file, hidden by its edit list; none is
older than the floor.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import av
import msgspec

from bongsu.core.errors import Unavailable
from bongsu.video.codec import Header
from bongsu.video.ingest import Frame

TICKS = 90_000
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
    """Frames of one header without a gap between them; never empty, the first is a keyframe."""

    header: Header
    frames: list[Frame]
    end_us: int


def takes(recordings: Recordings, camera: str, from_us: int, to_us: int, floor_us: int = 0) -> Iterator[Take]:
    """The frames of a camera's asked span, by stretch; none is older than the floor, each begins at a keyframe.

    A stretch ends where the recording does, where its header changes, and where a part of it cannot be opened.
    """
    for span in recordings.spans(camera, from_us - LEAD_US, to_us):
        begin, end = max(span.start_us, from_us), min(span.end_us, to_us)
        if begin >= end:
            continue
        since = max(span.start_us, floor_us)
        yield from _by_header(recordings.read(camera, begin, end), since, end)


def _by_header(items: Iterable[Header | Frame], since_us: int, end_us: int) -> Iterator[Take]:
    header: Header | None = None
    frames: list[Frame] = []
    for item in items:
        if not isinstance(item, Frame):
            if frames and header is not None:
                yield Take(header, frames, _end_of(frames))
            header, frames = item, []
        elif item.arrival_us >= end_us:
            break
        elif item.arrival_us >= since_us and (frames or item.key):
            frames.append(item)
    if frames and header is not None:
        yield Take(header, frames, end_us)


def _end_of(frames: list[Frame]) -> int:
    """Where a stretch ends whose span goes on without it: its last frame lasts as long as the one before did."""
    last = frames[-1].arrival_us
    return last + (last - frames[-2].arrival_us if len(frames) > 1 else 1)


def write(take: Take, from_us: int, path: Path) -> Shot:
    """A stretch as one MP4 that shows [max(from, first frame), end); frames keep their bytes.

    Raises Unavailable("evidence.codec") where the pictures cannot be put into a file.
    """
    first = take.frames[0].arrival_us
    shown = max(from_us, first)
    times = [round((frame.arrival_us - shown) * TICKS / 1_000_000) for frame in take.frames]
    end = max(round((take.end_us - shown) * TICKS / 1_000_000), times[-1] + 1)
    try:
        with av.open(str(path), "w", format="mp4", options=MUX) as out, _template(take) as source:
            stream = out.add_stream_from_template(source.streams.video[0])
            stream.time_base = Fraction(1, TICKS)
            for frame, at, until in zip(take.frames, times, [*times[1:], end], strict=True):
                out.mux(_packet(frame, stream, at, until))
    except av.FFmpegError:
        raise Unavailable("evidence.codec") from None
    return Shot(
        from_us=shown,
        to_us=take.end_us,
        lead_us=shown - first,
        frames=sum(at >= 0 for at in times),
        codec=take.header.codec,
        width=take.header.width,
        height=take.header.height,
    )


def _template(take: Take) -> Any:
    """The stream's parameter sets as FFmpeg reads them from the first keyframe, which has them in front."""
    return av.open(io.BytesIO(take.frames[0].unit), format=take.header.name)


def _packet(frame: Frame, stream: Any, at: int, until: int) -> av.Packet[Any]:
    packet: av.Packet[Any] = av.Packet(frame.unit)
    packet.stream = stream
    packet.time_base = Fraction(1, TICKS)
    packet.pts = packet.dts = at
    packet.duration = max(1, until - at)
    packet.is_keyframe = frame.key
    return packet
