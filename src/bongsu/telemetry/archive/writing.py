"""Batches onto the disk: what runs in the archive's one writing thread."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path

from bongsu.core.register import Register
from bongsu.telemetry.archive.days import OPEN, SEALED, SEALED_FOLDER, name_of, new_part
from bongsu.telemetry.archive.durably import place
from bongsu.telemetry.archive.keys import Keys
from bongsu.telemetry.archive.parquet import write_rows
from bongsu.telemetry.archive.rows import Rows
from bongsu.telemetry.archive.sealed import write_sealed
from bongsu.telemetry.archive.sorting import Batch, Names, names_of, sort

File = Callable[[], None]
"""Writes one part. Raises DiskFull with nothing written, OSError where the disk fails."""


class Writer:
    """Writes parts. `counts` are rows and bytes written since the process began."""

    def __init__(self, folder: Path, keys: Keys, now_ms: Callable[[], int]) -> None:
        self._folder = folder
        self._keys = keys
        self._now_ms = now_ms
        self._names: Names | None = None
        self.counts: Counter[str] = Counter()

    def files(self, batches: Sequence[Batch]) -> deque[File]:
        """The parts to write, so that batches are on the disk when all of them are."""
        found: deque[File] = deque()
        for _, same in groupby(batches, key=lambda one: id(one.register)):
            of_one = list(same)
            into = sort(of_one, self._names_of(of_one[0].register))
            found += [partial(self._write_open, *where, rows) for where, rows in into.open.items()]
            found += [partial(self._write_sealed, day, told) for day, told in into.sealed.items()]
        return found

    def drain(self, files: deque[File]) -> None:
        """Write the parts; those written are gone from the list when it fails. Raises DiskFull, OSError."""
        while files:
            files[0]()
            files.popleft()

    def _names_of(self, register: Register) -> Names:
        if self._names is None or self._names.register is not register:
            self._names = names_of(register)
        return self._names

    def _write_open(self, observed_property: str, day: int, rows: Rows) -> None:
        path = new_part(self._folder / observed_property / name_of(day), self._now_ms(), OPEN)
        size_bytes = place(path, lambda file: write_rows(rows, observed_property, file))
        self.counts["open_rows"] += len(rows)
        self.counts["written_bytes"] += size_bytes

    def _write_sealed(self, day: int, told: Mapping[str, Mapping[str, Rows]]) -> None:
        kept = {ward: self._not_erased(ward, of_ward) for ward, of_ward in told.items()}
        sealed = [(self._keys.of(ward), of_ward) for ward, of_ward in kept.items() if of_ward]
        if not sealed:
            return
        path = new_part(self._folder / SEALED_FOLDER / name_of(day), self._now_ms(), SEALED)
        self.counts["written_bytes"] += write_sealed(path, name_of(day), sealed)
        self.counts["sealed_rows"] += sum(len(rows) for _, of_ward in sealed for rows in of_ward.values())

    def _not_erased(self, ward: str, told: Mapping[str, Rows]) -> dict[str, Rows]:
        """What is not from before the ward's erasure: neither what waited then nor what comes again is kept."""
        since_ms = self._keys.erased_ms(ward)
        kept = {name: rows.take(rows.time_ms >= since_ms) if since_ms else rows for name, rows in told.items()}
        return {name: rows for name, rows in kept.items() if len(rows)}
