"""112 긴급영상 지원: the 112 room sees the place of a call within a second (MOLIT and police, 2015)."""

from __future__ import annotations

from collections.abc import Iterator

from bongsu.city import City
from bongsu.core.grant import Grant, ViewTerms
from bongsu.core.incident import Change
from bongsu.core.opening import open_views, tell_end
from bongsu.core.request import Ask, Request

NAME = "police_video"

Settings = ViewTerms


def respond(change: Change, city: City, settings: Settings) -> Iterator[Grant | Request]:
    """Open the cameras that see a call of the listed kinds to 112, for as long as it is open (112 긴급영상 지원)."""
    yield from open_views(change, city, NAME, settings, Ask.OFFER_VIDEO)
    yield from tell_end(change, NAME, settings)
