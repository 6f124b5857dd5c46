"""어린이집 안심케어: tags tell who got on and off; engine off with a child aboard is a rescue (도로교통법 제53조)."""

from __future__ import annotations

from collections.abc import Iterator

from bongsu.city import City
from bongsu.core.grant import Grant
from bongsu.core.incident import Change
from bongsu.core.request import Ask, Request
from bongsu.core.telling import CareTerms, open_scene, tell_people

NAME = "childcare"
ALARMS = ("child_left_behind",)
NOTICES = ("child_boarded", "child_alighted")


class Settings(CareTerms, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Terms of care for children on a bus: notices go to guardians alone, and open no camera."""

    agency: str = "fire119"
    kinds: tuple[str, ...] = ALARMS + NOTICES
    unseen: tuple[str, ...] = NOTICES
    officers: tuple[str, ...] = ALARMS
    guardians: tuple[str, ...] = ALARMS + NOTICES


def respond(change: Change, city: City, settings: Settings) -> Iterator[Grant | Request]:
    """Tell guardians where their child got on and off; show 119 the bus a child was left on (어린이집 안심케어)."""
    yield from open_scene(change, city, NAME, settings, Ask.SHOW_SCENE)
    yield from tell_people(change, NAME, settings)
