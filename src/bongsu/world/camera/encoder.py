"""H.264 as a city's cameras send it: baseline, no B-frames, a keyframe at every even second of the wall clock."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from av.video.frame import PictureType
from numpy.typing import NDArray

FPS = 15
GOP_MS = 2000
GOP_FRAMES = FPS * GOP_MS // 1000
WIDTH, HEIGHT = 640, 360


def frame_ms(number: int) -> int:
    """The Unix time in ms at which the nth frame since 1970 is taken."""
    return number * 1000 // FPS


def frame_at(ms: int) -> int:
    """The number of the newest frame taken at or before a Unix time in ms."""
    number = ms * FPS // 1000
    return number + 1 if frame_ms(number + 1) <= ms else number


class Encoder:
    """Encodes the frames of one camera; a keyframe whenever floor(ms / 2000) changes."""

    def __init__(self) -> None:
        codec = av.CodecContext.create("libx264", "w")
        if not isinstance(codec, VideoCodecContext):
            raise TypeError(codec)
        codec.width, codec.height, codec.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        codec.framerate, codec.time_base = Fraction(FPS), Fraction(1, FPS)
        codec.gop_size, codec.max_b_frames, codec.thread_count = 10_000, 0, 1
        codec.options = {
            "preset": "ultrafast",
            "tune": "zerolatency",
            "profile": "baseline",
            "level": "3.1",
            "crf": "27",
            "maxrate": "1500k",
            "bufsize": "1500k",
            "forced-idr": "1",
            "x264-params": "scenecut=0:keyint=infinite:repeat-headers=1:annexb=1",
        }
        self._codec = codec
        self._gop = -1
        self._first: int | None = None

    def encode(self, planes: NDArray[np.uint8], number: int) -> tuple[bytes, bool]:
        """One access unit in Annex B of the nth frame since 1970, and whether it is a keyframe."""
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        if self._first is None:
            self._first = number
        frame.pts = number - self._first
        gop = frame_ms(number) // GOP_MS
        is_key = gop != self._gop
        self._gop = gop
        frame.pict_type = PictureType.I if is_key else PictureType.P
        return b"".join(bytes(packet) for packet in self._codec.encode(frame)), is_key


def parameter_sets() -> tuple[bytes, bytes]:
    """The SPS and PPS that every camera's encoder writes."""
    grey = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
    unit, _ = Encoder().encode(grey, 0)
    found = {nal[0] & 0x1F: nal for nal in split_units(unit)}
    return found[7], found[8]


def split_units(unit: bytes) -> list[bytes]:
    """The NAL units of an access unit in Annex B, without their start codes."""
    parts = unit.split(b"\x00\x00\x01")
    return [part[:-1] if part.endswith(b"\x00") and i < len(parts) - 1 else part for i, part in enumerate(parts) if i]
