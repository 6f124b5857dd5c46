"""The register of devices as columns: every device, site and datastream has a row, and keeps it for good."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bongsu.core.device import Device, DeviceKind
from bongsu.core.observed import OBSERVED

PROPERTIES: tuple[str, ...] = tuple(OBSERVED)
"""The observed properties in the order of their codes."""

KINDS: tuple[DeviceKind, ...] = tuple(DeviceKind)
"""The kinds of devices in the order of their codes."""

_CODE = {name: code for code, name in enumerate(PROPERTIES)}
_KIND = {kind: code for code, kind in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class Register:
    """Registered devices by row.

    `device_row` finds a device by its id, `stream_row` a datastream by device id and property. `kind` (D) are codes
    in `KINDS`, `site` (D) rows in `sites`, `lon` and `lat` (D) NaN where unknown, `standing` (D) false for devices
    registered no more; `stream_device` (S) is each datastream's device, `stream_property` (S) its code in `PROPERTIES`.
    """

    devices: Sequence[Device]
    device_row: Mapping[str, int]
    stream_row: Mapping[str, Mapping[str, int]]
    sites: Sequence[str]
    kind: NDArray[np.int8]
    site: NDArray[np.int32]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    standing: NDArray[np.bool_]
    stream_device: NDArray[np.int32]
    stream_property: NDArray[np.int16]


def code_of(observed_property: str) -> int:
    """The code of an observed property, -1 where there is none."""
    return _CODE.get(observed_property, -1)


def register_of(devices: Iterable[Device], old: Register | None = None) -> Register:
    """The register of these devices; whoever had a row in the `old` one keeps it, and the gone stand no more."""
    given = {device.id: device for device in devices}
    known = [] if old is None else list(old.devices)
    row = {device.id: at for at, device in enumerate(known)}
    for device in given.values():
        at = row.setdefault(device.id, len(known))
        if at == len(known):
            known.append(device)
        else:
            known[at] = device
    streams, owners, codes = _streams(known, old)
    sites = {} if old is None else {site: at for at, site in enumerate(old.sites)}
    site = [sites.setdefault(device.site or device.id, len(sites)) for device in known]
    places = [(device.where.lon, device.where.lat) if device.where else (np.nan, np.nan) for device in known]
    lonlat = np.array(places, np.float64).reshape(-1, 2)
    return Register(
        devices=known,
        device_row=row,
        stream_row=streams,
        sites=tuple(sites),
        kind=np.fromiter((_KIND[device.kind] for device in known), np.int8, len(known)),
        site=np.array(site, np.int32),
        lon=lonlat[:, 0].copy(),
        lat=lonlat[:, 1].copy(),
        standing=np.fromiter((device.id in given for device in known), np.bool_, len(known)),
        stream_device=np.array(owners, np.int32),
        stream_property=np.array(codes, np.int16),
    )


def _streams(known: Sequence[Device], old: Register | None) -> tuple[dict[str, dict[str, int]], list[int], list[int]]:
    """Each device's datastreams with their rows, and of each row the device and the property's code."""
    streams = {} if old is None else {device: dict(rows) for device, rows in old.stream_row.items()}
    owners = [] if old is None else old.stream_device.tolist()
    codes = [] if old is None else old.stream_property.tolist()
    for at, device in enumerate(known):
        own = streams.setdefault(device.id, {})
        for name in device.observes:
            if name in _CODE and name not in own:
                own[name] = len(owners)
                owners.append(at)
                codes.append(_CODE[name])
    return streams, owners, codes
