"""위험시설물 관리: tilt, crack, vibration and temperature of old walls, bridges and slopes (Guro, 21 sites)."""

from __future__ import annotations

from collections.abc import Iterator

from bongsu.city import City
from bongsu.core.grant import Grant
from bongsu.core.incident import Change
from bongsu.core.request import Ask, Request
from bongsu.core.telling import CareTerms, open_scene, tell_people

NAME = "structures"


class Settings(CareTerms, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Terms towards facility keepers and the disaster headquarters: drift is told, danger is a disaster event."""

    agency: str = "disaster_hq"
    kinds: tuple[str, ...] = ("structure_drift", "structure_danger")
    unseen: tuple[str, ...] = ("structure_drift",)
    officers: tuple[str, ...] = ("structure_drift", "structure_danger")
    within_m: float = 300.0
    lease_s: float = 7200.0


def respond(change: Change, city: City, settings: Settings) -> Iterator[Grant | Request]:
    """Tell the keeper of a drift; show the disaster headquarters a structure in danger (위험시설물 관리)."""
    yield from open_scene(change, city, NAME, settings, Ask.OFFER_VIDEO)
    yield from tell_people(change, NAME, settings)
