"""Devices on a screen: what they told last, and at a glance fine, doubted, silent or in a case (장비 지도)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from bongsu.access.permit import Action, OfWard
from bongsu.core.asking import Reading, Spot
from bongsu.core.consent import subjects_of
from bongsu.core.device import DeviceKind
from bongsu.core.person import Session
from bongsu.web.platform import Platform
from bongsu.web.telling import asker_of, word

SILENT_AFTER_MS = 26 * 3_600_000
"""What tells once a day, as many meters do, is not silent yet."""


class Glance(StrEnum):
    """How a device is, at a glance; the gravest holds."""

    ALARMED = "alarmed"
    DOUBTED = "doubted"
    SILENT = "silent"
    FINE = "fine"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A device as a screen is told of it; of a ward's device no reading."""

    id: str
    name: str
    kind: DeviceKind
    lon: float | None
    lat: float | None
    state: Glance
    readings: tuple[Reading, ...]


def row_of(spot: Spot, alarmed: frozenset[str], now_ms: int) -> Row:
    """A device as it is now; `alarmed` are the sites open cases are about."""
    return Row(
        id=spot.device,
        name=spot.name,
        kind=spot.kind,
        lon=spot.lon,
        lat=spot.lat,
        state=glance(spot, alarmed, now_ms),
        readings=spot.readings,
    )


def devices_word(rows: Iterable[Row], gone: Iterable[str], *, whole: bool, more: bool, away: bool) -> str:
    """Rows that changed as columns, and ids that are shown no more; `whole`: the screen forgets all it was told.

    `more`: there are more than are told; `away`: there are none because telemetry does not answer.
    """
    told = list(rows)
    columns = {name: [getattr(row, name) for row in told] for name in Row.__struct_fields__}
    return word("devices", whole=whole, more=more, away=away, **columns, gone=list(gone))


def glance(spot: Spot, alarmed: frozenset[str], now_ms: int) -> Glance:
    """How a device is; `alarmed` are the sites open cases are about."""
    if spot.site in alarmed:
        return Glance.ALARMED
    if spot.trouble:
        return Glance.DOUBTED
    return Glance.SILENT if now_ms - spot.heard_ms > SILENT_AFTER_MS else Glance.FINE


def alarmed_of(platform: Platform) -> frozenset[str]:
    """The sites that open cases of our own are about."""
    city = platform.settings.city.code
    cases = (one for one in platform.board().incidents.values() if not one.is_over)
    return frozenset().union(*(subjects_of(case, city) for case in cases))


def may_see_wards(platform: Platform, session: Session) -> bool:
    """Whether an open case about a ward is enough for this session."""
    thing = OfWard(case_open=True, reason_given=False)
    return platform.policy.permits(asker_of(session), Action.SEE_WARD, thing)
