"""The register of devices as columns: every device, site and datastream has a row, and keeps it for good."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from bongsu.core.device import Device, DeviceKind
from bongsu.core.lookup import RowIndex, StreamIndex
from bongsu.core.observed import OBSERVED

PROPERTIES: tuple[str, ...] = tuple(OBSERVED)
"""The observed properties in the order of their codes."""

KINDS: tuple[DeviceKind, ...] = tuple(DeviceKind)
"""The kinds of devices in the order of their codes."""

_CODE = {name: code for code, name in enumerate(PROPERTIES)}
_KIND = {kind: code for code, kind in enumerate(KINDS)}
_CODES = 1 << 10
NOWHERE = np.nan


@dataclass(frozen=True, slots=True)
class Register:
    """Registered devices by row.

    `device_row` finds a device by its id, `stream_row` a datastream by device id and property; for many at once ask
    `index` and `stream_row.rows_of`. `kind` (D) are codes in `KINDS`, `site` (D) rows in `sites`, `source` (D) rows in
    `sources` (row 0 is nobody), `lon` and `lat` (D) NaN where unknown, `standing` (D) false for devices registered no
    more; `stream_device` (S) is each datastream's device, `stream_property` (S) its code in `PROPERTIES`.
    """

    devices: Sequence[Device]
    device_row: Mapping[str, int]
    sites: Sequence[str]
    sources: Sequence[str]
    kind: NDArray[np.int8]
    site: NDArray[np.int32]
    source: NDArray[np.int32]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    standing: NDArray[np.bool_]
    stream_device: NDArray[np.int32]
    stream_property: NDArray[np.int16]
    index: RowIndex = field(init=False)
    stream_row: StreamIndex = field(init=False)

    def __post_init__(self) -> None:
        streams = StreamIndex(self.device_row, self.stream_device, self.stream_property, PROPERTIES)
        object.__setattr__(self, "index", RowIndex(tuple(self.device_row), self.device_row))
        object.__setattr__(self, "stream_row", streams)


def code_of(observed_property: str) -> int:
    """The code of an observed property, -1 where there is none."""
    return _CODE.get(observed_property, -1)


def register_of(devices: Iterable[Device], old: Register | None = None) -> Register:
    """The register of these devices; whoever had a row in the `old` one keeps it, and the gone stand no more."""
    given = {device.id: device for device in devices}
    known = [] if old is None else [given.get(device.id, device) for device in old.devices]
    had: Mapping[str, int] = {} if old is None else old.device_row
    known += given.values() if not had else [device for device in given.values() if device.id not in had]
    ids = [device.id for device in known]
    owners, codes = _streams(known, old)
    sites, site = _coded([device.site or device.id for device in known], () if old is None else old.sites)
    sources, source = _coded([device.source for device in known], ("",) if old is None else old.sources)
    count = len(known)
    return Register(
        devices=known,
        device_row=dict(zip(ids, range(count), strict=True)),
        sites=sites,
        sources=sources,
        kind=np.fromiter((_KIND[device.kind] for device in known), np.int8, count),
        site=site,
        source=source,
        lon=np.fromiter((device.where.lon if device.where else NOWHERE for device in known), np.float64, count),
        lat=np.fromiter((device.where.lat if device.where else NOWHERE for device in known), np.float64, count),
        standing=np.fromiter((each in given for each in ids), np.bool_, count),
        stream_device=owners,
        stream_property=codes,
    )


def _coded(names: Sequence[str], before: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Every name once, those of `before` first, and the row of each."""
    every = dict.fromkeys(chain(before, names))
    row = dict(zip(every, range(len(every)), strict=True))
    return tuple(every), np.fromiter((row[name] for name in names), np.int32, len(names))


def _streams(known: Sequence[Device], old: Register | None) -> tuple[NDArray[np.int32], NDArray[np.int16]]:
    """The device and the property's code of each datastream: the old ones in their rows, the new ones behind."""
    # Millions of devices tell the same few sets of properties.
    codes_of: dict[tuple[str, ...], tuple[int, ...]] = {}
    for observes in {device.observes for device in known}:
        codes_of[observes] = tuple(dict.fromkeys(_CODE[name] for name in observes if name in _CODE))
    told = [codes_of[device.observes] for device in known]
    counts = np.fromiter(map(len, told), np.int32, len(told))
    owners = np.repeat(np.arange(len(told), dtype=np.int32), counts)
    codes = np.fromiter(chain.from_iterable(told), np.int16, len(owners))
    if old is None:
        return owners, codes
    before = old.stream_device.astype(np.int64) * _CODES + old.stream_property
    fresh = ~np.isin(owners.astype(np.int64) * _CODES + codes, before)
    return (
        np.concatenate((old.stream_device, owners[fresh])),
        np.concatenate((old.stream_property, codes[fresh])),
    )
