"""전자발찌 위반 대응: the tracking centre of the Ministry of Justice sees where a wearer is (Daejeon, April 2019).

The ground is 전자장치 부착 등에 관한 법률. The four triggers are those the ministries published: the device damaged,
the curfew broken, an exclusion zone entered, a protected person approached. Nothing else a tag says opens a camera:
the settings can leave triggers out and cannot add any.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from bongsu.city import City
from bongsu.core.grant import Basis, Grant, ViewTerms
from bongsu.core.incident import Change
from bongsu.core.opening import open_views, tell_end
from bongsu.core.request import Ask, Request

NAME = "electronic_monitoring"


class Trigger(StrEnum):
    """What a tag may open cameras for."""

    DAMAGE = "tag_damage"
    CURFEW = "tag_curfew"
    EXCLUSION_ZONE = "tag_exclusion_zone"
    APPROACH = "tag_approach"


class Settings(ViewTerms, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Terms towards the tracking centre."""

    agency: str = "moj"
    kinds: tuple[Trigger, ...] = tuple(Trigger)
    basis: Basis = Basis.OTHER_LAW


def respond(change: Change, city: City, settings: Settings) -> Iterator[Grant | Request]:
    """Open the cameras near a tag wearer to the tracking centre while a trigger stands (전자발찌 위반 대응)."""
    yield from open_views(change, city, NAME, settings, Ask.OFFER_VIDEO)
    yield from tell_end(change, NAME, settings)
