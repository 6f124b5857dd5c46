"""Keeps the archive's folders small: many parts of a day become few, and days past their term are deleted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import structlog

from bongsu.settings import ArchiveSettings
from bongsu.telemetry.archive.days import (
    DAY_MS,
    OPEN,
    SEALED,
    SEALED_FOLDER,
    begin_ms,
    day_of,
    days_in,
    name_of,
    new_part,
    parts_in,
)
from bongsu.telemetry.archive.durably import place, sync_folder
from bongsu.telemetry.archive.keys import Key, Keys
from bongsu.telemetry.archive.parquet import read_rows, write_rows
from bongsu.telemetry.archive.rows import Rows, joined, once
from bongsu.telemetry.archive.sealed import Told, gathered, read_sealed, write_sealed

LARGE_BYTES = 24 * 1024 * 1024
LOOSE = 30

_log = structlog.get_logger()


class Tidier:
    """Tidies in steps, each a second or two at most, in the archive's writing thread.

    A part is joined with others of its size when there are `LOOSE` of them, and on a day that is over with any; never
    beyond `LARGE_BYTES`. `counts` are what it did since the process began.
    """

    def __init__(self, folder: Path, keys: Keys, settings: ArchiveSettings, now_ms: Callable[[], int]) -> None:
        self._folder = folder
        self._keys = keys
        self._settings = settings
        self._now_ms = now_ms
        self._tidied_day = -1
        self._over: list[Path] = []
        self.counts: Counter[str] = Counter()

    def step(self) -> bool:
        """Do the next thing there is to do; False when there is none. Raises DiskFull, OSError."""
        today = day_of(self._now_ms())
        if today != self._tidied_day:
            self._retire(today)
            self._over = [path for day, path in self._days() if day < today]
            self._tidied_day = today
            return True
        return self._join_over() or self._join_today(name_of(today))

    def _join_over(self) -> bool:
        while self._over:
            if self._join(self._over[-1], at_least=2, any_size=True):
                return True
            self._over.pop()
        return False

    def _join_today(self, today: str) -> bool:
        return any(self._join(folder / today, at_least=LOOSE, any_size=False) for folder in self._folders())

    def _folders(self) -> list[Path]:
        return [path for path in sorted(self._folder.iterdir()) if path.is_dir()]

    def _days(self) -> Iterator[tuple[int, Path]]:
        for folder in self._folders():
            yield from days_in(folder)

    def _join(self, folder: Path, at_least: int, any_size: bool) -> bool:
        ending = SEALED if folder.parent.name == SEALED_FOLDER else OPEN
        sizes = [(path, path.stat().st_size) for path in parts_in(folder, ending)]
        chosen = worth_joining(sizes, at_least, any_size)
        if not chosen:
            return False
        if ending == SEALED:
            self._join_sealed(folder, chosen)
        else:
            self._join_open(folder, chosen)
        for path in chosen:
            path.unlink(missing_ok=True)
        sync_folder(folder)
        self.counts["joined_parts"] += len(chosen)
        return True

    def _join_open(self, folder: Path, parts: Sequence[Path]) -> None:
        observed_property, day = folder.parent.name, next(day for day, path in days_in(folder.parent) if path == folder)
        rows = once(joined(list(self._readable(parts, observed_property, day))), day)
        if len(rows):
            path = new_part(folder, self._now_ms(), OPEN)
            place(path, lambda file: write_rows(rows, observed_property, file))

    def _join_sealed(self, folder: Path, parts: Sequence[Path]) -> None:
        """As one part; what nobody has a key to any more is not in it."""
        day = next(day for day, path in days_in(folder.parent) if path == folder)
        keys = self._keys.by_id()
        told: Iterable[tuple[Key, Told]] = (one for path in parts for one in read_sealed(path, folder.name, keys))
        sealed = gathered(told, day)
        if sealed:
            write_sealed(new_part(folder, self._now_ms(), SEALED), folder.name, sealed)

    def _readable(self, parts: Sequence[Path], observed_property: str, day: int) -> Iterator[Rows]:
        """The parts' rows. One that cannot be read is set aside for an engineer, and stops nobody."""
        for path in parts:
            try:
                yield read_rows(path, observed_property, begin_ms(day), begin_ms(day) + DAY_MS)
            except (OSError, pa.ArrowException):
                path.rename(path.with_suffix(".damaged"))
                self.counts["damaged_parts"] += 1
                _log.error("archive.damaged", table=observed_property)

    def _retire(self, today: int) -> None:
        """Delete the days that are past their term."""
        for folder in self._folders():
            for day, path in days_in(folder):
                if today - day > days_kept(self._settings, folder.name):
                    for file in path.iterdir():
                        file.unlink()
                    path.rmdir()
                    self.counts["retired_days"] += 1
                    _log.info("archive.retired", table=folder.name, count=today - day)


def days_kept(settings: ArchiveSettings, folder: str) -> int:
    """For how many days what is in a folder of the archive is kept."""
    if folder == SEALED_FOLDER:
        return settings.wards_days
    return settings.days_of.get(folder, settings.days)


def worth_joining(sizes: Sequence[tuple[Path, int]], at_least: int, any_size: bool) -> list[Path]:
    """Which parts to make one of, the oldest first: of one order of size, or of any; [] where it is not worth it."""
    tiers: dict[int, list[tuple[Path, int]]] = defaultdict(list)
    for path, size in sizes:
        if size < LARGE_BYTES // 2:
            tiers[0 if any_size else size.bit_length() // 4].append((path, size))
    for tier in tiers.values():
        chosen, sum_bytes = [], 0
        for path, size in tier:
            if sum_bytes + size > LARGE_BYTES:
                break
            chosen.append(path)
            sum_bytes += size
        if len(tier) >= at_least and len(chosen) > 1:
            return chosen
    return []
