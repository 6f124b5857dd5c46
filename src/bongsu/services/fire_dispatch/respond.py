"""119 긴급출동 지원: the fire service sees the scene before its crews arrive (MOLIT and fire service, 2015)."""

from __future__ import annotations

from collections.abc import Iterator

from bongsu.city import City
from bongsu.core.grant import Grant, ViewTerms
from bongsu.core.incident import Change
from bongsu.core.opening import open_views, tell_end
from bongsu.core.request import Ask, Request

NAME = "fire_dispatch"


class Settings(ViewTerms, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Terms towards the fire service."""

    agency: str = "fire119"
    kinds: tuple[str, ...] = ("fire", "rescue", "medical", "hazardous_material")


def respond(change: Change, city: City, settings: Settings) -> Iterator[Grant | Request]:
    """Show the fire service the scene of a call of the listed kinds, for as long as it is open (119 긴급출동 지원)."""
    yield from open_views(change, city, NAME, settings, Ask.SHOW_SCENE)
    yield from tell_end(change, NAME, settings)
