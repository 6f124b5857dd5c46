"""수도 원격검침: a flow that never stops is a leak, one no household draws a burst; no use is elder_care's."""

from __future__ import annotations

from collections.abc import Iterator

from bongsu.city import City
from bongsu.core.grant import Grant
from bongsu.core.incident import Change
from bongsu.core.request import Ask, Request
from bongsu.core.telling import CareTerms, open_scene, tell_people

NAME = "water_meters"


class Settings(CareTerms, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Terms towards the waterworks: a leak is told, a burst is also shown."""

    agency: str = "waterworks"
    kinds: tuple[str, ...] = ("water_leak", "water_burst")
    unseen: tuple[str, ...] = ("water_leak",)
    officers: tuple[str, ...] = ("water_leak", "water_burst")
    within_m: float = 200.0
    cameras: int = 3


def respond(change: Change, city: City, settings: Settings) -> Iterator[Grant | Request]:
    """Tell the waterworks of a leak or burst, and show it the street of a burst (수도 원격검침)."""
    yield from open_scene(change, city, NAME, settings, Ask.OFFER_VIDEO)
    yield from tell_people(change, NAME, settings)
