"""A partner's time-boxed right to see, and what it sees."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from bongsu.core.incident import Incident
from bongsu.core.report import Status


class Right(StrEnum):
    """The four rights over a camera, never one."""

    VIEW = "view"
    STEER = "steer"
    REPLAY = "replay"
    EXPORT = "export"


class Basis(StrEnum):
    """The legal ground of a disclosure (개인정보 보호법 제15·17·18조)."""

    CONSENT = "consent"
    URGENT_LIFE = "urgent_life"
    CRIMINAL_INVESTIGATION = "criminal_investigation"
    OTHER_LAW = "other_law"


class View(msgspec.Struct, frozen=True, kw_only=True):
    """How one camera sees one place.

    `clear` tells that the place is in reach, in sector and behind no building; `confident` is False when
    the camera's heading is unknown, so that only distance and buildings speak for it.
    """

    camera: str
    distance_m: float
    px_per_m: float
    clear: bool
    confident: bool


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """Who may see what, why, and until when; a new version replaces the old, `ended` ends it for good."""

    id: str
    version: int
    incident: str
    service: str
    agency: str
    basis: Basis
    rights: tuple[Right, ...]
    views: tuple[View, ...]
    floor: datetime
    until: datetime
    status: Status
    ended: bool = False

    def is_live(self, now: datetime) -> bool:
        """Not ended, and its time is not up."""
        return not self.ended and now < self.until


def grant_id(incident: str, service: str, agency: str) -> str:
    """The name of the one grant a service gives an agency on an incident."""
    return f"{incident}.{service}.{agency}"


def grant_view(
    incident: Incident,
    service: str,
    agency: str,
    views: tuple[View, ...],
    *,
    basis: Basis,
    at: datetime,
    for_s: float,
    pre_alarm_s: float,
) -> Grant:
    """A first version of a right to view these cameras from `pre_alarm_s` before the incident, for `for_s` seconds."""
    return Grant(
        id=grant_id(incident.id, service, agency),
        version=1,
        incident=incident.id,
        service=service,
        agency=agency,
        basis=basis,
        rights=(Right.VIEW,),
        views=views,
        floor=min(incident.occurred_at, at) - timedelta(seconds=pre_alarm_s),
        until=at + timedelta(seconds=for_s),
        status=incident.status,
    )
