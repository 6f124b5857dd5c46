"""What a city is built from, part by part; a part whose records did not change is taken over from the city before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from bongsu.city.address import Names
from bongsu.city.breath import Breathe, columns, in_steps
from bongsu.city.districts import Districts
from bongsu.city.eyes import Eyes
from bongsu.city.places import Registers
from bongsu.city.shapes import Floats, lonlat_of, middle, points_of
from bongsu.city.walls import Walls
from bongsu.core.asset import Bell, Boundary, Camera, Facility, Ground
from bongsu.core.geo import Plane, Point
from bongsu.settings import CameraSettings

Standing = TypeVar("Standing", Camera, Bell, Facility)


@dataclass(frozen=True, slots=True)
class Given:
    """The records a city was built from, as they came."""

    cameras: tuple[Camera, ...]
    ground: Ground
    bells: tuple[Bell, ...]
    facilities: tuple[Facility, ...]
    boundaries: tuple[Boundary, ...]

    def same(self, old: Given | None, *layers: str) -> bool:
        """Tell whether these layers hold the very same records as before."""
        return old is not None and all(getattr(self, layer) is getattr(old, layer) for layer in layers)


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a city, ready to be asked."""

    center: Point | None
    drawn: Floats
    plane: Plane
    walls: Walls
    names: Names
    districts: Districts
    cameras: dict[str, Camera]
    eyes: Eyes
    registers: Registers


def parts_of(
    given: Given, assume: CameraSettings, old: Parts | None, old_given: Given | None, breathe: Breathe
) -> Parts:
    """Build a city's parts, in short steps."""
    same_ground = old is not None and given.same(old_given, "ground")
    drawn = old.drawn if old and same_ground else points_of(given.ground)
    stood = columns(given.cameras, lonlat_of, 2, breathe)
    center = middle(drawn) or middle(stood)
    plane = Plane(center or Point(0.0, 0.0))
    breathe()
    keeps = old if old is not None and old.plane == plane else None
    if keeps and same_ground:
        walls, names = keeps.walls, keeps.names
    else:
        walls = Walls(given.ground.buildings, plane, breathe)
        names = Names(given.ground, plane)
    same_districts = old is not None and given.same(old_given, "boundaries")
    districts = old.districts if old and same_districts else Districts(given.boundaries, breathe)
    breathe()
    if keeps and same_ground and same_districts and given.same(old_given, "cameras"):
        cameras, eyes = keeps.cameras, keeps.eyes
    else:
        cameras = {camera.id: camera for camera in _placed(given.cameras, districts, breathe)}
        eyes = Eyes(cameras.values(), plane, walls, assume, breathe)
    if keeps and same_districts and given.same(old_given, "bells", "facilities"):
        registers = keeps.registers
    else:
        bells = _placed(given.bells, districts, breathe)
        registers = Registers(bells, _placed(given.facilities, districts, breathe), plane, breathe)
    return Parts(center, drawn, plane, walls, names, districts, cameras, eyes, registers)


def _placed(records: Sequence[Standing], districts: Districts, breathe: Breathe) -> list[Standing]:
    """The records, those without a district given that of the place they stand in."""
    placed = list(records)
    if not districts.boundaries:
        return placed
    rows = [row for row, record in enumerate(placed) if not record.district]
    found = districts.find_all([placed[row].where for row in rows], breathe)
    for row, boundary in in_steps(list(zip(rows, found, strict=True)), breathe):
        if boundary is not None:
            placed[row] = msgspec.structs.replace(placed[row], district=boundary.name)
    return placed
