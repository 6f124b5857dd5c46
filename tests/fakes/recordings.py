"""Recordings in memory: a small camera with one thing that moves, encoded once, cut into spans as asked."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import Any

import av
import msgspec
import numpy as np

from bongsu.video import h264, nal
from bongsu.video.ingest import Frame, frame

FPS, GOP = 10, 10
STEP_US = 1_000_000 // FPS
WIDTH, HEIGHT = 192, 112
T0_US = 1_795_320_000_000_000


class Span(msgspec.Struct, frozen=True):
    start_us: int
    end_us: int


def picture(number: int) -> np.ndarray:
    """Planes of the nth frame: a street that stands still, and a bright box that crosses it."""
    rng = np.random.default_rng(7)
    planes = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
    planes[:HEIGHT] = np.repeat(np.repeat(rng.integers(60, 140, (HEIGHT // 8, WIDTH // 8), np.uint8), 8, 0), 8, 1)
    left = 8 + (number * 4) % (WIDTH - 40)
    box = np.repeat(np.repeat(rng.integers(170, 255, (6, 6), np.uint8), 4, 0), 4, 1)
    planes[40:64, left : left + 24] = box
    return planes


@cache
def encoded(count: int) -> tuple[Any, tuple[tuple[bytes, bool], ...]]:
    codec = av.CodecContext.create("libx264", "w")
    codec.width, codec.height, codec.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    codec.framerate, codec.time_base = Fraction(FPS), Fraction(1, FPS)
    codec.gop_size, codec.max_b_frames, codec.thread_count = GOP, 0, 1
    codec.options = {
        "preset": "ultrafast", "tune": "zerolatency", "crf": "18", "forced-idr": "1",
        "x264-params": f"scenecut=0:keyint={GOP}:repeat-headers=1:annexb=1",
    }  # fmt: skip
    units = []
    for number in range(count):
        shot = av.VideoFrame.from_ndarray(picture(number), format="yuv420p")
        shot.pts = number
        units += [(bytes(packet), packet.is_keyframe) for packet in codec.encode(shot)]
    return h264.FAMILY.learn(None, nal.split(units[0][0])), tuple(units)


class FakeRecordings:
    """What each camera recorded: spans in seconds from T0, every one beginning at a keyframe."""

    def __init__(self, **cameras: list[tuple[float, float]]) -> None:
        self.cameras = {name: [Span(at(begin), at(end)) for begin, end in spans] for name, spans in cameras.items()}

    def spans(self, camera: str, from_us: int, to_us: int) -> tuple[Span, ...]:
        return tuple(
            Span(max(span.start_us, from_us), min(span.end_us, to_us))
            for span in self.cameras.get(camera, ())
            if span.start_us < to_us and span.end_us > from_us
        )

    def read(self, camera: str, from_us: int, to_us: int) -> Iterator[Any]:
        for span in self.cameras.get(camera, ()):
            if span.start_us < to_us and span.end_us > from_us:
                header, frames = self._frames(span)
                yield header
                last_key = max((f.arrival_us for f in frames if f.key and f.arrival_us <= from_us), default=0)
                yield from (f for f in frames if last_key <= f.arrival_us < to_us)

    def _frames(self, span: Span) -> tuple[Any, list[Frame]]:
        header, units = encoded((span.end_us - span.start_us) // STEP_US)
        frames = [
            frame(unit, key=key, arrival_us=span.start_us + n * STEP_US, pts_us=n * STEP_US)
            for n, (unit, key) in enumerate(units)
        ]
        return header, frames


def at(seconds: float) -> int:
    """Unix microseconds so many seconds after the recordings' first moment."""
    return T0_US + round(seconds * 1_000_000)
