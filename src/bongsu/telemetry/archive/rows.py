"""Rows of the archive in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from bongsu.telemetry.archive.days import DAY_MS, begin_ms


@dataclass(frozen=True, slots=True)
class Rows:
    """What devices told of one property.

    `names` are ids of devices (Arrow strings) and `device` places in it; `first` is the result, or the longitude where
    `second` is the latitude (NaN for results). `late` came later than rules could heed it.
    """

    names: Any
    device: NDArray[np.int32]
    first: NDArray[np.float64]
    second: NDArray[np.float64]
    time_ms: NDArray[np.int64]
    late: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.device)

    def take(self, which: Any) -> Rows:
        """Some of the rows: their places, a mask or a slice."""
        columns = (self.device, self.first, self.second, self.time_ms, self.late)
        return Rows(self.names, *(column[which] for column in columns))


NOTHING = Rows(
    pa.array([], pa.string()),
    np.zeros(0, np.int32),
    np.zeros(0),
    np.zeros(0),
    np.zeros(0, np.int64),
    np.zeros(0, np.bool_),
)


def joined(many: Sequence[Rows]) -> Rows:
    """Rows one behind another, each device's name once."""
    if len(many) < 2:
        return many[0] if many else NOTHING
    all_names = pa.concat_arrays([one.names for one in many]).dictionary_encode()
    place = np.asarray(all_names.indices)
    begins = np.cumsum([0, *(len(one.names) for one in many[:-1])])
    return Rows(
        all_names.dictionary,
        np.concatenate([place[one.device + begin] for one, begin in zip(many, begins, strict=True)]).astype(np.int32),
        *(np.concatenate([getattr(one, column) for one in many]) for column in ("first", "second", "time_ms", "late")),
    )


def once(rows: Rows, day: int) -> Rows:
    """Each device's row of each time once, the one that came first, by device id and time; all are of that day."""
    order_of_names = np.asarray(pc.array_sort_indices(rows.names))
    rank = np.empty(len(order_of_names), np.int64)
    rank[order_of_names] = np.arange(len(order_of_names))
    key = rank[rows.device] * DAY_MS + (rows.time_ms - begin_ms(day))
    order = np.argsort(key, kind="stable")
    fresh = np.ones(len(order), np.bool_)
    fresh[1:] = key[order[1:]] != key[order[:-1]]
    return rows.take(order[fresh])
