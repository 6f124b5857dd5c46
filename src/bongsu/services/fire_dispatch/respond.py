"""119 긴급출동 지원: the fire service sees the scene before its crews arrive (MOLIT and fire service, 2015).

The other way round (다매체 119): a case an operator files to 119 opens the scene to it, whatever its kind.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from bongsu.city import City
from bongsu.core.grant import Grant, ViewTerms, grant_view
from bongsu.core.incident import Change, What
from bongsu.core.opening import open_views, tell_end
from bongsu.core.request import Ask, Request, ask_of

NAME = "fire_dispatch"


class Settings(ViewTerms, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Terms towards the fire service: the scene, and who may be sent.

    `units` are the kinds of crew that are candidates, `candidates` how many are told; hydrants and hazardous places
    are told within `near_m`.
    """

    agency: str = "fire119"
    kinds: tuple[str, ...] = ("fire", "rescue", "medical", "hazardous_material")
    units: tuple[str, ...] = ("engine", "ambulance")
    candidates: int = 12
    near_m: float = 300.0


def respond(change: Change, city: City, settings: Settings) -> Iterator[Grant | Request]:
    """Show the fire service the scene of a call of the listed kinds, for as long as it is open (119 긴급출동 지원)."""
    if change.what is What.FILED:
        yield from _file(change, city, settings)
        return
    yield from open_views(change, city, NAME, settings, Ask.SHOW_SCENE)
    yield from tell_end(change, NAME, settings)


def _file(change: Change, city: City, settings: Settings) -> Iterator[Grant | Request]:
    """A live right on the scene, and the operator's words with it; the camera they chose comes first."""
    incident = change.incident
    if incident.where is None:
        return
    at_most, agency, basis = settings.cameras, settings.agency, settings.basis
    views = city.who_sees(incident.where, within_m=settings.within_m, at_most=at_most, agency=agency, basis=basis)
    grant = grant_view(incident, NAME, settings, views, change.at)
    chosen = [view for view in views if view.camera == change.camera]
    rest = [view for view in grant.views if view.camera != change.camera]
    grant = replace(grant, views=(*chosen, *rest))
    yield grant
    ask = ask_of(agency, NAME, Ask.FILE_REPORT, incident, grant, at=change.at, for_s=settings.lease_s)
    yield replace(ask, text=change.note)
