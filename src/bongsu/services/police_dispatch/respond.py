"""112 긴급출동 지원: what the officer needs before arriving, sent again when the place moves."""

from __future__ import annotations

from collections.abc import Iterator

from bongsu.city import City
from bongsu.core.grant import Grant, ViewTerms, grant_view
from bongsu.core.incident import Change, What
from bongsu.core.request import Ask, Request, ask_of

NAME = "police_dispatch"

Settings = ViewTerms


def respond(change: Change, city: City, settings: Settings) -> Iterator[Grant | Request]:
    """Show the crew on its way where it goes and what the cameras there see (112 긴급출동 지원)."""
    incident, at = change.incident, change.at
    if incident.kind not in settings.kinds or incident.where is None:
        return
    if change.what not in (What.OPENED, What.MOVED):
        return
    views = city.who_sees(incident.where, within_m=settings.within_m, at_most=settings.cameras)
    grant = grant_view(incident, NAME, settings, views, at)
    yield grant
    yield ask_of(settings.agency, NAME, Ask.SHOW_SCENE, incident, grant, at=at, for_s=settings.lease_s)
