"""Deletions not yet on the core's ledger: written down before the key goes, until the core says it has them."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import msgspec

from bongsu.core.recording import Erased
from bongsu.video.recorder.vault import sync_folder

_decode = msgspec.json.Decoder(Erased).decode


class Erasures:
    """The list in `<data folder>/recordings/erased.jsonl`, on disk when a method returns; safe from any thread."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "erased.jsonl"
        self._lock = threading.Lock()
        self._open: dict[str, Erased] = {}
        if self._path.exists():
            lines = self._path.read_bytes().splitlines()
            self._open = {one.id: one for one in map(_decode, lines)}

    def add(self, erased: list[Erased]) -> None:
        """These are about to be deleted."""
        with self._lock:
            self._open |= {one.id: one for one in erased}
            self._write()

    def settle(self, number: str) -> None:
        """This one is on the ledger."""
        with self._lock:
            if self._open.pop(number, None) is not None:
                self._write()

    def untold(self) -> list[Erased]:
        """Those the ledger does not have yet, oldest first."""
        with self._lock:
            return list(self._open.values())

    def _write(self) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = self._path.with_suffix(".new")
        with beside.open("wb") as file:
            file.write(b"".join(msgspec.json.encode(one) + b"\n" for one in self._open.values()))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._path)
        sync_folder(self._path.parent)
