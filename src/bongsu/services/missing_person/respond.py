"""실종자 구조 지원: 112 sees the surroundings of the last place; the search map says where to look next."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from bongsu.city import City
from bongsu.core.grant import Grant, ViewTerms
from bongsu.core.incident import Change
from bongsu.core.opening import open_views, tell_end
from bongsu.core.request import Ask, Request

NAME = "missing_person"
WANDERS = ("wandering", "wandering_night")


class Settings(ViewTerms, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Terms of the search for somebody lost: cameras around the last place, to 112.

    Cases of the kinds `maps` get a search map; `subjects` is whom a kind is about where nobody has said
    (`core.search.SUBJECTS`).
    """

    agency: str = "police112"
    kinds: tuple[str, ...] = ("missing_person",)
    maps: tuple[str, ...] = ("missing_person", *WANDERS)
    subjects: dict[str, str] = msgspec.field(default_factory=lambda: dict.fromkeys(WANDERS, "dementia"))


def respond(change: Change, city: City, settings: Settings) -> Iterator[Grant | Request]:
    """Open the cameras around the last place to 112, for as long as the case is open (실종자 구조 지원)."""
    yield from open_views(change, city, NAME, settings, Ask.OFFER_VIDEO)
    yield from tell_end(change, NAME, settings)
