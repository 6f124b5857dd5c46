"""What the core asks of telemetry about devices, and what it is answered: JSON on the line between them (doors.md).

A ward is named by id alone. What a ward's devices told is in an answer only where the question says it may be.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from bongsu.core.device import Device, DeviceKind
from bongsu.core.trial import TryRule

POSITION = "position"
"""What a history of places is asked for by, where a result's is asked for by its observed property."""


class ListDevices(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="about", tag="devices"):
    """Registered devices by id: of a kind, of a site, with a text in id, name or site, or in trouble alone.

    They begin behind the id `after`.
    """

    kind: DeviceKind | None = None
    site: str = ""
    text: str = ""
    troubled: bool = False
    after: str = ""
    at_most: int = 100


class GetDevice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="about", tag="device"):
    """One device; `bare` tells what it told last even where it protects a ward."""

    device: str
    bare: bool = False


class ListSpots(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Devices in a box of the map (degrees), or those of these ids; wards' only of these `sites`, as registered.

    `kinds`: only of these; of any where it is empty.
    """

    west: float = -180.0
    south: float = -90.0
    east: float = 180.0
    north: float = 90.0
    devices: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    kinds: tuple[DeviceKind, ...] = ()
    at_most: int = 500


class GetHistory(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="about", tag="history"):
    """What a device told of one property in [from_ms, to_ms), as at most so many points."""

    device: str
    observed_property: str
    from_ms: int
    to_ms: int
    at_most: int = 500


class ListQuarantine(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="about", tag="quarantine"
):
    """What was not believed, the newest first; of one reason or device where it says so."""

    reason: str = ""
    device: str = ""
    at_most: int = 200


class EraseWard(msgspec.Struct, frozen=True, kw_only=True, tag_field="about", tag="erase"):
    """Forget everything archived of a ward's devices, for good."""

    ward: str


Question = ListDevices | GetDevice | GetHistory | ListQuarantine | EraseWard | TryRule


class Reading(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The newest result of one property, in `unit` (UCUM)."""

    observed_property: str
    unit: str
    result: float
    time_ms: int


class Stand(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Where a device last said it was: degrees."""

    lon: float
    lat: float
    time_ms: int


class DeviceState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A device and what it told last. `withheld`: it protects a ward, so that readings and place are left out.

    `heard_ms` is the phenomenon time of the newest it told (0 nothing yet), `trouble` the reason why its newest reading
    was not believed ("" it was).
    """

    device: Device
    readings: tuple[Reading, ...] = ()
    stand: Stand | None = None
    heard_ms: int = 0
    trouble: str = ""
    withheld: bool = False


class DeviceList(msgspec.Struct, frozen=True, kw_only=True):
    """A page of devices; `total` match altogether, `after` begins the next page ("" there is none)."""

    devices: tuple[DeviceState, ...]
    total: int
    after: str
    now_ms: int


class Spot(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A device on a screen: where it stands (degrees, None nobody knows), when it was heard last (Unix ms, 0 never).

    `trouble` is why its newest reading was not believed, `readings` what it told last: of a ward's device nothing.
    """

    device: str
    kind: DeviceKind
    site: str
    lon: float | None
    lat: float | None
    name: str = ""
    heard_ms: int = 0
    trouble: str = ""
    readings: tuple[Reading, ...] = ()
    heading_deg: float | None = None


class SpotNews(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What of the devices on a screen is another than it was told; `whole`: all of it is told, and no other holds.

    `gone` are ids shown no more; `more`: there are more than are shown.
    """

    spots: tuple[Spot, ...] = ()
    gone: tuple[str, ...] = ()
    whole: bool = False
    more: bool = False


class Form(StrEnum):
    """How a history is told: every reading, or so many spans of time with the least, mean and greatest of each."""

    RAW = "raw"
    SPANS = "spans"


class History(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a device told, ascending in time: columns of one length, in `unit`.

    RAW: `time_ms` and `mean` (the result), or `lon` and `lat` for places. SPANS: `time_ms` is where a span begins,
    `low`, `mean` and `high` what was told in it and `count` how often; of places the last one of each span. Spans in
    which nothing was told are left out. `erased_ms` is when the ward's history was erased last (0 never): what was told
    before that is gone. `readings` is how many there were in all.
    """

    device: str
    observed_property: str
    unit: str
    form: Form
    readings: int
    time_ms: list[int] = []
    low: list[float] = []
    mean: list[float] = []
    high: list[float] = []
    count: list[int] = []
    lon: list[float] = []
    lat: list[float] = []
    erased_ms: int = 0


class Quarantined(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One reading (or message) that was not believed: why, from whom, and as much of it as could be read."""

    at_ms: int
    reason: str
    source: str = ""
    device: str = ""
    observed_property: str = ""
    result: float | None = None
    time_ms: int = 0
    detail: str = ""


class QuarantineList(msgspec.Struct, frozen=True, kw_only=True):
    """What was not believed, the newest first; `counts` by reason and `sources` by source since the process began.

    `shed` is how many of them were shed because there were too many, by source.
    """

    rows: tuple[Quarantined, ...]
    counts: dict[str, int]
    sources: dict[str, int]
    shed: dict[str, int] = {}


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """A ward's history cannot be read any more since `at_ms`; `found` is whether there was any."""

    ward: str
    found: bool
    at_ms: int
