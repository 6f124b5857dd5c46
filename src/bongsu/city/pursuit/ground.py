"""A city made ready for plans: its streets, what its cameras see of them, and who may see which."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from bongsu.city.optics import reach_m, sector_deg
from bongsu.city.purposes import Terms, permits, purposes_of
from bongsu.city.pursuit.exits import exits_of
from bongsu.city.pursuit.modes import Mode
from bongsu.city.pursuit.plan import Field, field_of
from bongsu.city.pursuit.views import Eyes, views_of
from bongsu.city.roads.grid import Grid
from bongsu.city.roads.snap import Spot, spot_of
from bongsu.city.roads.streets import Bools, Streets
from bongsu.city.shapes import metres
from bongsu.city.ways import Ways
from bongsu.core.asset import Camera
from bongsu.core.geo import Point
from bongsu.settings import CameraSettings


class Hunt(msgspec.Struct, frozen=True, eq=False):
    """What every plan of a city stands on; `cameras` by the rows plans speak of. One plan at a time."""

    cameras: tuple[Camera, ...]
    field: Field
    streets: Streets
    grid: Grid


def hunt_of(ways: Ways, cameras: Sequence[Camera], assume: CameraSettings) -> Hunt:
    """Put a city's cameras on its streets. Seconds for a metropolis: a job, once for each city."""
    rows = tuple(sorted(cameras, key=lambda camera: camera.id))
    views = views_of(ways.streets, eyes_of(ways.streets, rows, assume))
    return Hunt(rows, field_of(ways.networks, views, exits_of(ways.streets)), ways.streets, ways.grid)


def eyes_of(streets: Streets, cameras: Sequence[Camera], assume: CameraSettings) -> Eyes:
    """Reach and sector of each camera as the city takes them: at `assume.ppm`, all round where no heading is known."""
    lonlat = np.array([(one.where.lon, one.where.lat) for one in cameras]).reshape(-1, 2)
    heading = [np.nan if one.heading_deg is None else one.heading_deg for one in cameras]
    return Eyes(
        metres(lonlat, streets.plane),
        np.array([reach_m(one, assume) for one in cameras]),
        np.array(heading, np.float64),
        np.array([sector_deg(one, assume) / 2 for one in cameras]),
    )


def usable_of(cameras: Sequence[Camera], terms: Terms, agency: str, basis: str) -> Bools:
    """Which cameras an agency may be shown on a legal basis, (C,): those of which some purpose lets it."""
    return np.array(
        [any(permits(terms, purpose, agency, basis) for purpose in purposes_of(camera)) for camera in cameras], bool
    )


def spots_of(hunt: Hunt, where: Point, heading_deg: float | None = None) -> dict[Mode, Spot]:
    """A place on the streets of each mode. Raises Invalid "roads.off_map" where one has none near."""
    return {mode: spot_of(pace.network, hunt.grid, where, heading_deg) for mode, pace in hunt.field.paces.items()}
