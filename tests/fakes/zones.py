"""A camera with a window to hide: a white square where a zone lies, in a picture that is nowhere else white."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from bongsu.core.export import Ring
from bongsu.video.ingest import HEAD
from fakes.rtsp_camera import RtspCamera
from fakes.video import Officer

WHITE, STREET = 235, 90
WIDTH, HEIGHT = 640, 360
WINDOW: Ring = ((0.25, 0.25), (0.5, 0.25), (0.5, 0.5), (0.25, 0.5))
"""Where the white square is."""

ELSEWHERE: Ring = ((0.7, 0.7), (0.9, 0.7), (0.9, 0.9), (0.7, 0.9))


def encode_window(frames: int = 15, fps: int = 30, codec: str = "libx264") -> list[bytes]:
    """A closed GOP of a grey street with a white window in it; a darker bar moves along the lower edge."""
    context: Any = av.CodecContext.create(codec, "w")
    context.width, context.height, context.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    context.time_base, context.framerate = Fraction(1, fps), Fraction(fps)
    context.options = {"preset": "ultrafast", "tune": "zerolatency", "g": str(frames), "profile": "baseline"}
    units = []
    for index in range(frames):
        picture = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
        picture[:HEIGHT] = STREET
        picture[HEIGHT // 4 : HEIGHT // 2, WIDTH // 4 : WIDTH // 2] = WHITE
        picture[HEIGHT - 20 : HEIGHT, index * 20 : index * 20 + 40] = 60
        frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
        frame.pts = index
        units += context.encode(frame)
    return [bytes(unit) for unit in units + context.encode(None)]


@asynccontextmanager
async def a_window_camera() -> AsyncIterator[RtspCamera]:
    camera = await RtspCamera(encode_window()).start()
    try:
        yield camera
    finally:
        await camera.die()


class Eye:
    """What an officer's screen would show: every message decoded, the luma of every picture kept in mind."""

    def __init__(self, officer: Officer) -> None:
        self.officer = officer
        self.playing: list[dict[str, Any]] = []
        self.words: list[dict[str, Any]] = []
        self._decoder: Any = None

    async def next(self) -> Any:
        """A word (dict) or the luma of the next picture (array); messages that give no picture are passed over."""
        while True:
            message = await self.officer.ws.recv()
            if isinstance(message, str):
                return self._hear(message)
            pictures = self._decoder.decode(av.Packet(message[HEAD.size :])) if self._decoder else []
            for picture in pictures:
                return picture.reformat(format="yuv420p").to_ndarray()[: picture.height]

    def _hear(self, message: str) -> dict[str, Any]:
        import json

        word = json.loads(message)
        self.words.append(word)
        if word["what"] == "playing":
            self.playing.append(word)
            names = {"avc1": "h264", "hev1": "hevc", "vp09": "vp9"}
            self._decoder = av.CodecContext.create(names[word["codec"][:4]], "r")
        return word

    async def picture(self) -> Any:
        """The luma of the next picture."""
        while isinstance(seen := await self.next(), dict):
            pass
        return seen

    async def word(self, what: str) -> dict[str, Any]:
        """The next word of a kind; pictures before it are passed over."""
        while not isinstance(seen := await self.next(), dict) or seen["what"] != what:
            pass
        return seen


def shows_window(luma: Any) -> bool:
    """Whether anything white is left of the window."""
    height, width = luma.shape
    return bool(luma[height // 4 : height // 2, width // 4 : width // 2].max() > STREET)


def is_street(luma: Any) -> bool:
    """Whether what lies outside of every zone is as the camera sees it."""
    height, width = luma.shape
    return abs(float(luma[: height // 5].mean()) - STREET) < 4 and abs(float(luma[:, : width // 5].mean()) - STREET) < 8


async def watched_for(eye: Eye, for_s: float) -> list[Any]:
    """Every picture seen for so long."""
    seen: list[Any] = []
    try:
        async with asyncio.timeout(for_s):
            while True:
                seen.append(await eye.picture())
    except TimeoutError:
        return seen


def as_mp4(folder: Path, parts: list[bytes]) -> list[Any]:
    """The luma of every picture in an initialisation segment and its fragments."""
    path = folder / "watched.mp4"
    path.write_bytes(b"".join(parts))
    with av.open(str(path)) as video:
        return [frame.to_ndarray()[: frame.height] for frame in video.decode(video=0)]
