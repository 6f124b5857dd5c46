"""What only the simulated world knows: where its cameras truly look, and the ground they look at.

The platform never reads a scene; the simulated cameras, the traffic and the independent judge of sight do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import msgspec

from bongsu.core.asset import Area, Building, Camera, Road
from bongsu.core.errors import Invalid
from bongsu.core.geo import Plane, Point
from bongsu.world import osm

FILE_NAME = "scene.json"
STOREY_M = 3.0
DEFAULT_BUILDING_M = 9.0
_LANE_M = 3.1
_WIDTH_M = {
    "motorway": 21.0,
    "trunk": 21.0,
    "primary": 19.0,
    "secondary": 13.0,
    "tertiary": 8.0,
    "unclassified": 6.5,
    "residential": 6.0,
    "living_street": 5.0,
    "service": 4.0,
    "pedestrian": 5.0,
    "footway": 2.0,
    "path": 2.0,
    "cycleway": 2.5,
    "steps": 2.0,
}


class Eye(msgspec.Struct, frozen=True, kw_only=True):
    """A camera as it truly stands: it looks along `heading_deg` (clockwise from north) from `height_m`.

    `width_px` is the picture width its register row promises; `hfov_deg` 360 is a dome. `tilt_deg` is how far
    below the horizon it looks, None as fitters set it.
    """

    id: str
    where: Point
    heading_deg: float
    hfov_deg: float
    height_m: float
    width_px: int
    tilt_deg: float | None = None


class Station(msgspec.Struct, frozen=True, kw_only=True):
    """A house crews set out from: `kind` is "police" or "fire"."""

    id: str
    kind: str
    name: str
    where: Point


class Bell(msgspec.Struct, frozen=True):
    """An emergency bell on a pole, by its 관리번호."""

    id: str
    where: Point


class Scene(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Cameras and the ground under them, in WGS 84 degrees and metres; `seed` moves its traffic.

    `districts` are the names of its 구, one for every hundred thousand people.
    """

    seed: int
    origin: Point
    cameras: tuple[Eye, ...] = ()
    roads: tuple[Road, ...] = ()
    buildings: tuple[Building, ...] = ()
    areas: tuple[Area, ...] = ()
    districts: tuple[str, ...] = ()
    stations: tuple[Station, ...] = ()
    bells: tuple[Bell, ...] = ()

    @property
    def plane(self) -> Plane:
        """The flat map on which the world computes."""
        return Plane(self.origin)


def load(folder: Path) -> Scene:
    """Read `scene.json` from a folder (or the file itself); raise Invalid("scene.unreadable")."""
    path = folder / FILE_NAME if folder.is_dir() else folder
    try:
        return msgspec.json.decode(path.read_bytes(), type=Scene)
    except (OSError, msgspec.DecodeError) as problem:
        raise Invalid("scene.unreadable", path=str(path), detail=str(problem)) from problem


def save(scene: Scene, folder: Path) -> Path:
    """Write `scene.json` into a folder and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE_NAME
    path.write_bytes(msgspec.json.encode(scene))
    return path


def from_register(cameras: Iterable[Camera], osm_pbf: Path | None, seed: int) -> Scene:
    """Build a scene around a real register: what no row says is settled by a seeded hash of the id.

    Unknown headings are uniform over the circle; lenses default to 60°, 1920 px, 5 m. Without a map the
    cameras stand on bare ground. Raises Invalid("scene.unreadable") for an unreadable map.
    """
    eyes = tuple(_eye(camera, seed) for camera in cameras)
    ground = osm.read(osm_pbf) if osm_pbf is not None else osm.Ground()
    return Scene(
        seed=seed,
        origin=_middle(eyes, ground.roads),
        cameras=eyes,
        roads=ground.roads,
        buildings=ground.buildings,
        areas=ground.areas,
    )


def width_m(road: Road) -> float:
    """The carriageway's width in metres, from its lanes where the map says, else from its class."""
    if road.lanes:
        return max(3.0, road.lanes * _LANE_M)
    return _WIDTH_M.get(road.road_class.removesuffix("_link"), 5.0)


def height_m(building: Building) -> float:
    """The building's height in metres; three storeys where the map does not say."""
    return building.height_m if building.height_m is not None else DEFAULT_BUILDING_M


def unit_hash(*parts: object) -> float:
    """A number in [0, 1) that depends on nothing but the parts."""
    digest = hashlib.blake2b(":".join(map(str, parts)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def _eye(camera: Camera, seed: int) -> Eye:
    heading = camera.heading_deg
    if heading is None:
        heading = 360.0 * unit_hash(seed, "heading", camera.id)
    return Eye(
        id=camera.id,
        where=camera.where,
        heading_deg=heading,
        hfov_deg=camera.hfov_deg or 60.0,
        height_m=camera.height_m or 5.0,
        width_px=camera.width_px or 1920,
    )


def _middle(eyes: tuple[Eye, ...], roads: tuple[Road, ...]) -> Point:
    """The median place: of the roads where there are any (a register may cover far more than the map)."""
    lons = sorted(lon for road in roads for lon, _ in road.line) or sorted(eye.where.lon for eye in eyes)
    lats = sorted(lat for road in roads for _, lat in road.line) or sorted(eye.where.lat for eye in eyes)
    if not lons:
        return Point(127.0, 37.5)
    return Point(lons[len(lons) // 2], lats[len(lats) // 2])
