"""The cameras as columns on the plane: who stands near a place, and whose picture could hold it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bongsu.city.breath import Breathe, columns
from bongsu.city.optics import MIN_DISTANCE_M, focal_px, sector_deg
from bongsu.city.shapes import Floats, metres, tree_of
from bongsu.city.walls import Walls
from bongsu.core.asset import Camera
from bongsu.core.geo import Plane, Point
from bongsu.settings import CameraSettings

Rows = NDArray[np.int64]
NO_CAMERA_NEAR = 0.0
SAME_SPOT_M = 1e-6


@dataclass(frozen=True, slots=True)
class Sights:
    """How a few cameras see one place, one row a camera; `in_view` knows nothing of buildings yet."""

    rows: Rows
    distance_m: Floats
    px_per_m: Floats
    in_view: NDArray[np.bool_]
    confident: NDArray[np.bool_]

    def only(self, kept: NDArray[np.bool_]) -> Sights:
        """Some of them."""
        return Sights(
            self.rows[kept],
            self.distance_m[kept],
            self.px_per_m[kept],
            self.in_view[kept],
            self.confident[kept],
        )


class Eyes:
    """All cameras of a city, in the order of their ids, so that no answer hangs on the order of a file."""

    def __init__(
        self,
        cameras: Iterable[Camera],
        plane: Plane,
        walls: Walls,
        assume: CameraSettings,
        breathe: Breathe = lambda: None,
    ) -> None:
        self.cameras = tuple(sorted(cameras, key=lambda camera: camera.id))
        breathe()
        self._plane = plane
        self._ppm = assume.ppm
        told = columns(self.cameras, lambda camera: _columns(camera, assume), 6, breathe)
        places, self._focal_px, self._half_deg = told[:, :2], told[:, 2].copy(), told[:, 3].copy()
        self._heading_deg, self._confident = told[:, 4].copy(), told[:, 5] > 0
        self.xy = metres(places, plane)
        self.lonlat = places.copy()
        breathe()
        self.mounted = walls.mount(self.xy, breathe)
        self._tree = tree_of(self.xy)

    def nearest(self, where: Point, within_m: float, at_most: int) -> tuple[Rows, Floats]:
        """Rows and distances of the nearest cameras, nearest first, then by id."""
        if not self.cameras or at_most <= 0:
            return np.empty(0, np.int64), np.empty(0)
        place = self._plane.to_xy(where)
        found, _ = self._tree.query(place, k=min(at_most, len(self.cameras)), distance_upper_bound=within_m)
        reached = np.atleast_1d(found)
        reached = reached[np.isfinite(reached)]
        farthest = float(reached.max()) if len(reached) else NO_CAMERA_NEAR
        # Cameras share poles: all at the last distance are compared, so that the choice is by id.
        rows, distance = self.around(where, min(within_m, farthest + SAME_SPOT_M))
        order = np.lexsort((rows, np.round(distance, 6)))[:at_most]
        return rows[order], distance[order]

    def around(self, where: Point, within_m: float) -> tuple[Rows, Floats]:
        """Rows and distances of all cameras within a radius, in no order."""
        place = self._plane.to_xy(where)
        rows = np.array(self._tree.query_ball_point(place, within_m), dtype=np.int64)
        apart = self.xy[rows] - place
        return rows, np.hypot(apart[:, 0], apart[:, 1])

    def sights(self, where: Point, within_m: float) -> Sights:
        """How every camera within a radius sees the place, buildings aside: reach, then sector."""
        rows, distance = self.around(where, within_m)
        ray = np.array(self._plane.to_xy(where)) - self.mounted[rows]
        length = np.hypot(ray[:, 0], ray[:, 1])
        px_per_m = self._focal_px[rows] / np.maximum(length, MIN_DISTANCE_M)
        bearing = np.degrees(np.arctan2(ray[:, 0], ray[:, 1]))
        heading = self._heading_deg[rows]
        off_axis = np.abs((bearing - heading + 180) % 360 - 180)
        in_sector = np.isnan(heading) | (off_axis <= self._half_deg[rows])
        in_view = in_sector & (px_per_m >= self._ppm)
        return Sights(rows, distance, px_per_m, in_view, self._confident[rows])


def _columns(camera: Camera, assume: CameraSettings) -> tuple[float, ...]:
    heading = math.nan if camera.heading_deg is None else camera.heading_deg
    focal, half = focal_px(camera, assume), sector_deg(camera, assume) / 2
    return camera.where.lon, camera.where.lat, focal, half, heading, _is_confident(camera)


def _is_confident(camera: Camera) -> bool:
    """A known heading, or a camera that looks everywhere by build."""
    return camera.heading_deg is not None or (camera.hfov_deg or 0) >= 360
