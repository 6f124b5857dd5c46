"""What the bench's cameras show: four seconds of 1080p at 15 frames and about 1.8 Mbit a second, round and round."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext

WIDTH, HEIGHT, FPS = 1920, 1080, 15
GOP = 30
FRAMES = 2 * GOP
BITS_PER_S = 1_800_000


def clip() -> list[bytes]:
    """Access units (Annex B, keyframes with their sets): a pattern that moves, with noise to fill the rate."""
    codec = av.CodecContext.create("libx264", "w")
    if not isinstance(codec, VideoCodecContext):
        raise TypeError(codec)
    codec.width, codec.height, codec.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    codec.framerate, codec.time_base = Fraction(FPS), Fraction(1, FPS)
    codec.bit_rate = BITS_PER_S
    codec.options = {
        "preset": "ultrafast",
        "tune": "zerolatency",
        "profile": "baseline",
        "g": str(GOP),
        "keyint_min": str(GOP),
        "sc_threshold": "0",
    }
    chance = np.random.default_rng(7)
    grain = chance.integers(0, 40, (HEIGHT, WIDTH), np.uint8)
    units: list[bytes] = []
    for number in range(FRAMES):
        picture = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
        picture[:HEIGHT] = np.roll(grain, 4 * number, axis=1) + (np.arange(WIDTH) // 16)[None, :].astype(np.uint8)
        frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
        frame.pts = number
        units += [bytes(packet) for packet in codec.encode(frame)]
    return units + [bytes(packet) for packet in codec.encode(None)]
