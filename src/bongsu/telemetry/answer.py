"""What telemetry answers the core about devices (`core.asking`): from register, latest state and archive."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from bongsu.core.asking import (
    DeviceList,
    DeviceState,
    Erased,
    EraseWard,
    GetDevice,
    GetHistory,
    History,
    ListDevices,
    ListQuarantine,
    Quarantined,
    QuarantineList,
    Question,
    Reading,
    Stand,
)
from bongsu.core.device import Device
from bongsu.core.errors import Invalid, NotFound
from bongsu.core.observed import OBSERVED
from bongsu.core.register import KINDS, PROPERTIES, Register
from bongsu.core.trial import Tried, TryRule
from bongsu.telemetry.reasons import Reason

PAGE_AT_MOST = 1_000


class State(Protocol):
    """The latest of everything: times are Unix milliseconds, negative where nothing was told (`telemetry.latest`)."""

    result: NDArray[np.float64]
    time_ms: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    place_ms: NDArray[np.int64]
    trouble: NDArray[np.int8]


class Past(Protocol):
    """What devices told before (`telemetry.archive`)."""

    async def history(self, asked: GetHistory, device: Device) -> History:
        """What one device told."""

    async def erase(self, ward: str) -> Erased:
        """Forget a ward's."""


class Doubted(Protocol):
    """What was not believed (`telemetry.quarantine`)."""

    def listed(self, question: ListQuarantine) -> QuarantineList:
        """The newest of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Answers questions; the register is asked for each time, as it is renewed while we run."""

    register: Callable[[], Register]
    latest: State
    archive: Past
    quarantine: Doubted
    trial: Callable[[TryRule], Tried]
    now_ms: Callable[[], int]

    async def answer(self, question: msgspec.Raw) -> object:
        """The answer to a question in JSON. Raises Invalid, NotFound, Unavailable."""
        try:
            asked = _read(question)
        except msgspec.MsgspecError:
            raise Invalid("telemetry.question") from None
        return await self._answer(asked)

    async def _answer(self, asked: Question) -> object:
        register = self.register()
        match asked:
            case ListDevices():
                # A million devices are looked through: beside the loop.
                return await asyncio.to_thread(list_devices, asked, register, self.latest, self.now_ms())
            case GetDevice(device=device, bare=bare):
                return state_of(row_of(register, device), register, self.latest, bare)
            case GetHistory(device=device):
                return await self.archive.history(asked, register.devices[row_of(register, device)])
            case ListQuarantine():
                return veiled(self.quarantine.listed(asked), register)
            case EraseWard(ward=ward):
                return await self.archive.erase(ward)
            case TryRule():
                return await asyncio.to_thread(self.trial, asked)


_read = msgspec.json.Decoder(Question).decode


def list_devices(asked: ListDevices, register: Register, latest: State, now_ms: int) -> DeviceList:
    """A page of the devices that stand, in the order of their registration; wards' without what they told."""
    at_most = min(max(asked.at_most, 1), PAGE_AT_MOST)
    rows = _rows(asked, register, latest)
    behind = rows[rows > register.device_row.get(asked.after, -1)]
    page = behind[:at_most].tolist()
    return DeviceList(
        devices=tuple(state_of(row, register, latest) for row in page),
        total=len(rows),
        after=register.devices[page[-1]].id if len(behind) > len(page) else "",
        now_ms=now_ms,
    )


def state_of(row: int, register: Register, latest: State, bare: bool = False) -> DeviceState:
    """A device and what it told last; `bare`: also where it protects a ward."""
    device = register.devices[row]
    trouble = Reason(int(latest.trouble[row])) if row < len(latest.trouble) else Reason.TAKEN
    told = DeviceState(device=device, trouble="" if trouble is Reason.TAKEN else trouble.word)
    if device.ward and not bare:
        return replace(told, withheld=True)
    readings = tuple(_readings(device, register, latest))
    stand = _stand(row, latest)
    heard = [reading.time_ms for reading in readings] + ([stand.time_ms] if stand else [])
    return replace(told, readings=readings, stand=stand, heard_ms=max(heard, default=0))


def row_of(register: Register, device: str) -> int:
    """A device's row. Raises NotFound("device.unknown"), also for one that is registered no more."""
    row = register.device_row.get(device, -1)
    if row < 0 or not register.standing[row]:
        raise NotFound("device.unknown", device=device)
    return row


def veiled(told: QuarantineList, register: Register) -> QuarantineList:
    """What was not believed, without what wards' devices said."""
    return replace(told, rows=tuple(_veiled(row, register) for row in told.rows))


def _veiled(row: Quarantined, register: Register) -> Quarantined:
    known = register.device_row.get(row.device, -1)
    if known < 0 or not register.devices[known].ward:
        return row
    return replace(row, result=None, time_ms=0, detail="")


def _rows(asked: ListDevices, register: Register, latest: State) -> NDArray[np.int64]:
    wanted = register.standing.copy()
    if asked.kind is not None:
        wanted &= register.kind == KINDS.index(asked.kind)
    if asked.troubled:
        troubled = latest.trouble != Reason.TAKEN
        wanted[: len(troubled)] &= troubled[: len(wanted)]
        wanted[len(troubled) :] = False
    rows = np.flatnonzero(wanted)
    if not asked.site and not asked.text:
        return rows
    text = asked.text.casefold()
    devices = register.devices
    return rows[[_says(devices[row], asked.site, text) for row in rows.tolist()]] if len(rows) else rows


def _says(device: Device, site: str, text: str) -> bool:
    if site and site != (device.site or device.id):
        return False
    return any(text in part.casefold() for part in (device.id, device.name, device.site))


def _readings(device: Device, register: Register, latest: State) -> Sequence[Reading]:
    rows = ((name, register.stream_row[device.id][name]) for name in PROPERTIES if name in device.observes)
    return [
        Reading(
            observed_property=name,
            unit=OBSERVED[name].unit,
            result=float(latest.result[row]),
            time_ms=int(latest.time_ms[row]),
        )
        for name, row in rows
        if row < len(latest.time_ms) and latest.time_ms[row] >= 0
    ]


def _stand(row: int, latest: State) -> Stand | None:
    if row >= len(latest.place_ms) or latest.place_ms[row] < 0:
        return None
    return Stand(lon=float(latest.lon[row]), lat=float(latest.lat[row]), time_ms=int(latest.place_ms[row]))
