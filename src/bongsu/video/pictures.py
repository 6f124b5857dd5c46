"""Whole pictures out of what FFmpeg's parser gives: it goes by content, and takes some cameras' one for two."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec


class Picture(msgspec.Struct, frozen=True, gc=False):
    """One picture's pieces (Annex B), whether the parser takes it for a keyframe, the camera's stamp in its own
    ticks (None unknown), and when it came (Unix microseconds)."""

    parts: tuple[bytes, ...]
    is_key: bool
    pts: int | None
    arrival_us: int


class Pictures:
    """Puts together again what was cut apart; packets of one picture carry one stamp (RFC 6184 5.1).

    A camera that repeats its parameter sets between slices has its keyframes cut there. Whether it does shows at its
    first keyframe amid other pictures: until then keyframes wait for the picture after them, and from then on those
    of such a camera. One that begins to do so later loses a single picture.
    """

    def __init__(self) -> None:
        self._is_cut: bool | None = None
        self._is_amid = False
        self._held: Picture | None = None
        self._last_pts: int | None = None

    def take(self, picture: Picture) -> Iterator[Picture]:
        """The pictures that are whole now that this piece has come."""
        goes_on = picture.pts is not None and picture.pts == self._last_pts
        self._last_pts = picture.pts
        held, self._held = self._held, None
        if goes_on:
            self._is_cut = True
            if held is not None:
                self._held = msgspec.structs.replace(held, parts=held.parts + picture.parts)
                return
        if held is not None:
            if self._is_amid:
                self._is_cut = bool(self._is_cut)
            yield held
        if picture.is_key and self._is_cut is not False:
            self._held = picture
        else:
            self._is_amid = True
            yield picture
