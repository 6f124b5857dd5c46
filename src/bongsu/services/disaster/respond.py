"""재난상황 긴급대응: the disaster headquarters watches how the situation spreads (services of 2017, with NDMS)."""

from __future__ import annotations

from collections.abc import Iterator

from bongsu.city import City
from bongsu.core.grant import Grant, ViewTerms
from bongsu.core.incident import Change
from bongsu.core.opening import open_views, tell_end
from bongsu.core.request import Ask, Request

NAME = "disaster"


class Settings(ViewTerms, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Terms towards the disaster headquarters: a disaster is wider and lasts longer than a call."""

    agency: str = "disaster_hq"
    kinds: tuple[str, ...] = ("flood", "landslide", "building_collapse", "wildfire", "gas_leak")
    within_m: float = 800.0
    cameras: int = 8
    lease_s: float = 7200.0


def respond(change: Change, city: City, settings: Settings) -> Iterator[Grant | Request]:
    """Open the cameras around a disaster to its headquarters for as long as it lasts (재난상황 긴급대응)."""
    yield from open_views(change, city, NAME, settings, Ask.OFFER_VIDEO)
    yield from tell_end(change, NAME, settings)
