"""A batch as rules read it: sorted by property once, and in rounds in which every datastream stands once at most."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bongsu.core.columns import Telemetry
from bongsu.core.register import PROPERTIES, Register

Index = NDArray[np.intp]


class Round(NamedTuple):
    """Positions in the batch, and for each the number of its key among the keys (every key stands in round 0)."""

    at: Index
    key: Index


def rounds_of(keys: NDArray[Any]) -> list[Round]:
    """Split rows, in ascending time, so that each key stands once in a round and the rounds keep its order."""
    if not len(keys):
        return []
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.concatenate([[True], ordered[1:] != ordered[:-1]])
    first = np.flatnonzero(starts)
    group = np.cumsum(starts) - 1
    if len(first) == len(keys):
        return [Round(order, group)]
    nth = np.arange(len(keys)) - first[group]
    by = np.argsort(nth, kind="stable")
    cuts = np.searchsorted(nth[by], np.arange(nth.max() + 2))
    return [Round(order[by[a:b]], group[by[a:b]]) for a, b in pairwise(cuts)]


class Sorted:
    """A batch and, of every property in it, the rounds of its readings; computed once for all rules."""

    def __init__(self, telemetry: Telemetry, register: Register) -> None:
        self.telemetry = telemetry
        self.is_tick = not len(telemetry.results) and not len(telemetry.places)
        codes = register.stream_property[telemetry.results.stream]
        self._order = np.argsort(codes, kind="stable")
        self._cuts = np.searchsorted(codes[self._order], np.arange(len(PROPERTIES) + 1))
        self._rounds: dict[int, list[Round]] = {}
        self._streams: dict[int, NDArray[np.int32]] = {}
        self._places: list[Round] | None = None
        self._heard: tuple[NDArray[np.int32], NDArray[np.int64]] | None = None

    def of(self, code: int) -> list[Round]:
        """The readings of one property, positions in `telemetry.results`; keys are datastreams."""
        if code not in self._rounds:
            at = self._order[self._cuts[code] : self._cuts[code + 1]]
            streams = self.telemetry.results.stream[at]
            self._rounds[code] = [Round(at[one.at], one.key) for one in rounds_of(streams)]
        return self._rounds[code]

    def streams(self, code: int) -> NDArray[np.int32]:
        """The datastreams of a property in the order of their keys; there is a reading of it."""
        if code not in self._streams:
            first = self.of(code)[0]
            streams = self._streams[code] = np.empty(len(first.key), np.int32)
            streams[first.key] = self.telemetry.results.stream[first.at]
        return self._streams[code]

    def places(self) -> list[Round]:
        """The places, positions in `telemetry.places`; keys are devices."""
        if self._places is None:
            self._places = rounds_of(self.telemetry.places.device)
        return self._places

    def heard(self) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Which devices said anything and when: sorted by device, then time."""
        if self._heard is None:
            results, places = self.telemetry.results, self.telemetry.places
            devices = np.concatenate([results.device, places.device])
            times = np.concatenate([results.time_ms, places.time_ms])
            order = np.argsort(_one_number(devices, times), kind="stable")
            self._heard = devices[order], times[order]
        return self._heard


def _one_number(devices: NDArray[np.int32], times: NDArray[np.int64]) -> NDArray[np.int64]:
    """Device, then time, as one number each, which sorts several times as fast: a year fits for 10^8 devices."""
    if not len(times):
        return times
    first = times.min()
    key: NDArray[np.int64] = devices * (times.max() - first + 1) + (times - first)
    return key
