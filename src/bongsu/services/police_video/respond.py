"""112 긴급영상 지원: the 112 room sees the place of a call within a second (MOLIT and police, 2015)."""

from __future__ import annotations

from collections.abc import Iterator

from bongsu.city import City
from bongsu.core.grant import Grant, ViewTerms, grant_view
from bongsu.core.incident import Change, What
from bongsu.core.request import Ask, Request, ask_of

NAME = "police_video"
END_FOR_S = 86_400.0
"""How long the news that the right is over stays worth delivering."""

Settings = ViewTerms


def respond(change: Change, city: City, settings: Settings) -> Iterator[Grant | Request]:
    """Open the cameras that see a call of the listed kinds to 112, for as long as it is open (112 긴급영상 지원)."""
    incident, at = change.incident, change.at
    if incident.kind not in settings.kinds:
        return
    match change.what:
        case What.OPENED | What.MOVED if incident.where is not None:
            views = city.who_sees(incident.where, within_m=settings.within_m, at_most=settings.cameras)
            grant = grant_view(incident, NAME, settings, views, at)
            yield grant
            yield ask_of(settings.agency, NAME, Ask.OFFER_VIDEO, incident, grant, at=at, for_s=settings.lease_s)
        case What.CLOSED | What.CANCELLED | What.MERGED:
            yield ask_of(settings.agency, NAME, Ask.END_VIDEO, incident, None, at=at, for_s=END_FOR_S)
        case _:
            return
