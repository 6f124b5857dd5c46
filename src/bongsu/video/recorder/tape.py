"""One camera's frames placed on our wall clock and cut into pieces; runs between two frames and never waits."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from bongsu.video.codec import Header
from bongsu.video.ingest import Frame
from bongsu.video.recorder.piece import Piece
from bongsu.video.viewer import Item

GAP_US = 2_500_000
"""A camera that says nothing for longer has left a gap."""

ASTRAY_US = 500_000
LATEST = 16
"""Our clock and the camera's have parted when so many keyframes in a row came this much later than their place."""

PIECE_US = 4_000_000
PIECE_BYTES = 8_000_000
"""A longer group of pictures is written in parts, so that a crash costs no more than this."""

USUAL_US = 66_667

Give = Callable[[Piece], bool]
"""Takes a piece to be written; False when there was no room for it."""


class Tape:
    """Takes what a camera's viewers get, and gives pieces.

    A frame's place is the arrival of its span's first frame plus what the camera's own stamps say has passed, so
    that durations are the camera's and exact. Whatever breaks that (a lost connection, another header, a clock that
    jumped, a piece nobody had room for) begins a new span.
    """

    def __init__(self, camera: str, give: Give) -> None:
        self.camera = camera
        self.lost = 0
        self._give = give
        self._header: Header | None = None
        self._frames: list[Frame] = []
        self._bytes = 0
        self._offset_us: int | None = None
        self._starts_span = True
        self._usual_us = USUAL_US
        self._late: deque[int] = deque(maxlen=LATEST)

    def put(self, item: Item) -> None:
        """The next header, frame or trouble of the camera."""
        if isinstance(item, Frame):
            self._take(item)
        else:
            self.stop()
            self._header = item if isinstance(item, Header) else None

    def stop(self) -> None:
        """Give what is there; what comes next begins a new span."""
        self._cut(None)
        self._offset_us = None

    def _take(self, frame: Frame) -> None:
        if self._is_broken(frame):
            self.stop()
        if self._header is None or (self._offset_us is None and not frame.key):
            return
        if frame.key or self._is_full(frame):
            self._cut(frame)
        if self._offset_us is None:
            if not frame.key:
                return  # the piece before found no room: a span begins with a keyframe
            self._offset_us = frame.arrival_us - frame.pts_us
            self._starts_span = True
            self._late.clear()
        self._frames.append(frame)
        self._bytes += len(frame.wire)

    def _is_broken(self, frame: Frame) -> bool:
        """Tell whether this frame does not go on where the last one left off."""
        if self._offset_us is None:
            return False
        if self._frames and abs(frame.pts_us - self._frames[-1].pts_us) > GAP_US:
            return True
        if not frame.key:
            return False
        late_us = frame.arrival_us - frame.pts_us - self._offset_us
        self._late.append(late_us)
        always_late = len(self._late) == LATEST and min(self._late) > ASTRAY_US
        return late_us < -ASTRAY_US or always_late

    def _is_full(self, frame: Frame) -> bool:
        long = bool(self._frames) and frame.pts_us - self._frames[0].pts_us >= PIECE_US
        return long or self._bytes >= PIECE_BYTES

    def _cut(self, follows: Frame | None) -> None:
        """Give the frames gathered so far; `follows` is the frame that goes on from them, if one does."""
        if not self._frames or self._header is None or self._offset_us is None:
            return
        first, last = self._frames[0].pts_us, max(frame.pts_us for frame in self._frames)
        if last > first:
            self._usual_us = (last - first) // (len(self._frames) - 1)
        end = follows.pts_us if follows and follows.pts_us > last else last + self._usual_us
        piece = Piece(
            camera=self.camera,
            header=self._header,
            frames=tuple(self._frames),
            start_us=first + self._offset_us,
            end_us=end + self._offset_us,
            starts_span=self._starts_span,
        )
        self._frames, self._bytes, self._starts_span = [], 0, False
        if not self._give(piece):
            self.lost += 1
            self._offset_us = None
