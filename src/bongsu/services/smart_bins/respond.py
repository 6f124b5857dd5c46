"""스마트 휴지통: full bins for the collection round, a burning one for 119 and those who keep it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import msgspec

from bongsu.city import City
from bongsu.core.grant import Grant
from bongsu.core.incident import Change
from bongsu.core.request import Ask, Request
from bongsu.core.telling import CareTerms, open_scene, tell_people

NAME = "smart_bins"


class Settings(CareTerms, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Terms of the bins: a full one is told to the cleaners, a fire in one also shown to 119.

    The collection round: bins filled to `due` (share of their volume), as many as a lorry holds (`holds` whole bins),
    `stop_s` for each, from the depot at `depot_lon`, `depot_lat` and back.
    """

    agency: str = "fire119"
    kinds: tuple[str, ...] = ("bin_full", "bin_fire")
    unseen: tuple[str, ...] = ("bin_full",)
    officers: tuple[str, ...] = ("bin_full", "bin_fire")
    within_m: float = 200.0
    cameras: int = 3
    due: Annotated[float, msgspec.Meta(ge=0, le=1.2)] = 0.7
    holds: Annotated[float, msgspec.Meta(gt=0)] = 30.0
    stop_s: Annotated[float, msgspec.Meta(ge=0)] = 90.0
    depot_lon: float | None = None
    depot_lat: float | None = None


def respond(change: Change, city: City, settings: Settings) -> Iterator[Grant | Request]:
    """Tell the cleaners of a full bin; show 119 a burning one (스마트 휴지통)."""
    yield from open_scene(change, city, NAME, settings, Ask.SHOW_SCENE)
    yield from tell_people(change, NAME, settings)
