"""What devices told, as columns of Python values: between a decoder and the judge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bongsu.core.asking import Quarantined


@dataclass(slots=True)
class Told:
    """Readings and places of one message, or of many: in each group lists of one length.

    Times are Unix milliseconds and fit 64 bits; `faults` are the parts that could not be read, with a reason each.
    """

    device: list[str] = field(default_factory=list)
    observed_property: list[str] = field(default_factory=list)
    result: list[float] = field(default_factory=list)
    time_ms: list[int] = field(default_factory=list)
    placed: list[str] = field(default_factory=list)
    lon: list[float] = field(default_factory=list)
    lat: list[float] = field(default_factory=list)
    placed_ms: list[int] = field(default_factory=list)
    faults: list[Quarantined] = field(default_factory=list)

    def read(self, device: str, observed_property: str, result: float, time_ms: int) -> None:
        """One reading more."""
        self.device.append(device)
        self.observed_property.append(observed_property)
        self.result.append(result)
        self.time_ms.append(time_ms)

    def place(self, device: str, lon: float, lat: float, time_ms: int) -> None:
        """One place more."""
        self.placed.append(device)
        self.lon.append(lon)
        self.lat.append(lat)
        self.placed_ms.append(time_ms)


Decode = Callable[[bytes, str, int], Told]
"""One profile: a message's body, its source and when it arrived (Unix ms) to what was told; never raises."""


@dataclass(slots=True)
class Heard:
    """What many messages told, one behind another, and which message told what.

    `source`, `arrived_ms`, `readings` and `places` have one row a message: who spoke, when, and how much.
    """

    told: Told = field(default_factory=Told)
    source: list[str] = field(default_factory=list)
    arrived_ms: list[int] = field(default_factory=list)
    readings: list[int] = field(default_factory=list)
    places: list[int] = field(default_factory=list)

    def add(self, source: str, arrived_ms: int, told: Told) -> None:
        """One message more."""
        self.source.append(source)
        self.arrived_ms.append(arrived_ms)
        self.readings.append(len(told.device))
        self.places.append(len(told.placed))
        every = self.told
        if told.device:
            every.device += told.device
            every.observed_property += told.observed_property
            every.result += told.result
            every.time_ms += told.time_ms
        if told.placed:
            every.placed += told.placed
            every.lon += told.lon
            every.lat += told.lat
            every.placed_ms += told.placed_ms
