"""One camera's hour on disk: pictures in one file, an append-only index in the other; checked before it goes on."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from cryptography.exceptions import InvalidTag
from numpy.typing import NDArray

from bongsu.video.recorder.piece import ENTRY, LINE, Piece, line, pack, seal, sealed_size, unseal
from bongsu.video.recorder.shelf import HOUR_US, Shelves
from bongsu.video.recorder.vault import Vault, sync_folder

Entries = NDArray[Any]
"""Lines of an index as a structured array (`piece.ENTRY`)."""


def read_index(path: Path, media: Path, hour: int) -> Entries:
    """The whole lines of an index, up to the first that cannot be; a torn tail is not among them."""
    try:
        raw, size = path.read_bytes(), media.stat().st_size
    except FileNotFoundError:
        return np.empty(0, ENTRY)
    entries = np.frombuffer(raw[: len(raw) // LINE.size * LINE.size], ENTRY)
    ends = entries["offset"] + entries["size"]
    follows = np.concatenate((np.zeros(1, "<u8"), ends[:-1]))[: len(entries)]
    sound = (
        (entries["offset"] == follows)
        & (ends <= size)
        & (entries["frames"] > 0)
        & (entries["start_us"] // np.uint64(HOUR_US) == hour)
        & (entries["end_us"] > entries["start_us"])
    )
    wrong = np.flatnonzero(~sound)
    return entries[: wrong[0]] if len(wrong) else entries


def open_piece(media: int, entry: Any, key: bytes) -> bytes:
    """The plain bytes of a piece; raises InvalidTag when it is not what was written."""
    cipher = os.pread(media, int(entry["size"]), int(entry["offset"]))
    return unseal(cipher, key, entry.tobytes())


class Hour:
    """An hour being recorded. What a crash tore is cut off on opening; what was whole stays."""

    def __init__(self, shelves: Shelves, vault: Vault, shelf: str, hour: int, by: str = "") -> None:
        media, index = shelves.media(shelf, hour, by), shelves.index(shelf, hour, by)
        media.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.shelf, self.hour = shelf, hour
        self._key = vault.make(shelf, hour, by)
        how = os.O_RDWR | os.O_CREAT
        self._media = os.open(media, how, 0o600)
        self._index = os.open(index, how, 0o600)
        sync_folder(media.parent)
        self._mend(read_index(index, media, hour))

    def append(self, piece: Piece) -> None:
        """Write a piece, pictures first; raises OSError, and then nothing of it stands in the index."""
        plain = pack(piece)
        said = line(piece, self._at, sealed_size(len(plain)))
        cipher = seal(plain, self._key, said)
        _write(self._media, cipher, self._at)
        _write(self._index, said, self._lines * LINE.size)
        self._at += len(cipher)
        self._lines += 1

    def sync(self) -> None:
        """Put it on disk, pictures first."""
        os.fdatasync(self._media)
        os.fdatasync(self._index)

    def close(self) -> None:
        """Put it on disk and let go of it."""
        try:
            self.sync()
        finally:
            os.close(self._media)
            os.close(self._index)

    def _mend(self, entries: Entries) -> None:
        count = len(entries)
        while count and not self._is_whole(entries[count - 1]):
            count -= 1
        last = entries[count - 1] if count else None
        self._lines = count
        self._at = int(last["offset"] + last["size"]) if last is not None else 0
        os.ftruncate(self._index, count * LINE.size)
        os.ftruncate(self._media, self._at)

    def _is_whole(self, entry: Any) -> bool:
        try:
            open_piece(self._media, entry, self._key)
        except InvalidTag:
            return False
        return True


def _write(file: int, raw: bytes, at: int) -> None:
    """Write all of it; a disk that takes only a part raises OSError at the next call."""
    view = memoryview(raw)
    while view:
        written = os.pwrite(file, view, at)
        view, at = view[written:], at + written
