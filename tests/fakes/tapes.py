"""A camera that never was, for the recorder: 15 pictures a second, a keyframe every two, and what stands in a file."""

from __future__ import annotations

import time
from pathlib import Path

from bongsu.video.codec import Header
from bongsu.video.ingest import Frame, frame
from bongsu.video.recorder.shelf import Shelves
from bongsu.video.recorder.tape import Tape
from bongsu.video.recorder.vault import Vault
from bongsu.video.recorder.writer import Writer
from bongsu.video.viewer import Trouble

FPS, GOP = 15, 30
TICK_US = 1_000_000 // FPS
HEADER = Header("avc1.42c01f", 640, 360, (b"\x67\x42\xc0\x1f", b"\x68\xce"), b"\x01")
NOW_US = 1_790_000_000_000_000


def pictures(
    start_us: int, count: int, *, pts_us: int = 0, number: int = 0, size: int = 40, gop: int = GOP
) -> list[Frame]:
    """`count` frames from a moment on; each unit names its number, so that a test can tell them apart."""
    return [
        frame(
            b"\x00\x00\x00\x01" + (b"\x65" if at % gop == 0 else b"\x41") + f"{number + at:08d}".encode() * (size // 8),
            key=at % gop == 0,
            arrival_us=start_us + at * TICK_US,
            pts_us=pts_us + at * TICK_US,
        )
        for at in range(count)
    ]


class Deck:
    """A recorder in a folder, that of one process: tapes to put frames on, everything on disk once `flush` returns."""

    def __init__(self, folder: Path, by: str = "") -> None:
        self.folder = folder
        self.shelves, self.vault = Shelves(folder), Vault(folder)
        self.writer = Writer(self.shelves, self.vault, time.monotonic, by=by)
        self._tapes: dict[str, Tape] = {}

    def tape(self, camera: str = "cam") -> Tape:
        return self._tapes.setdefault(camera, Tape(camera, self.writer.give))

    def record(self, frames: list[Frame], camera: str = "cam", header: Header = HEADER) -> None:
        """A connection that brings these frames and breaks."""
        tape = self.tape(camera)
        tape.put(header)
        for one in frames:
            tape.put(one)
        tape.put(Trouble("camera.silent", 0.5))
        self.writer.flush()

    def end(self) -> None:
        for tape in self._tapes.values():
            tape.stop()
        self.writer.close()
