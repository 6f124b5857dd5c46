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


class ViewTerms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """On which terms a service opens cameras: which kinds of case, how many cameras and how far, for whom, on what
    ground, for how long, and with which rights."""

    agency: str = "police112"
    kinds: tuple[str, ...] = ()
    within_m: float = 500.0
    cameras: int = 5
    lease_s: float = 1800.0
    pre_alarm_s: float = 60.0
    basis: Basis = Basis.URGENT_LIFE
    rights: tuple[Right, ...] = (Right.VIEW, Right.REPLAY)


def seeing(views: tuple[View, ...]) -> tuple[View, ...]:
    """Those that see the place; where none does, all of them, because near is then the best there is.

    A right covers no more cameras than its purpose needs (개인정보 보호법 제3조 제1항).
    """
    return tuple(view for view in views if view.clear) or views


def grant_view(incident: Incident, service: str, terms: ViewTerms, views: tuple[View, ...], at: datetime) -> Grant:
    """A first version of a right to view, on a service's terms, those of the cameras that see the place."""
    return Grant(
        id=grant_id(incident.id, service, terms.agency),
        version=1,
        incident=incident.id,
        service=service,
        agency=terms.agency,
        basis=terms.basis,
        rights=terms.rights,
        views=seeing(views),
        floor=min(incident.occurred_at, at) - timedelta(seconds=terms.pre_alarm_s),
        until=at + timedelta(seconds=terms.lease_s),
        status=incident.status,
    )
