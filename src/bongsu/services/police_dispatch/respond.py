"""112 긴급출동 지원: what the officer needs before arriving, sent again when the place moves."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from bongsu.city import City
from bongsu.core.grant import Basis, Grant, grant_view
from bongsu.core.incident import Change, What
from bongsu.core.request import Ask, Request, ask_of

NAME = "police_dispatch"


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which calls a crew goes to, what it may see on the way, on what ground and for how long."""

    agency: str = "police112"
    kinds: tuple[str, ...] = ()
    within_m: float = 500.0
    cameras: int = 5
    lease_s: float = 1800.0
    pre_alarm_s: float = 60.0
    basis: Basis = Basis.URGENT_LIFE


def respond(change: Change, city: City, settings: Settings) -> Iterator[Grant | Request]:
    """Show the crew on its way where it goes and what the cameras there see (112 긴급출동 지원)."""
    incident = change.incident
    if incident.kind not in settings.kinds or incident.where is None:
        return
    if change.what not in (What.OPENED, What.MOVED):
        return
    views = city.who_sees(incident.where, within_m=settings.within_m, at_most=settings.cameras)
    grant = grant_view(
        incident, NAME, settings.agency, views,
        basis=settings.basis, at=change.at, for_s=settings.lease_s, pre_alarm_s=settings.pre_alarm_s,
    )  # fmt: skip
    yield grant
    yield ask_of(settings.agency, NAME, Ask.SHOW_SCENE, incident, grant, at=change.at, for_s=settings.lease_s)
