"""The keys of the recordings, one per camera, hour and writing process; with its key gone it is unreadable for good.

They lie apart from what they open, so that a disk or a backup of recordings alone opens nothing, and so that
forgetting an hour is forgetting 32 bytes (crypto-shredding: what a file system leaves of deleted data is cipher).
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from bongsu.video.recorder.shelf import stem_of

KEY_BYTES = 32


class Vault:
    """The keys under `<data folder>/keys/recordings/`, each in a file of its own (0600)."""

    def __init__(self, data: Path) -> None:
        self._folder = data / "keys" / "recordings"

    def make(self, shelf: str, hour: int, by: str = "") -> bytes:
        """The key of a camera's hour, on disk before it is used; the one that is there if there is one.

        `by` is the process that writes with it, "" for the first of its machine.
        """
        known = self.find(shelf, hour, by)
        if known is not None:
            return known
        path = self._path(shelf, hour, by)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = secrets.token_bytes(KEY_BYTES)
        beside = path.with_suffix(".new")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        sync_folder(path.parent)
        return key

    def find(self, shelf: str, hour: int, by: str = "") -> bytes | None:
        """The key of a camera's hour, None when it was never made or is destroyed."""
        try:
            key = self._path(shelf, hour, by).read_bytes()
        except FileNotFoundError:
            return None
        return key if len(key) == KEY_BYTES else None

    def destroy(self, shelf: str, hour: int) -> None:
        """Overwrite an hour's keys and take them away, on disk when this returns; what they opened is gone then."""
        for stem in (f"{hour}", f"{hour}.*"):
            for path in (self._folder / shelf).glob(f"{stem}.key"):
                self._destroy(path)

    @staticmethod
    def _destroy(path: Path) -> None:
        try:
            descriptor = os.open(path, os.O_WRONLY)
        except FileNotFoundError:
            return
        with os.fdopen(descriptor, "r+b") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        sync_folder(path.parent)

    def _path(self, shelf: str, hour: int, by: str) -> Path:
        return self._folder / shelf / f"{stem_of(hour, by)}.key"


def sync_folder(folder: Path) -> None:
    """Put a folder's names on disk: what was made, renamed or removed in it stays so after a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
