"""치매환자 배회감지: a wristband leaves its zone, or goes out at night; guardian first, 112 sees where."""

from __future__ import annotations

from collections.abc import Iterator

from bongsu.city import City
from bongsu.core.grant import Grant
from bongsu.core.incident import Change
from bongsu.core.request import Ask, Request
from bongsu.core.telling import CareTerms, open_scene, tell_people

NAME = "wandering"
KINDS = ("wandering", "wandering_night")


class Settings(CareTerms, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Terms of the search for a wearer: cameras around the last place, to 112."""

    agency: str = "police112"
    kinds: tuple[str, ...] = KINDS
    officers: tuple[str, ...] = KINDS
    guardians: tuple[str, ...] = KINDS


def respond(change: Change, city: City, settings: Settings) -> Iterator[Grant | Request]:
    """Open the cameras around a wearer's last place to 112, and tell guardians and officer (치매환자 배회감지)."""
    yield from open_scene(change, city, NAME, settings, Ask.OFFER_VIDEO)
    yield from tell_people(change, NAME, settings)
