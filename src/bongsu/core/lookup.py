"""Rows of many ids at once: a dictionary of a million ids misses the cache four times an id, a column once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

BUCKET_BITS = 20
_SHIFT = np.uint64(64 - BUCKET_BITS)
_CODE_BITS = 16
_ONE = np.uint64(1)


class RowIndex:
    """The row of each id, for ids that come by the thousand.

    Ids are told apart by Python's own 64-bit hash, whose key is new in each process: that two of a million agree has a
    chance of 1 in 10^7, and then the dictionary answers for all.
    """

    def __init__(self, ids: Sequence[str], row: Mapping[str, int]) -> None:
        hashes = _hashes(ids)
        order = np.argsort(hashes)
        self._row = row
        ordered = hashes[order]
        begins = np.arange(1 << BUCKET_BITS, dtype=np.uint64) << _SHIFT
        first = np.searchsorted(ordered, begins)
        self._first = np.append(first, len(ids)).astype(np.int32)
        self._unsure = bool(np.any(ordered[1:] == ordered[:-1]))
        # A hash and its row lie side by side: each line of memory fetched costs as much as ten sums.
        self._known = np.empty((len(ids), 2), np.uint64)
        self._known[:, 0], self._known[:, 1] = ordered, order

    def rows_of(self, ids: Sequence[str]) -> NDArray[np.int32]:
        """The row of each id, -1 where it is none."""
        if self._unsure:
            return np.fromiter((self._row.get(each, -1) for each in ids), np.int32, len(ids))
        hashes = _hashes(ids)
        bucket = (hashes >> _SHIFT).astype(np.int64)
        at, end = self._first[bucket], self._first[bucket + 1]
        found = np.full(len(ids), -1, np.int32)
        looking = np.flatnonzero(at < end)
        while len(looking):
            here = at[looking]
            known = self._known.take(here, axis=0)
            hit = known[:, 0] == hashes[looking]
            found[looking[hit]] = known[hit, 1]
            looking = looking[~hit]
            at[looking] += 1
            looking = looking[at[looking] < end[looking]]
        return found


class StreamIndex(Mapping[str, Mapping[str, int]]):
    """The rows of datastreams by device id and property, kept as columns; there are at most 64 properties.

    What a device tells is a bit for each property: how many bits stand below one's own is its place among the device's.
    """

    def __init__(
        self,
        device_row: Mapping[str, int],
        stream_device: NDArray[np.int32],
        stream_property: NDArray[np.int16],
        properties: Sequence[str],
    ) -> None:
        self._device_row = device_row
        self._properties = properties
        order = np.argsort(stream_device.astype(np.int64) << _CODE_BITS | stream_property, kind="stable")
        self._stream = order.astype(np.int32)
        count = np.bincount(stream_device, minlength=len(device_row)) if len(device_row) else np.zeros(0, np.int64)
        self._first = np.concatenate(([0], np.cumsum(count))).astype(np.int32)
        self._told = np.zeros(len(device_row), np.uint64)
        if len(order):
            tells = count > 0
            bits = _ONE << stream_property[order].astype(np.uint64)
            self._told[tells] = np.bitwise_or.reduceat(bits, self._first[:-1][tells])

    def rows_of(self, device: NDArray[np.int32], code: NDArray[np.int16]) -> NDArray[np.int32]:
        """The datastream of each (device's row, property's code), -1 where the device does not tell it."""
        found = np.full(len(device), -1, np.int32)
        known = np.flatnonzero((device >= 0) & (code >= 0))
        if not len(self._stream) or not len(known):
            return found
        device, bit = device[known], _ONE << code[known].astype(np.uint64)
        told = self._told[device]
        at = self._first[device] + np.bitwise_count(told & (bit - _ONE))
        hit = np.flatnonzero(told & bit)
        found[known[hit]] = self._stream[at[hit]]
        return found

    def __getitem__(self, device: str) -> Mapping[str, int]:
        at = self._device_row[device]
        told = int(self._told[at])
        names = [name for code, name in enumerate(self._properties) if told >> code & 1]
        return dict(zip(names, self._stream[self._first[at] : self._first[at + 1]].tolist(), strict=True))

    def __iter__(self) -> Iterator[str]:
        return iter(self._device_row)

    def __len__(self) -> int:
        return len(self._device_row)


def _hashes(ids: Sequence[str]) -> NDArray[np.uint64]:
    return np.fromiter(map(hash, ids), np.int64, len(ids)).view(np.uint64)
