"""Recordings by the clock: which spans there are, and the frames of any of them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from cryptography.exceptions import InvalidTag

from bongsu.video.codec import Header
from bongsu.video.ingest import Frame
from bongsu.video.recorder.hour import Entries, open_piece, read_index
from bongsu.video.recorder.piece import HAS_KEY, STARTS_SPAN, unpack
from bongsu.video.recorder.shelf import Shelves, hour_of, shelf_of
from bongsu.video.recorder.vault import Vault


class Span(msgspec.Struct, frozen=True):
    """What was recorded without a gap: [start_us, end_us) on our wall clock, Unix microseconds."""

    start_us: int
    end_us: int


class Reader:
    """Reads what the recorder of this data folder wrote, even while it writes.

    Spans lie apart; they overlap only where our own clock was set back, or where a process that stood still went on for
    a moment after another had its camera, and then both are told.
    """

    def __init__(self, folder: Path) -> None:
        self._shelves = Shelves(folder)
        self._vault = Vault(folder)

    def spans(self, camera: str, from_us: int, to_us: int) -> tuple[Span, ...]:
        """What there is of [from_us, to_us), cut at its ends, oldest first."""
        found: list[Span] = []
        for _, run in self._runs(shelf_of(camera), from_us, to_us):
            start, end = max(from_us, int(run["start_us"][0])), min(to_us, int(run["end_us"][-1]))
            if start < end:
                found.append(Span(start, end))
        return tuple(found)

    def read(self, camera: str, from_us: int, to_us: int) -> Iterator[Header | Frame]:
        """Frames placed before `to_us`, from the keyframe at or before `from_us` on; `arrival_us` is the place.

        A Header comes first, wherever it changes and wherever a new span begins. What cannot be opened any more
        (its key destroyed, a byte of it changed) is left out.
        """
        told: Header | None = None
        for starts_span, header, frames in self.pieces(camera, from_us, to_us):
            if starts_span or header != told:
                told = header
                yield header
            yield from (one for one in frames if one.arrival_us < to_us)

    def pieces(self, camera: str, from_us: int, to_us: int) -> Iterator[tuple[bool, Header, Sequence[Frame]]]:
        """The same a piece at a time: whether it begins a span, its header, its frames."""
        shelf = shelf_of(camera)
        for by, run in self._runs(shelf, from_us, to_us):
            starts = True
            for entry in _wanted(run, from_us, to_us):
                opened = self._open(shelf, by, entry)
                if opened is None:
                    starts = True
                    continue
                if starts and not int(entry["flags"]) & HAS_KEY:
                    continue  # what it builds on could not be opened
                yield (starts, *opened)
                starts = False

    def _runs(self, shelf: str, from_us: int, to_us: int) -> list[tuple[str, Entries]]:
        """What was recorded without a break, oldest first, with who recorded it."""
        parts = self._entries(shelf, from_us, to_us)
        found = [(by, run) for by, entries in parts.items() for run in _runs(entries)]
        return sorted(found, key=lambda one: int(one[1]["start_us"][0]))

    def _entries(self, shelf: str, from_us: int, to_us: int) -> dict[str, Entries]:
        """By who recorded them, the index of every hour asked for that can still be opened, and of the one before."""
        first, last = hour_of(from_us) - 1, hour_of(to_us)
        parts: dict[str, list[Entries]] = {}
        for hour, by in self._shelves.parts(shelf):
            if first <= hour <= last and self._vault.find(shelf, hour, by) is not None:
                entries = read_index(self._shelves.index(shelf, hour, by), self._shelves.media(shelf, hour, by), hour)
                parts.setdefault(by, []).append(entries)
        return {by: np.concatenate(entries) for by, entries in parts.items()}

    def _open(self, shelf: str, by: str, entry: Any) -> tuple[Header, Sequence[Frame]] | None:
        hour = hour_of(int(entry["start_us"]))
        key = self._vault.find(shelf, hour, by)
        if key is None:
            return None
        try:
            media = os.open(self._shelves.media(shelf, hour, by), os.O_RDONLY)
        except FileNotFoundError:
            return None
        try:
            plain = open_piece(media, entry, key)
        except InvalidTag:
            return None
        finally:
            os.close(media)
        return unpack(plain, int(entry["start_us"]), int(entry["pts_us"]))


def _runs(entries: Entries) -> list[Entries]:
    """The entries of one writer as unbroken runs."""
    if not len(entries):
        return []
    breaks = (entries["start_us"][1:] != entries["end_us"][:-1]) | (entries["flags"][1:] & STARTS_SPAN != 0)
    return list(np.split(entries, np.flatnonzero(breaks) + 1))


def _wanted(run: Entries, from_us: int, to_us: int) -> Entries:
    """Of a run the entries needed to show [from_us, to_us), from the last keyframe at or before it on."""
    if int(run["end_us"][-1]) <= from_us or int(run["start_us"][0]) >= to_us:
        return run[:0]
    keys = np.flatnonzero(((run["flags"] & HAS_KEY) != 0) & (run["start_us"] <= from_us))
    first = int(keys[-1]) if len(keys) else 0
    return run[first : int(np.searchsorted(run["start_us"], to_us))]
