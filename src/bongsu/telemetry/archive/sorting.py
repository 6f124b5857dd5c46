"""Batches as they came, sorted into what goes into which file: by property and day, wards' apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from bongsu.core.asking import POSITION
from bongsu.core.columns import Telemetry
from bongsu.core.register import PROPERTIES, Register
from bongsu.telemetry.archive.days import days_of
from bongsu.telemetry.archive.rows import Rows

_POSITION = len(PROPERTIES)


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch that waits to be archived, with the register its rows are rows of; `number` is its place in the line."""

    number: int
    telemetry: Telemetry
    register: Register
    late: bool

    def __len__(self) -> int:
        return len(self.telemetry.results) + len(self.telemetry.places)


@dataclass(frozen=True, slots=True)
class Names:
    """The devices of a register as the archive needs them: ids, and each one's ward as a place in `wards` (-1 none)."""

    register: Register
    ids: Any
    ward: NDArray[np.int32]
    wards: Sequence[str]


@dataclass(frozen=True, slots=True)
class Sorted:
    """Rows by property and day; and of wards' devices by day, ward and property."""

    open: dict[tuple[str, int], Rows] = field(default_factory=dict)
    sealed: dict[int, dict[str, dict[str, Rows]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(dict))
    )


def names_of(register: Register) -> Names:
    """What the archive needs of a register; to be kept as long as the register is the same."""
    wards: dict[str, int] = {"": -1}
    ward = [wards.setdefault(device.ward, len(wards) - 1) for device in register.devices]
    ids = pa.array([device.id for device in register.devices], pa.string())
    return Names(register, ids, np.array(ward, np.int32), tuple(wards)[1:])


def sort(batches: Sequence[Batch], names: Names) -> Sorted:
    """Batches of one register, sorted."""
    into = Sorted()
    for code, rows in (_results(batches, names), _places(batches, names)):
        if len(rows):
            _part(code, rows, names, into)
    return into


def _results(batches: Sequence[Batch], names: Names) -> tuple[NDArray[np.int16], Rows]:
    """Every result as a row, with its property's code."""
    many = [one.telemetry.results for one in batches]
    result = np.concatenate([one.result for one in many])
    rows = Rows(
        names.ids,
        np.concatenate([one.device for one in many]),
        result,
        np.broadcast_to(np.nan, len(result)),
        np.concatenate([one.time_ms for one in many]),
        np.repeat([one.late for one in batches], [len(one) for one in many]),
    )
    return names.register.stream_property[np.concatenate([one.stream for one in many])], rows


def _places(batches: Sequence[Batch], names: Names) -> tuple[NDArray[np.int16], Rows]:
    """Every place as a row, with the code that places have here."""
    many = [one.telemetry.places for one in batches]
    rows = Rows(
        names.ids,
        np.concatenate([one.device for one in many]),
        np.concatenate([one.lon for one in many]),
        np.concatenate([one.lat for one in many]),
        np.concatenate([one.time_ms for one in many]),
        np.repeat([one.late for one in batches], [len(one) for one in many]),
    )
    return np.full(len(rows), _POSITION, np.int16), rows


def _part(code: NDArray[np.int16], rows: Rows, names: Names, into: Sorted) -> None:
    day = days_of(rows.time_ms)
    ward = names.ward[rows.device]
    of_wards = ward >= 0
    is_open = ~of_wards if of_wards.any() else slice(None)
    _part_open(code[is_open], day[is_open], rows.take(is_open), into)
    if of_wards.any():
        _part_sealed(code[of_wards], day[of_wards], ward[of_wards], rows.take(of_wards), names, into)


def _part_open(code: NDArray[np.int16], day: NDArray[np.int64], rows: Rows, into: Sorted) -> None:
    for which in _runs(day * 1024 + code):
        at = which[0]
        into.open[_name(code[at]), int(day[at])] = rows.take(which)


def _part_sealed(
    code: NDArray[np.int16], day: NDArray[np.int64], ward: NDArray[np.int32], rows: Rows, names: Names, into: Sorted
) -> None:
    for which in _runs((day * len(names.wards) + ward) * 1024 + code):
        at = which[0]
        into.sealed[int(day[at])][names.wards[ward[at]]][_name(code[at])] = rows.take(which)


def _runs(key: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """The places of equal keys, a run each, in the order they came."""
    if not len(key):
        return
    least = key.min()
    # A day or two and some properties fit in 16 bits, which are sorted several times faster (radix).
    small = (key - least).astype(np.uint16 if key.max() - least < 65_536 else np.int64)
    order = np.argsort(small, kind="stable")
    edges = np.flatnonzero(np.diff(small[order])) + 1
    yield from np.split(order, edges)


def _name(code: int) -> str:
    return POSITION if code == _POSITION else PROPERTIES[code]
